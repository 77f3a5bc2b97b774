package dev.embergate.rules.emby;

import java.util.Objects;

/** What came of asking Emby. */
public sealed interface EmbyAnswer<T> {
    /** Emby gave it to this caller. */
    record Found<T>(T value) implements EmbyAnswer<T> {
        public Found {
            Objects.requireNonNull(value, "value");
        }
    }

    /** Emby did not. */
    record Failed<T>(Why why) implements EmbyAnswer<T> {
        public Failed {
            Objects.requireNonNull(why, "why");
        }
    }

    /** Why Emby did not. */
    enum Why {
        /** 401 or 403, or an answer that says the user may not. */
        REFUSED,
        NOT_FOUND,
        /** No answer, or 5xx. */
        DOWN,
        /** An answer that is not Emby's. */
        MALFORMED
    }
}
