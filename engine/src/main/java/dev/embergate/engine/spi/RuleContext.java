package dev.embergate.engine.spi;

import java.util.concurrent.Callable;

/** What the engine lends to a rule for one decision. Valid as long as the exchange. */
public interface RuleContext {
    /**
     * What {@code {name}} of the matched route stood for, decoded. An {@link IllegalArgumentException} names a parameter that
     * the route does not have.
     */
    String param(String name);

    /** The same, or {@code otherwise} where the matched route has no such parameter. */
    String paramOr(String name, String otherwise);

    /** Runs work on a virtual thread, where it may block. Its outcome is carried out on the exchange's loop. */
    Outcome offload(Callable<? extends Outcome> work);

    /** Bounded HTTP calls from this exchange's event loop. */
    Fetcher fetcher();

    /** Identifies this exchange in the access log and upstream ({@code X-Request-Id}). */
    String requestId();
}
