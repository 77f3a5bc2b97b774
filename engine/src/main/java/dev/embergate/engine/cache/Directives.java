package dev.embergate.engine.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Cache-Control as one message says it (RFC 9111 section 5.2). Immutable. Whatever is malformed counts as the most restrictive
 * reading of it (section 4.2.1): a lifetime that is no number, or that is said twice with different values, is 0; a list of
 * fields that cannot be read is the whole directive.
 */
public final class Directives {
    /** No such directive. */
    public static final long ABSENT = -1;

    /** Larger values count as this (section 1.2.2). */
    public static final long MAX_SECONDS = 1L << 31;

    private static final Directives NONE = new Directives(List.of(), false);

    private record Directive(String name, @Nullable String argument) {}

    private final List<Directive> directives;
    private final boolean present;

    private Directives(List<Directive> directives, boolean present) {
        this.directives = directives;
        this.present = present;
    }

    /** @param lines the values of all Cache-Control lines, in order */
    public static Directives of(List<String> lines) {
        if (lines.isEmpty()) {
            return NONE;
        }
        List<Directive> found = new ArrayList<>(4);
        for (String line : lines) {
            read(line, found);
        }
        return new Directives(found, true);
    }

    private static void read(String line, List<Directive> found) {
        int at = 0;
        while (at < line.length()) {
            int end = endOfMember(line, at);
            String member = line.substring(at, end).strip();
            at = end + 1;
            int equals = member.indexOf('=');
            String name =
                    (equals < 0 ? member : member.substring(0, equals)).strip().toLowerCase(Locale.ROOT);
            if (!name.isEmpty()) {
                found.add(new Directive(
                        name,
                        equals < 0
                                ? null
                                : unquoted(member.substring(equals + 1).strip())));
            }
        }
    }

    /** The next comma outside of quotes; a quote that nobody closes hides none. */
    private static int endOfMember(String line, int from) {
        for (int i = from; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == ',') {
                return i;
            }
            if (c == '"') {
                int closing = closingQuote(line, i);
                if (closing > 0) {
                    i = closing;
                }
            }
        }
        return line.length();
    }

    private static int closingQuote(String line, int open) {
        for (int i = open + 1; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                return i;
            }
        }
        return -1;
    }

    private static String unquoted(String argument) {
        if (argument.length() < 2 || !argument.startsWith("\"") || !argument.endsWith("\"")) {
            return argument;
        }
        StringBuilder text = new StringBuilder(argument.length());
        for (int i = 1; i < argument.length() - 1; i++) {
            char c = argument.charAt(i);
            if (c == '\\' && i + 1 < argument.length() - 1) {
                i++;
                c = argument.charAt(i);
            }
            text.append(c);
        }
        return text.toString();
    }

    /** Whether there was a Cache-Control at all. */
    public boolean isPresent() {
        return present;
    }

    public boolean has(String name) {
        for (Directive directive : directives) {
            if (directive.name.equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the directive is there for the whole message: without a list of fields, or with one that cannot be read. */
    public boolean hasWhole(String name) {
        for (Directive directive : directives) {
            if (directive.name.equals(name) && tokens(directive.argument).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** The fields that directive is limited to, in lower case; empty when it is absent or for the whole message. */
    public List<String> fields(String name) {
        List<String> all = new ArrayList<>();
        for (Directive directive : directives) {
            if (directive.name.equals(name)) {
                all.addAll(tokens(directive.argument));
            }
        }
        return all;
    }

    private static List<String> tokens(@Nullable String argument) {
        if (argument == null) {
            return List.of();
        }
        List<String> fields = new ArrayList<>();
        for (String name : argument.split(",", -1)) {
            String stripped = name.strip().toLowerCase(Locale.ROOT);
            if (!isToken(stripped)) {
                return List.of();
            }
            fields.add(stripped);
        }
        return fields;
    }

    private static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= 0x20 || c >= 0x7f || "\"(),/:;<=>?@[\\]{}".indexOf(c) >= 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** In seconds; {@link #ABSENT} when not there, 0 when it makes no sense. */
    public long seconds(String name) {
        return seconds(name, 0);
    }

    /** @param bare what the directive means without an argument */
    public long seconds(String name, long bare) {
        long found = ABSENT;
        for (Directive directive : directives) {
            if (directive.name.equals(name)) {
                long value = directive.argument == null ? bare : Math.max(0, deltaSeconds(directive.argument));
                if (found != ABSENT && found != value) {
                    return 0;
                }
                found = value;
            }
        }
        return found;
    }

    /** Section 1.2.2; {@link #ABSENT} for what is none. */
    static long deltaSeconds(String text) {
        if (text.isEmpty()) {
            return ABSENT;
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return ABSENT;
            }
            value = Math.min(MAX_SECONDS, value * 10 + c - '0');
        }
        return value;
    }
}
