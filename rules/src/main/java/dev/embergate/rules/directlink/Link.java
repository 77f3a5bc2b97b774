package dev.embergate.rules.directlink;

import java.net.URI;
import java.util.Objects;

/** What a drive gave for a file. */
sealed interface Link {
    /** @param size in bytes; -1 when unknown */
    record Found(URI address, long size) implements Link {
        public Found {
            Objects.requireNonNull(address, "address");
        }

        /** Without the link. */
        @Override
        public String toString() {
            return "Found[size=" + size + "]";
        }
    }

    /** Nothing to send a player to. */
    record None(Relayed why) implements Link {
        public None {
            Objects.requireNonNull(why, "why");
        }
    }
}
