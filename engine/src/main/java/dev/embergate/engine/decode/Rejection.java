package dev.embergate.engine.decode;

import java.util.Objects;

/**
 * Why a message was not understood. Data, not an exception: a peer's nonsense is expected.
 *
 * <p>The connection it came on must be closed after the answer, never reused (RFC 9112 section 6.3).
 *
 * @param status 400, 408, 413, 414, 431, 501 or 505 for a request; 502 for an answer
 * @param reason for log and answer; what was wrong and what was expected, never a value the peer sent
 */
public record Rejection(int status, String reason) {
    public Rejection {
        Objects.requireNonNull(reason, "reason");
    }
}
