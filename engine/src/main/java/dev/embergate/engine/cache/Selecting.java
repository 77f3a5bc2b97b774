package dev.embergate.engine.cache;

import dev.embergate.engine.spi.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Vary (RFC 9111 section 4.1): which request fields selected an answer, and what a request says in them. Pure.
 *
 * <p>Lines are compared as they go upstream, one by one; only Accept-Encoding, whose members have no case, in lower case.
 * Nothing is joined, sorted or dropped: what a cache takes for the same, an upstream may not. Two requests that mean the same
 * are at worst kept twice.
 */
public final class Selecting {
    /** More names than this and the answer is as good as any other request's. */
    static final int MAX_NAMES = 16;

    /** Another one with each request. */
    private static final Set<String> NEVER_THE_SAME = Set.of("*", "x-request-id", "traceparent", "tracestate");

    private Selecting() {}

    /** In lower case and in order; null when no later request can match. */
    static @Nullable List<String> names(Headers answer) {
        Set<String> names = new TreeSet<>();
        for (String line : answer.all("Vary")) {
            for (String part : line.split(",", -1)) {
                String name = part.strip().toLowerCase(Locale.ROOT);
                if (NEVER_THE_SAME.contains(name)) {
                    return null;
                }
                if (!name.isEmpty()) {
                    names.add(name);
                }
            }
        }
        return names.size() > MAX_NAMES ? null : List.copyOf(names);
    }

    /** A digest, since the values may be credentials; empty for no names. */
    static String fingerprint(List<String> names, SentRequest request) {
        if (names.isEmpty()) {
            return "";
        }
        List<String> parts = new ArrayList<>(names.size() * 2);
        for (String name : names) {
            parts.add(name);
            List<String> values = request.values(name);
            parts.add(Integer.toString(values.size())); // absent is not the same as empty
            for (String value : values) {
                parts.add(name.equals("accept-encoding") ? value.toLowerCase(Locale.ROOT) : value);
            }
        }
        return CacheKey.digest(parts);
    }
}
