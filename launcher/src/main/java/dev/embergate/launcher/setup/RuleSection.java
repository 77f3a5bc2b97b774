package dev.embergate.launcher.setup;

import dev.embergate.engine.spi.Route;
import dev.embergate.engine.spi.Setting;
import dev.embergate.launcher.config.Value;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One entry below {@code rules:}. */
public record RuleSection(
        @Setting("Its name in logs, metrics and explanations; unique.")
        String name,

        @Setting("What kind of rule it is.") String type,

        @Setting("Where it applies, instead of where its type applies by itself.") @Nullable
        Match match,

        @Setting("The settings of its type.") @Nullable Value with,

        @Setting(value = "false leaves it out, as if it were not there.", defaultValue = "true")
        boolean enabled) {

    private static final int MAX_NAME = 64;

    public RuleSection {
        if (name.isBlank() || name.length() > MAX_NAME || name.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
            throw new IllegalArgumentException("name: (expected: 1 to " + MAX_NAME + " visible characters)");
        }
    }

    public record Match(
            @Setting("One pattern or a list: /a/literal, /a/{part}, /a/begin*, /a/*/b, /a/**.")
            List<String> path,

            @Setting("Such as GET; any when left out.") Set<String> methods,

            @Setting(value = "Whether letter case of the path is disregarded.", defaultValue = "false")
            boolean ignoreCase,

            @Setting("Host the client asked for, without port, or *.example.org; any when left out.") @Nullable
            String host,

            @Setting("Query parameters that must be there, with their value, or * for any value.")
            Map<String, String> query,

            @Setting("Protocol of an upgrade that must be asked for, such as websocket.") @Nullable
            String upgrade) {
        public Match {
            if (path.isEmpty()) {
                throw new IllegalArgumentException("path: none (expected: at least one)");
            }
            routes(path, methods, ignoreCase, host, query, upgrade);
        }

        List<Route> routes() {
            return routes(path, methods, ignoreCase, host, query, upgrade);
        }

        private static List<Route> routes(
                List<String> path,
                Set<String> methods,
                boolean ignoreCase,
                @Nullable String host,
                Map<String, String> query,
                @Nullable String upgrade) {
            String protocol = upgrade == null ? null : upgrade.toLowerCase(Locale.ROOT);
            return path.stream()
                    .map(one -> new Route(methods, one, ignoreCase, host, query, protocol))
                    .toList();
        }
    }
}
