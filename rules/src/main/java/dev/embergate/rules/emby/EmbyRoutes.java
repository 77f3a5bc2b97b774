package dev.embergate.rules.emby;

import dev.embergate.engine.spi.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Routes as Emby itself has them: letter case disregarded, and every path at the root, below {@code /emby} and below
 * {@code /mediabrowser}, the prefix of old apps.
 */
public final class EmbyRoutes {
    private static final List<String> PREFIXES = List.of("", "/emby", "/mediabrowser");

    private EmbyRoutes() {}

    /**
     * @param methods in upper case; empty for any
     * @param paths patterns without a prefix, as {@link Route} has them
     */
    public static List<Route> of(Set<String> methods, List<String> paths) {
        List<Route> routes = new ArrayList<>(paths.size() * PREFIXES.size());
        for (String path : paths) {
            for (String prefix : PREFIXES) {
                routes.add(Route.ignoringCase(prefix + path).methods(methods.toArray(String[]::new)));
            }
        }
        return List.copyOf(routes);
    }

    /** Reading: GET and HEAD. */
    public static List<Route> reading(String... paths) {
        return of(Set.of("GET", "HEAD"), List.of(paths));
    }

    /** A request's path without Emby's prefix; the path itself when it has none. */
    public static String withoutPrefix(String path) {
        for (String prefix : PREFIXES) {
            int length = prefix.length();
            if (length > 0
                    && path.length() > length
                    && path.charAt(length) == '/'
                    && path.regionMatches(true, 0, prefix, 0, length)) {
                return path.substring(length);
            }
        }
        return path;
    }
}
