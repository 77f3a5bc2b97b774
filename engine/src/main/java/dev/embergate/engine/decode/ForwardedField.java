package dev.embergate.engine.decode;

import dev.embergate.engine.decode.ForwardingFields.Sender;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The elements of Forwarded (RFC 7239), nearest first.
 *
 * <p>Read from the right: what a client wrote stands to the left of what a proxy appended, and a quote it left open must not
 * swallow the proxy's words. An element is the shortest text before the right end that follows a comma and is well-formed; a
 * comma within a quoted string never gives one, as that text would hold an odd number of quotes.
 */
final class ForwardedField {
    /** Commas within the quoted strings of one element; with more it is taken for malformed. */
    private static final int MAX_COMMAS = 8;

    private ForwardedField() {}

    static List<Hop> hops(ParsedRequest head) {
        List<Hop> hops = new ArrayList<>(2);
        for (String line : ForwardingFields.linesOf(head, FieldName.FORWARDED)) {
            int end = line.length();
            while (end >= 0) {
                int from = end;
                Hop hop = null;
                boolean empty = false;
                for (int i = 0; i <= MAX_COMMAS && hop == null && from >= 0 && !empty; i++) {
                    from = from == 0 ? -1 : line.lastIndexOf(',', from - 1);
                    String element = ForwardingFields.trimmed(line, from + 1, end);
                    empty = element.isEmpty();
                    hop = empty ? null : element(element);
                }
                if (!empty) {
                    hops.add(hop == null ? Hop.UNKNOWN : hop);
                    if (hop == null || hop.address() == null || hops.size() == ForwardingFields.MAX_HOPS) {
                        return List.copyOf(hops);
                    }
                }
                end = from;
            }
        }
        return List.copyOf(hops);
    }

    /** Null when it is malformed: a pair that is not {@code token=value}, or one of ours twice. */
    private static @Nullable Hop element(String text) {
        String sender = null;
        String protocol = null;
        String host = null;
        String by = null;
        int at = 0;
        while (at < text.length()) {
            int from = skipBlanks(text, at);
            if (from < text.length() && text.charAt(from) == ';') { // the grammar lets a pair be left out
                at = from + 1;
                continue;
            }
            int equals = tokenEnd(text, from);
            if (equals == from || equals == text.length() || text.charAt(equals) != '=') {
                return null;
            }
            Value value = value(text, equals + 1);
            if (value == null) {
                return null;
            }
            String before = null;
            switch (text.substring(from, equals).toLowerCase(Locale.ROOT)) {
                case "for" -> {
                    before = sender;
                    sender = value.text();
                }
                case "proto" -> {
                    before = protocol;
                    protocol = value.text();
                }
                case "host" -> {
                    before = host;
                    host = value.text();
                }
                case "by" -> {
                    before = by;
                    by = value.text();
                }
                default -> {} // an extension (RFC 7239 section 5.5)
            }
            if (before != null) {
                return null;
            }
            at = value.end();
        }
        Sender who = sender == null ? Sender.HIDDEN : Sender.of(sender, false);
        return new Hop(
                who.address(),
                who.port(),
                protocol == null ? null : ForwardingFields.secure(protocol),
                host != null && ForwardingFields.isAuthority(host) ? host : null,
                0);
    }

    /** @param end where the next pair begins */
    private record Value(String text, int end) {}

    private static @Nullable Value value(String text, int from) {
        String value;
        int at;
        if (from < text.length() && text.charAt(from) == '"') {
            StringBuilder quoted = new StringBuilder();
            at = from + 1;
            while (at < text.length() && text.charAt(at) != '"') {
                if (text.charAt(at) == '\\' && ++at == text.length()) {
                    return null;
                }
                quoted.append(text.charAt(at++));
            }
            if (at == text.length()) {
                return null; // never closed
            }
            at++;
            value = quoted.toString();
        } else {
            at = tokenEnd(text, from);
            if (at == from) {
                return null;
            }
            value = text.substring(from, at);
        }
        at = skipBlanks(text, at);
        if (at < text.length() && text.charAt(at) != ';') {
            return null;
        }
        return new Value(value, Math.min(at + 1, text.length()));
    }

    private static int tokenEnd(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) < 0x7f && Octets.isToken((byte) text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static int skipBlanks(String text, int from) {
        int at = from;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }
}
