package dev.embergate.engine.encode;

import dev.embergate.engine.decode.Rejection;
import dev.embergate.engine.spi.Conversation;
import dev.embergate.engine.spi.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** The server end of a WebSocket (RFC 6455) over Netty's frame codec: handshake, pings, limits, close codes. */
public final class WebSocketEndpoint {
    private WebSocketEndpoint() {}

    /** Null when the request is a valid handshake; otherwise 400, or 426 for another version (RFC 6455 section 4.4). */
    public static @Nullable Rejection check(RequestHead request) {
        throw new AssertionError("skeleton");
    }

    /**
     * Answers 101 and takes the channel over; it has no other handler that consumes bytes.
     *
     * @param rest bytes already received after the handshake; owned by the endpoint
     * @param whenClosed called once on the loop, when the channel is closed
     */
    public static Handle open(
            Channel client, RequestHead request, Conversation conversation, ByteBuf rest, Tunnel.WhenClosed whenClosed) {
        throw new AssertionError("skeleton");
    }

    /** An endpoint that runs. */
    public interface Handle {
        /** Starts the closing handshake with that code, from any thread. */
        void close(int code, String reason);
    }
}
