package dev.embergate.engine.spi;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where a rule applies. All conditions must hold; empty ones always do.
 *
 * <p>A path pattern begins with a slash and is matched against {@link RequestHead#path}, segment by segment: a literal, a
 * {@code {param}} (one whole segment, not empty), a literal with one {@code *} at its end ({@code stream*}), a lone
 * {@code *} (one segment), or a last segment {@code **} (the rest, empty rest included). There are no regular expressions.
 *
 * @param methods empty for any; {@code GET} does not include HEAD
 * @param ignoreCase whether literals of the path are compared without case
 * @param host the Host to match without case and port, or {@code *.example.org}; null for any
 * @param query parameter names that must be present, with the value they must have, or {@code *} for any; names and values
 *     are compared without case
 * @param upgrade the protocol that must be asked for, {@code websocket}; null for requests with or without an upgrade
 */
public record Route(
        Set<String> methods,
        String path,
        boolean ignoreCase,
        @Nullable String host,
        Map<String, String> query,
        @Nullable String upgrade) {

    public Route {
        methods = java.util.Collections.unmodifiableSet(new TreeSet<>(methods));
        query = java.util.Collections.unmodifiableMap(new TreeMap<>(query));
        Objects.requireNonNull(path, "path");
        checkPath(path);
        if (host != null && (host.isBlank() || host.indexOf('/') >= 0 || host.matches(".*[^:]:\\d*"))) {
            throw new IllegalArgumentException("host: " + host + " (expected: a name without port)");
        }
        for (String method : methods) {
            if (method.isEmpty() || !method.equals(method.toUpperCase(Locale.ROOT))) {
                throw new IllegalArgumentException("method: " + method + " (expected: upper case, such as GET)");
            }
        }
    }

    /** That path in any method, letter case regarded. */
    public static Route path(String path) {
        return new Route(Set.of(), path, false, null, Map.of(), null);
    }

    /** That path without regard to letter case. */
    public static Route ignoringCase(String path) {
        return new Route(Set.of(), path, true, null, Map.of(), null);
    }

    /** Names of the parameters of the path. */
    public Set<String> params() {
        Set<String> names = new TreeSet<>();
        for (String segment : path.substring(1).split("/", -1)) {
            if (segment.startsWith("{")) {
                names.add(segment.substring(1, segment.length() - 1));
            }
        }
        return names;
    }

    public Route methods(String... newMethods) {
        return new Route(Set.of(newMethods), path, ignoreCase, host, query, upgrade);
    }

    private static void checkPath(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path: " + path + " (expected: begins with /)");
        }
        String[] segments = path.substring(1).split("/", -1);
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < segments.length; i++) {
            String segment = segments[i];
            if (segment.equals("**")) {
                if (i != segments.length - 1) {
                    throw new IllegalArgumentException("path: " + path + " (expected: ** only as the last segment)");
                }
            } else if (segment.startsWith("{") && segment.endsWith("}")) {
                String name = segment.substring(1, segment.length() - 1);
                if (name.isEmpty() || !names.add(name)) {
                    throw new IllegalArgumentException(
                            "path: " + path + " (expected: parameters with names of their own, like {id})");
                }
            } else if (segment.indexOf('{') >= 0 || segment.indexOf('}') >= 0) {
                throw new IllegalArgumentException("path: " + path + " (expected: {param} fills a whole segment)");
            } else {
                int star = segment.indexOf('*');
                if (star >= 0 && star != segment.length() - 1) {
                    throw new IllegalArgumentException("path: " + path + " (expected: * only at the end of a segment)");
                }
                if (segment.equals(".") || segment.equals("..")) {
                    throw new IllegalArgumentException("path: " + path + " (expected: no dot segments)");
                }
            }
        }
    }
}
