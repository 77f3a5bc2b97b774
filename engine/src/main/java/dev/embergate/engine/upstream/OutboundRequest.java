package dev.embergate.engine.upstream;

import io.netty.buffer.ByteBuf;
import java.util.Objects;

/**
 * A request ready to be sent.
 *
 * @param head start line and fields with the empty line; owned by the call from {@link UpstreamPool#open} on
 * @param method as on the start line, for the framing of the answer (RFC 9112 section 6.3)
 * @param body what follows the head
 * @param upgrade whether a 101 is acceptable; otherwise it is malformed
 */
public record OutboundRequest(ByteBuf head, String method, Body body, boolean upgrade) {
    public OutboundRequest {
        Objects.requireNonNull(head, "head");
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(body, "body");
    }

    /** How the pieces handed to the call are framed; the head says the same already. */
    public enum Body {
        NONE,
        LENGTH,
        CHUNKED
    }
}
