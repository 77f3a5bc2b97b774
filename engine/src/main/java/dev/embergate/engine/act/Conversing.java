package dev.embergate.engine.act;

import dev.embergate.engine.decode.Rejection;
import dev.embergate.engine.encode.WebSocketEndpoint;
import dev.embergate.engine.spi.Body;
import dev.embergate.engine.spi.Conversation;
import dev.embergate.engine.spi.Outcome;

/** A WebSocket that ends here: checks the handshake, then gives the channel away. */
final class Conversing {
    private Conversing() {}

    static void begin(Exchange exchange, Conversation conversation) {
        Rejection wrong = WebSocketEndpoint.check(exchange.request);
        if (wrong != null) {
            LocalAnswer.give(
                    exchange,
                    new Outcome.Respond(
                            wrong.status(),
                            WebSocketEndpoint.headersOf(wrong).with("Cache-Control", "no-store"),
                            Body.text(wrong.reason() + "\n")));
            return;
        }
        exchange.share();
        exchange.request.detach();
        // The decoder may be in the middle of telling us of this very request.
        exchange.room.loop.execute(() -> {
            if (!exchange.hasEnded()) {
                exchange.out.converse(conversation);
            }
        });
    }
}
