package dev.embergate.engine.spi;

/**
 * Looks at one request head and says what should happen to it.
 *
 * <p>A rule that also implements {@link AutoCloseable} is closed once, after the rule table it belongs to has been replaced
 * and the last exchange that began with that table has ended.
 */
@FunctionalInterface
public interface Rule {
    /**
     * Decides. Runs on the exchange's event loop and must not block; blocking work goes into
     * {@link RuleContext#offload}. A throw answers 502 to this one request and is logged once.
     *
     * @param request valid until the exchange ends; may be kept by what the returned outcome holds, no longer
     */
    Outcome decide(RequestHead request, RuleContext context) throws Exception;
}
