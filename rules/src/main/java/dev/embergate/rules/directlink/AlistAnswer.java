package dev.embergate.rules.directlink;

import java.util.Objects;

/** What came of asking Alist for a file. */
sealed interface AlistAnswer {
    /**
     * It is there.
     *
     * @param rawUrl where its bytes are, as Alist wrote it; a secret
     * @param size in bytes; -1 when unknown
     */
    record File(String rawUrl, long size) implements AlistAnswer {
        public File {
            Objects.requireNonNull(rawUrl, "rawUrl");
        }

        /** Without the link. */
        @Override
        public String toString() {
            return "File[size=" + size + "]";
        }
    }

    /** It was not given. */
    record Failed(Why why) implements AlistAnswer {
        public Failed {
            Objects.requireNonNull(why, "why");
        }
    }

    /** Why it was not given. */
    enum Why {
        /** Our token is not Alist's. */
        UNAUTHORISED,
        FORBIDDEN,
        NOT_FOUND,
        /** Too many questions: 429. */
        BUSY,
        /** Alist's own or its drive's failure. */
        FAILED,
        /** No answer. */
        DOWN,
        /** An answer that is not Alist's, or a folder. */
        MALFORMED
    }
}
