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
 * <p>Values are compared with the white space around commas taken out; Accept-Encoding, whose members have no case, in lower
 * case. Nothing is sorted or dropped: two requests that differ otherwise may at worst be kept twice.
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
            parts.add(values.isEmpty() ? "-" : "=" + normalized(name, values)); // absent is not the same as empty
        }
        return CacheKey.digest(parts);
    }

    private static String normalized(String name, List<String> values) {
        StringBuilder text = new StringBuilder();
        for (String value : values) {
            for (String member : value.split(",", -1)) {
                if (!text.isEmpty()) {
                    text.append(',');
                }
                text.append(member.strip());
            }
        }
        return name.equals("accept-encoding") ? text.toString().toLowerCase(Locale.ROOT) : text.toString();
    }
}
