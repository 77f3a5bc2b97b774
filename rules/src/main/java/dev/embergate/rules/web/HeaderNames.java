package dev.embergate.rules.web;

import dev.embergate.engine.spi.Headers;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;

/** Which header fields a configuration may name. */
final class HeaderNames {
    /** The engine's own: framing (RFC 9112 section 6) and connection (RFC 9110 section 7.6.1). */
    private static final Set<String> FRAMING = Set.of(
            "connection",
            "content-length",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private HeaderNames() {}

    static void refuseFraming(String key, Collection<String> names) {
        for (String name : names) {
            if (FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(key + ": " + name + " (expected: none of the engine's own: "
                        + FRAMING.stream().sorted().toList() + ")");
            }
        }
    }

    /** As {@link #refuseFraming}, and every name must be a token. */
    static void check(String key, Collection<String> names) {
        for (String name : names) {
            try {
                new Headers.Field(name, "");
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
            }
        }
        refuseFraming(key, names);
    }
}
