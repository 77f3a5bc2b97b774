package dev.embergate.engine.act;

import dev.embergate.engine.decode.Rejection;
import dev.embergate.engine.encode.WebSocketEndpoint;
import dev.embergate.engine.spi.Conversation;

/** A WebSocket that ends here: checks the handshake, then gives the channel away. */
final class Conversing {
    private Conversing() {}

    static void begin(Exchange exchange, Conversation conversation) {
        Rejection wrong = WebSocketEndpoint.check(exchange.request);
        if (wrong != null) {
            exchange.out.error(wrong.status(), wrong.reason());
            return;
        }
        exchange.request.detach();
        // The decoder may be in the middle of telling us of this very request.
        exchange.room.loop.execute(() -> {
            if (!exchange.hasEnded()) {
                exchange.out.converse(conversation);
            }
        });
    }
}
