package dev.embergate.engine.match;

import org.jspecify.annotations.Nullable;

/**
 * The path of a route, taken apart. What it says of one path decides explanations and coverage; requests are matched by
 * {@link RuleIndex}, which says the same of all routes at once.
 *
 * <p>A path is the list of what stands between its slashes: {@code /} is one empty segment, {@code /a/} is {@code a} and an
 * empty one, which is why it is not {@code /a}. {@code /a/**} is {@code a} and any rest, which is why it takes {@code /a},
 * {@code /a/} and {@code /a/b}.
 */
final class PathPattern {
    /** For private use (Unicode section 23.5), so hardly in any literal. */
    private static final char RARE = '\ue000';

    private final String text;
    private final Segment[] segments;

    PathPattern(String text, boolean ignoreCase) {
        this.text = text;
        String[] parts = text.substring(1).split("/", -1);
        segments = new Segment[parts.length];
        for (int i = 0; i < parts.length; i++) {
            segments[i] = Segment.of(parts[i], ignoreCase);
        }
    }

    /** As the operator wrote it. */
    String text() {
        return text;
    }

    int length() {
        return segments.length;
    }

    Segment segment(int place) {
        return segments[place];
    }

    /** What the parameter of that name stands for in a path this pattern matches. */
    @Nullable
    String param(String name, String path) {
        for (int place = 0; place < segments.length; place++) {
            if (segments[place] instanceof Segment.One(String ours) && !ours.isEmpty() && ours.equals(name)) {
                int start = 1;
                for (int passed = 0; passed < place; passed++) {
                    start = path.indexOf('/', start) + 1;
                }
                return path.substring(start, segmentEnd(path, start));
            }
        }
        return null;
    }

    boolean matches(String path) {
        return agreement(path) == Integer.MAX_VALUE;
    }

    /** How many leading segments agree with {@code path}: the most there can be when it matches. */
    int agreement(String path) {
        if (path.isEmpty() || path.charAt(0) != '/') {
            return 0;
        }
        int start = 1;
        for (int place = 0; place < segments.length; place++) {
            if (segments[place] instanceof Segment.Rest) {
                return Integer.MAX_VALUE;
            }
            if (start > path.length()) {
                return place;
            }
            int end = segmentEnd(path, start);
            if (!segments[place].matches(path, start, end)) {
                return place;
            }
            start = end + 1;
        }
        return start > path.length() ? Integer.MAX_VALUE : segments.length;
    }

    /** Whether this matches every path that {@code other} matches. False when in doubt. */
    boolean covers(PathPattern other) {
        for (int place = 0; place < segments.length; place++) {
            if (segments[place] instanceof Segment.Rest) {
                return true;
            }
            if (place >= other.segments.length || !segments[place].covers(other.segments[place])) {
                return false;
            }
        }
        return segments.length == other.segments.length;
    }

    /** One path that this pattern matches, and few others do. */
    String sample() {
        StringBuilder path = new StringBuilder();
        for (Segment segment : segments) {
            switch (segment) {
                case Segment.Literal literal -> path.append('/').append(literal.text());
                case Segment.Prefix prefix ->
                    path.append('/').append(prefix.text()).append(RARE);
                case Segment.One one -> path.append('/').append(RARE);
                case Segment.Rest rest -> path.append('/').append(RARE);
            }
        }
        return path.toString();
    }

    static int segmentEnd(String path, int start) {
        int slash = path.indexOf('/', start);
        return slash < 0 ? path.length() : slash;
    }
}
