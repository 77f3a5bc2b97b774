package dev.embergate.engine.spi;

import java.net.URI;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * What should happen to a request. Eight words; a ninth breaks the build at the one switch that carries them out.
 *
 * <p>Outcomes are immutable data and safe to share between exchanges and threads, but for the ones that carry a function,
 * which is called on the exchange's event loop.
 */
public sealed interface Outcome {

    /**
     * Not mine: ask the next matching rule; after the last one the engine forwards to the default upstream.
     *
     * @param reason why, in a few words, for {@code rules explain} and the debug log; never a secret
     */
    record Pass(String reason) implements Outcome {
        public Pass {
            Objects.requireNonNull(reason, "reason");
        }
    }

    /**
     * Answer here. The engine adds Date and framing, answers HEAD, evaluates validators (RFC 9110 section 13) and Range
     * (section 14) for bodies that can be cut.
     *
     * @param status 200 to 599
     * @param headers end-to-end headers; Content-Length, Transfer-Encoding, Connection and Date are the engine's and dropped
     */
    record Respond(int status, Headers headers, Body body) implements Outcome {
        public Respond {
            if (status < 200 || status > 599) {
                throw new IllegalArgumentException("status: " + status + " (expected: 200 to 599)");
            }
            Objects.requireNonNull(headers, "headers");
            Objects.requireNonNull(body, "body");
        }

        /** A short UTF-8 text answer that no cache keeps. */
        public static Respond text(int status, String text) {
            return new Respond(status, Headers.of("Cache-Control", "no-store"), Body.text(text));
        }
    }

    /**
     * Send the client elsewhere.
     *
     * @param status 301, 302, 303, 307 or 308
     * @param location already percent-encoded; sent as {@link URI#toASCIIString()}
     * @param headers sent besides Location
     * @param bytesKept size in bytes of what the client now fetches elsewhere, for the statistics; -1 when unknown
     */
    record Redirect(int status, URI location, Headers headers, long bytesKept) implements Outcome {
        public Redirect {
            if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) {
                throw new IllegalArgumentException("status: " + status + " (expected: 301, 302, 303, 307 or 308)");
            }
            Objects.requireNonNull(location, "location");
            Objects.requireNonNull(headers, "headers");
        }

        public Redirect(int status, URI location) {
            this(status, location, Headers.EMPTY, -1);
        }
    }

    /**
     * Send upstream; relay what comes back, as {@code response} says.
     *
     * @param upstream a configured upstream's name; empty for the default one. An unknown name answers 502
     */
    record Forward(String upstream, RequestEdits edits, ResponsePlan response, Caching caching) implements Outcome {
        public Forward {
            Objects.requireNonNull(upstream, "upstream");
            Objects.requireNonNull(edits, "edits");
            Objects.requireNonNull(response, "response");
            Objects.requireNonNull(caching, "caching");
            if (caching.enabled() && response instanceof ResponsePlan.Rewrite) {
                throw new IllegalArgumentException(
                        "caching: with a rewrite (expected: Caching.NONE, or a plan that keeps the body)");
            }
        }

        /** Nothing is kept. */
        public Forward(String upstream, RequestEdits edits, ResponsePlan response) {
            this(upstream, edits, response, Caching.NONE);
        }

        /** Relay unchanged to the default upstream. */
        public static Forward plain() {
            return PLAIN;
        }

        private static final Forward PLAIN = new Forward("", RequestEdits.NONE, ResponsePlan.RELAY);
    }

    /**
     * Carry an upgrade through unchanged once the upstream answers 101 (RFC 9110 section 7.8); any other answer is relayed.
     *
     * @param upstream a configured upstream's name; empty for the default one
     */
    record Tunnel(String upstream, RequestEdits edits) implements Outcome {
        public Tunnel {
            Objects.requireNonNull(upstream, "upstream");
            Objects.requireNonNull(edits, "edits");
        }
    }

    /** Accept a WebSocket here and talk (RFC 6455). A request that is no valid handshake is answered 400 or 426. */
    record Converse(Conversation conversation) implements Outcome {
        public Converse {
            Objects.requireNonNull(conversation, "conversation");
        }
    }

    /**
     * Read the request body first, then decide. A following Forward sends the very same bytes.
     *
     * @param maxBytes limit of the body, 413 beyond it; never more than the engine's own limit
     * @param then called once on the event loop with the whole body; must not block
     */
    record AfterBody(int maxBytes, Function<byte[], Outcome> then) implements Outcome {
        public AfterBody {
            if (maxBytes < 0) {
                throw new IllegalArgumentException("maxBytes: " + maxBytes + " (expected: >= 0)");
            }
            Objects.requireNonNull(then, "then");
        }
    }

    /**
     * Not known yet. The stage may complete on any thread; the engine goes on on its own loop. A failed stage counts as a
     * throw of the rule; one that does not complete within the decision time-out answers 504.
     */
    record Later(CompletionStage<? extends Outcome> stage) implements Outcome {
        public Later {
            Objects.requireNonNull(stage, "stage");
        }
    }
}
