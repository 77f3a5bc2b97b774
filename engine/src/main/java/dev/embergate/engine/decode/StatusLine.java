package dev.embergate.engine.decode;

import org.jspecify.annotations.Nullable;

/**
 * Reads {@code HTTP-version SP status-code SP [ reason-phrase ]} (RFC 9112 section 4). The second space may be missing when
 * there is no reason: several servers leave it out, and nothing can be read differently for it.
 */
final class StatusLine {
    private static final long HTTP_1_1 = Octets.word("HTTP/1.1");
    private static final long HTTP_1_0 = Octets.word("HTTP/1.0");
    private static final int AFTER_VERSION = 8;
    private static final int AFTER_STATUS = 12;

    private StatusLine() {}

    static @Nullable Rejection read(byte[] bytes, int from, int to, ParsedResponse into) {
        int length = to - from;
        if (length < AFTER_STATUS || bytes[from + AFTER_VERSION] != ' ') {
            return Rejection.malformed("status line: malformed (expected: HTTP/1.1, space, three digits)");
        }
        long version = Octets.word(bytes, from);
        if (version != HTTP_1_1 && version != HTTP_1_0) {
            return Rejection.malformed("HTTP version: malformed (expected: HTTP/1.1 or HTTP/1.0)");
        }
        int status = 0;
        for (int i = from + AFTER_VERSION + 1; i < from + AFTER_STATUS; i++) {
            if (!Octets.isDigit(bytes[i])) {
                return Rejection.malformed("status: not a number (expected: three digits)");
            }
            status = status * 10 + bytes[i] - '0';
        }
        if (status < 100 || status > 599) {
            return Rejection.malformed("status: out of range (expected: 100 to 599)");
        }
        int reason = Math.min(from + AFTER_STATUS + 1, to);
        if (length > AFTER_STATUS && bytes[from + AFTER_STATUS] != ' ') {
            return Rejection.malformed("status: no space behind it (expected: three digits and a space)");
        }
        if (Octets.hasControl(bytes, reason, to)) {
            return Rejection.malformed("reason phrase: control character (expected: visible characters, space or tab)");
        }
        into.http10 = version == HTTP_1_0;
        into.line(status, reason, to);
        return null;
    }
}
