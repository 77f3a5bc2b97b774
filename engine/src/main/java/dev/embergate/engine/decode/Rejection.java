package dev.embergate.engine.decode;

import java.util.Objects;

/**
 * Why a message was not understood. Data, not an exception: a peer's nonsense is expected.
 *
 * <p>The connection it came on must be closed after the answer, never reused (RFC 9112 section 6.3).
 *
 * @param status 400, 408, 413, 414, 417, 431, 501 or 505 for a request; 502 for an answer
 * @param reason for log and answer; what was wrong and what was expected, never a value the peer sent
 */
public record Rejection(int status, String reason) {
    public Rejection {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 400 to 599)");
        }
        Objects.requireNonNull(reason, "reason");
    }

    static Rejection malformed(String reason) {
        return new Rejection(400, reason);
    }

    /** The same fault in an answer: the client is not to blame for it (RFC 9110 section 15.6.3). */
    Rejection ofUpstream() {
        return new Rejection(502, reason);
    }
}
