package dev.embergate.engine.decode;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * A head as the laxest reader might take it: any of CR and LF ends a line, and what surrounds a name does not count. Such a
 * reader, too, must find one Host and one framing in what is sent on.
 */
final class LaxReading {
    /** Fields the engine writes itself, whatever the client's Connection field names. */
    static final Set<String> OURS = Set.of(
            "host",
            "content-length",
            "transfer-encoding",
            "connection",
            "upgrade",
            "via",
            "date",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-real-ip",
            "x-request-id",
            "traceparent",
            "tracestate");

    private LaxReading() {}

    static void checkOneReading(byte[] message) {
        String head = head(message);
        int hosts = 0;
        int framings = 0;
        for (String line : head.split("[\r\n]+")) {
            String name = name(line);
            hosts += name.equals("host") ? 1 : 0;
            framings += name.equals("content-length") || name.equals("transfer-encoding") ? 1 : 0;
        }
        boolean answer = head.startsWith("HTTP/");
        if (hosts != 1 && !answer || framings > 1) {
            throw new AssertionError("two readings: " + hosts + " Host, " + framings + " framing fields in\n" + head);
        }
        if (head.replace("\r\n", "").matches("(?s).*[\\x00-\\x08\\x0a-\\x1f\\x7f].*")) {
            throw new AssertionError("control character in\n" + head);
        }
    }

    static boolean has(byte[] message, String fieldName) {
        String wanted = fieldName.toLowerCase(Locale.ROOT);
        return head(message).lines().anyMatch(line -> name(line).equals(wanted));
    }

    private static String name(String line) {
        int colon = line.indexOf(':');
        return colon < 0 ? "" : line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
    }

    private static String head(byte[] message) {
        String text = new String(message, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new AssertionError("no end of the head in\n" + text);
        }
        return text.substring(0, end);
    }
}
