package dev.embergate.engine.encode;

import dev.embergate.engine.decode.Rejection;
import dev.embergate.engine.spi.Conversation;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** The server end of a WebSocket (RFC 6455) over Netty's frame codec: handshake, pings, limits, close codes. */
public final class WebSocketEndpoint {
    private WebSocketEndpoint() {}

    /** Null when the request is a valid handshake; otherwise 400, or 426 for another version (RFC 6455 section 4.4). */
    public static @Nullable Rejection check(RequestHead request) {
        return WebSocketHandshake.check(request);
    }

    /** What an answer to that rejection has to say besides its reason: the version spoken here, for 426. */
    public static Headers headersOf(Rejection rejection) {
        return rejection.status() == 426
                ? Headers.of("Sec-WebSocket-Version", WebSocketHandshake.VERSION, "Upgrade", "websocket")
                : Headers.EMPTY;
    }

    /**
     * Answers 101 and takes the channel over; it has no other handler that consumes bytes. Never throws: a conversation that
     * fails, were it when asked for its limits, is closed with 1011.
     *
     * @param request one that {@link #check} found valid; not kept
     * @param rest bytes already received after the handshake; owned by the endpoint
     * @param whenClosed called once on the loop, when the channel is closed, after the conversation has heard of it; never
     *     before this returns. Counts payload bytes: from the client as "to upstream"
     */
    public static Handle open(
            Channel client,
            RequestHead request,
            Conversation conversation,
            ByteBuf rest,
            Tunnel.WhenClosed whenClosed) {
        WebSocketSession session = new WebSocketSession(client, conversation, whenClosed);
        session.start(request, rest);
        return session;
    }

    /** An endpoint that runs. */
    public interface Handle {
        /** Starts the closing handshake with that code, from any thread. As {@link Conversation.Peer#close}. */
        void close(int code, String reason);
    }
}
