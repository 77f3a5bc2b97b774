package dev.embergate.engine.match;

import org.jspecify.annotations.Nullable;

/** What the parameters of a matched route stood for. Reused from match to match on one event loop. */
public final class Match {
    /** Decoded; null when the route has no such parameter. */
    public @Nullable String param(String name) {
        throw new AssertionError("skeleton");
    }

    /** A copy that later matches do not change. */
    public Match copy() {
        throw new AssertionError("skeleton");
    }
}
