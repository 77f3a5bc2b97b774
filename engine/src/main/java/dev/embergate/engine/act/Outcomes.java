package dev.embergate.engine.act;

import dev.embergate.engine.spi.Body;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestEdits;

/** The one switch: every word a rule can say, and who carries it out. */
final class Outcomes {
    private static final Outcome NOT_FOUND =
            new Outcome.Respond(404, Headers.of("Cache-Control", "no-store"), Body.text("404 nothing answers here\n"));
    private static final Outcome TUNNEL = new Outcome.Tunnel("", RequestEdits.NONE);

    private Outcomes() {}

    static void carryOut(Exchange exchange, Outcome outcome) {
        switch (outcome) {
            case Outcome.Pass pass -> exchange.deciding.ask();
            case Outcome.Respond respond -> {
                exchange.deciding.decided("respond");
                LocalAnswer.give(exchange, respond);
            }
            case Outcome.Redirect redirect -> {
                exchange.deciding.decided("redirect");
                exchange.out.redirect(redirect);
            }
            case Outcome.Forward forward -> Forwarding.forward(exchange, forward);
            case Outcome.Tunnel tunnel -> Forwarding.tunnel(exchange, tunnel);
            case Outcome.Converse converse -> {
                exchange.deciding.decided("converse");
                Conversing.begin(exchange, converse.conversation());
            }
            case Outcome.AfterBody after -> exchange.deciding.gather(after.maxBytes(), after.then());
            case Outcome.Later later -> exchange.deciding.await(later.stage());
        }
    }

    /** No rule answered: the listener's default upstream, or 404 where it has none. */
    static Outcome byDefault(Exchange exchange) {
        if (exchange.connection.listener.defaultUpstream.isEmpty()) {
            return NOT_FOUND;
        }
        // Only WebSockets go through unasked: any other protocol, h2c above all, would pass by every rule.
        return "websocket".equals(exchange.request.upgrade()) ? TUNNEL : Outcome.Forward.plain();
    }
}
