package dev.embergate.engine.decode;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the proxies before us say in X-Forwarded-* or Forwarded (RFC 7239), nearest first. Keeps what the last request of a
 * connection said, as the next one mostly says the same.
 *
 * <p>Where there is any of X-Forwarded-For, -Proto, -Host or -Port, Forwarded is not looked at. The lists of the four belong
 * together from their right ends: each proxy appends to all it knows of, and the last elements are the nearest proxy's.
 *
 * <p>Whom to believe is the caller's business. At most {@value #MAX_HOPS} are read. On one event loop.
 */
public final class ForwardingFields {
    static final int MAX_HOPS = 32;
    private static final byte[] NOTHING = {};

    private byte[] seen = NOTHING;
    private int seenLength;
    private List<Hop> hops = List.of();

    /** Reads them; false when they are those of the last request, octet for octet. */
    public boolean read(ParsedRequest head) {
        if (isAsSeen(head.raw)) {
            return false;
        }
        remember(head.raw);
        hops = hops(head);
        return true;
    }

    /** Nearest first; ends behind the first whose address is not told. */
    public List<Hop> hops() {
        return hops;
    }

    private boolean isAsSeen(HeadBytes raw) {
        int at = 0;
        for (int i = 0; i < raw.fieldCount(); i++) {
            if (!isRead(raw.ordinal(i))) {
                continue;
            }
            int from = raw.valueStart(i);
            int to = raw.valueEnd(i);
            int end = at + 1 + to - from;
            if (end >= seenLength
                    || seen[at] != raw.ordinal(i)
                    || !Arrays.equals(seen, at + 1, end, raw.bytes(), from, to)
                    || seen[end] != '\n') {
                return false;
            }
            at = end + 1;
        }
        return at == seenLength;
    }

    private void remember(HeadBytes raw) {
        int length = 0;
        for (int i = 0; i < raw.fieldCount(); i++) {
            if (isRead(raw.ordinal(i))) {
                length += raw.valueEnd(i) - raw.valueStart(i) + 2;
            }
        }
        byte[] copy = new byte[length];
        int at = 0;
        for (int i = 0; i < raw.fieldCount(); i++) {
            if (isRead(raw.ordinal(i))) {
                int from = raw.valueStart(i);
                int count = raw.valueEnd(i) - from;
                copy[at++] = (byte) raw.ordinal(i);
                System.arraycopy(raw.bytes(), from, copy, at, count);
                at += count;
                copy[at++] = '\n'; // in no value, so that two heads never look the same
            }
        }
        seen = copy;
        seenLength = length;
    }

    private static boolean isRead(int ordinal) {
        FieldName name = KnownNames.VALUES[ordinal];
        return name.isForwarding() && name != FieldName.X_REAL_IP;
    }

    private static List<Hop> hops(ParsedRequest head) {
        List<String> senders = elements(head, FieldName.X_FORWARDED_FOR);
        List<String> protocols = elements(head, FieldName.X_FORWARDED_PROTO);
        List<String> hosts = elements(head, FieldName.X_FORWARDED_HOST);
        List<String> ports = elements(head, FieldName.X_FORWARDED_PORT);
        if (senders.isEmpty() && protocols.isEmpty() && hosts.isEmpty() && ports.isEmpty()) {
            return ForwardedField.hops(head);
        }
        List<Hop> hops = new ArrayList<>(4);
        for (int i = 0; i < Math.max(1, senders.size()); i++) {
            Sender sender = i < senders.size() ? Sender.of(senders.get(i), true) : Sender.HIDDEN;
            String host = at(hosts, i);
            hops.add(new Hop(
                    sender.address(),
                    sender.port(),
                    secure(at(protocols, i)),
                    isAuthority(host) ? host : null,
                    Math.max(0, AddressText.port(at(ports, i)))));
            if (sender.address() == null) {
                break;
            }
        }
        return List.copyOf(hops);
    }

    private static String at(List<String> elements, int index) {
        return index < elements.size() ? elements.get(index) : "";
    }

    /** The elements of all lines of a list field, last first, without empty ones. */
    private static List<String> elements(ParsedRequest head, FieldName name) {
        List<String> elements = List.of();
        for (String line : linesOf(head, name)) {
            int end = line.length();
            while (end >= 0 && elements.size() < MAX_HOPS) {
                int comma = end == 0 ? -1 : line.lastIndexOf(',', end - 1);
                String element = trimmed(line, comma + 1, end);
                if (!element.isEmpty()) {
                    if (elements.isEmpty()) {
                        elements = new ArrayList<>(4);
                    }
                    elements.add(element);
                }
                end = comma;
            }
        }
        return elements;
    }

    /** All lines of that field, last first. */
    static List<String> linesOf(ParsedRequest head, FieldName name) {
        List<String> lines = List.of();
        for (int i = head.fieldCount() - 1; i >= 0; i--) {
            if (head.fieldName(i) == name) {
                if (lines.isEmpty()) {
                    lines = new ArrayList<>(2);
                }
                lines.add(head.fieldValue(i));
            }
        }
        return lines;
    }

    /** Without spaces and tabs around it (OWS, RFC 9110 section 5.6.3). */
    static String trimmed(String line, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && isBlank(line.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(line.charAt(end - 1))) {
            end--;
        }
        return line.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** Null when it is neither; some proxies name the protocol of a WebSocket. */
    static @Nullable Boolean secure(String protocol) {
        return switch (protocol.toLowerCase(Locale.ROOT)) {
            case "https", "wss" -> true;
            case "http", "ws" -> false;
            default -> null;
        };
    }

    static boolean isAuthority(String host) {
        byte[] bytes = host.getBytes(StandardCharsets.ISO_8859_1);
        return Authority.isValid(bytes, 0, bytes.length);
    }

    /** An address with or without a port; hidden when it is neither. */
    record Sender(@Nullable InetAddress address, int port) {
        static final Sender HIDDEN = new Sender(null, 0);

        /** @param loose whether an IPv6 address may come without brackets, as in X-Forwarded-For */
        static Sender of(String text, boolean loose) {
            InetAddress bare = loose || text.indexOf(':') < 0 ? AddressText.parse(text) : null;
            if (bare != null) {
                return new Sender(bare, 0);
            }
            boolean bracketed = text.startsWith("[");
            int hostEnd = bracketed ? text.indexOf(']') : text.indexOf(':');
            if (hostEnd < 0) {
                return HIDDEN;
            }
            String host = text.substring(bracketed ? 1 : 0, hostEnd);
            InetAddress address = (host.indexOf(':') >= 0) == bracketed ? AddressText.parse(host) : null;
            String rest = text.substring(bracketed ? hostEnd + 1 : hostEnd);
            if (address == null || (rest.isEmpty() && bracketed)) {
                return new Sender(address, 0);
            }
            if (!rest.startsWith(":")) {
                return HIDDEN;
            }
            if (rest.startsWith(":_") && !loose && rest.length() > 2) {
                return new Sender(address, 0); // an obfuscated port (RFC 7239 section 6)
            }
            int port = AddressText.port(rest.substring(1));
            return port < 0 ? HIDDEN : new Sender(address, port);
        }
    }
}
