package dev.embergate.engine.upstream;

import java.util.Objects;

/**
 * Why an upstream gave no whole answer.
 *
 * @param message for log and error page; names the upstream, never a target or a field value
 */
public record UpstreamFailure(Kind kind, String message) {
    public UpstreamFailure {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(message, "message");
    }

    /** What went wrong, and the status it becomes when the client has no head yet. */
    public enum Kind {
        UNRESOLVED(502),
        REFUSED(502),
        CONNECT_TIMEOUT(504),
        TLS(502),
        BUSY(503),
        CLOSED_BEFORE_HEAD(502),
        CLOSED_MID_BODY(502),
        MALFORMED(502),
        FIRST_BYTE_TIMEOUT(504),
        IDLE_TIMEOUT(504),
        STALLED(503),
        STOPPING(503);

        private final int status;

        Kind(int status) {
            this.status = status;
        }

        public int status() {
            return status;
        }
    }
}
