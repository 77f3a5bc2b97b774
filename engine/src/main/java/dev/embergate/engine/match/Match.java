package dev.embergate.engine.match;

import org.jspecify.annotations.Nullable;

/** What the parameters of a matched route stood for. Reused from match to match on one event loop. */
public final class Match {
    private String path = "";
    private @Nullable IndexedRoute route;

    /** Decoded; null when the route has no such parameter. Cut out of the path at each call. */
    public @Nullable String param(String name) {
        return route == null ? null : route.path.param(name, path);
    }

    /** A copy that later matches do not change. */
    public Match copy() {
        Match copy = new Match();
        copy.path = path;
        copy.route = route;
        return copy;
    }

    void begin(String newPath) {
        path = newPath;
        route = null;
    }

    void found(IndexedRoute better) {
        route = better;
    }

    @Nullable
    IndexedRoute route() {
        return route;
    }

    /** Only a route of a smaller order is better than what was found. */
    int bound() {
        return route == null ? Integer.MAX_VALUE : route.order;
    }
}
