package dev.embergate.engine.act;

/**
 * What a listener answers before any rule is asked: whoever came by http and should have come by https. Whoever came by https to a
 * trusted proxy in front of us did.
 */
final class Doorstep {
    /** Certificates are had by answering there in plain http (RFC 8555 section 8.3). */
    private static final String ACME = "/.well-known/acme-challenge/";

    private Doorstep() {}

    /** Whether the exchange is answered, or will not be. */
    static boolean turnsAway(Exchange exchange) {
        ListenerRoom listener = exchange.connection.listener;
        if (listener.wrongPort) {
            exchange.outcome = "reject";
            exchange.lastOnConnection();
            exchange.fail(400, "this port speaks https; the request came in plain http");
            return true;
        }
        int port = listener.redirectToHttps;
        if (port == 0
                || exchange.request.client().secure()
                || exchange.request.path().startsWith(ACME)) {
            return false;
        }
        if (exchange.request.client().authority().isEmpty()) {
            exchange.outcome = "reject";
            exchange.fail(400, "Host: missing (expected: one, to be sent to its https address)");
        } else {
            exchange.outcome = "redirect";
            exchange.out.redirectToHttps(port);
        }
        return true;
    }
}
