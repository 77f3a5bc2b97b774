package dev.embergate.rules.directlink;

import dev.embergate.rules.directlink.AlistRedirectConfig.Unmapped;
import dev.embergate.rules.uri.PercentEncoding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From a path on Emby's machine to one on Alist. The first rule that fits counts. Immutable. */
final class PathMap {
    private record Line(PathPrefix from, String to) {}

    private final List<Line> lines;
    private final Unmapped unmapped;
    private final boolean decode;

    /** @param decode whether paths come percent-encoded; a file that is really called {@code 100%41} needs it off */
    PathMap(List<PathRule> rules, Unmapped unmapped, boolean decode) {
        List<Line> list = new ArrayList<>();
        for (PathRule rule : rules) {
            String to =
                    rule.to().endsWith("/") ? rule.to().substring(0, rule.to().length() - 1) : rule.to();
            list.add(new Line(PathPrefix.of(rule.from()), to));
        }
        this.lines = List.copyOf(list);
        this.unmapped = unmapped;
        this.decode = decode;
    }

    /** Null when the path has no place on Alist, or one that would lead out of it. */
    @Nullable
    String toDrive(String embyPath) {
        String path = decode ? decoded(embyPath) : embyPath;
        for (Line line : lines) {
            String rest = line.from().rest(path);
            if (rest != null) {
                return drivePath(line.to() + rest);
            }
        }
        return switch (unmapped) {
            case PASS -> null;
            case KEEP -> drivePath(path);
        };
    }

    private static @Nullable String drivePath(String path) {
        String absolute = path.isEmpty() ? "/" : path;
        return PathRule.isDrivePath(absolute) ? absolute : null;
    }

    private static String decoded(String path) {
        String decoded = PercentEncoding.decode(path);
        return decoded == null ? path : decoded;
    }
}
