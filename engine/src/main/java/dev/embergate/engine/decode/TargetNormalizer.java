package dev.embergate.engine.decode;

import java.nio.charset.StandardCharsets;

/**
 * Gives the path of a target one reading, the one that rules are matched on: percent-decoded once as UTF-8, with runs of
 * slashes as one slash.
 *
 * <p>What the upstream could read differently is refused: dot segments, plain or encoded and also with a parameter behind
 * them ({@code /..;/}), encoded slashes, backslashes, control characters, malformed escapes and malformed UTF-8. Doubled slashes
 * are kept in the raw target, which goes upstream: players send {@code //videos/...}, and for a rule that guards a path the merged
 * reading is the wider one. Path parameters stay part of their segment.
 */
final class TargetNormalizer {
    /** The path reads as it stands. */
    static final int PLAIN = 0;
    /** {@link #normalized} has to be asked for it. */
    static final int REWRITTEN = 1;

    private static final int BAD_ESCAPE = -1;
    private static final int BAD_UTF_8 = -2;
    private static final int DOT_SEGMENT = -3;
    private static final int ENCODED_SLASH = -4;
    private static final int BACKSLASH = -5;
    private static final int CONTROL = -6;

    private TargetNormalizer() {}

    /**
     * Looks at a path that begins with a slash and holds visible ASCII only.
     *
     * @return {@link #PLAIN}, {@link #REWRITTEN} or, below zero, a fault for {@link #rejection}
     */
    static int check(byte[] bytes, int from, int to) {
        boolean rewritten = false;
        // Dots of a segment that consists of dots so far; -1 once it holds anything else.
        int dots = 0;
        // UTF-8: octets still to come of a character, and the range of the next one (RFC 3629 section 4).
        int pending = 0;
        int low = 0x80;
        int high = 0xbf;
        for (int i = from + 1; i < to; i++) {
            int c = bytes[i];
            if (c == '/') {
                if (pending > 0) {
                    return BAD_UTF_8;
                }
                if (dots == 1 || dots == 2) {
                    return DOT_SEGMENT;
                }
                rewritten |= bytes[i - 1] == '/';
                dots = 0;
                continue;
            }
            if (c == '%') {
                if (i + 2 >= to) {
                    return BAD_ESCAPE;
                }
                c = Octets.hex(bytes[i + 1]) << 4 | Octets.hex(bytes[i + 2]);
                if (c < 0) {
                    return BAD_ESCAPE;
                }
                i += 2;
                rewritten = true;
                if (c < 0x20 || c == 0x7f) {
                    return CONTROL;
                }
                if (c == '/') {
                    return ENCODED_SLASH;
                }
            }
            if (c == '\\') {
                return BACKSLASH;
            }
            if (pending > 0) {
                if (c < low || c > high) {
                    return BAD_UTF_8;
                }
                pending--;
                low = 0x80;
                high = 0xbf;
                continue;
            }
            if (c >= 0x80) {
                pending = c < 0xc2 || c > 0xf4 ? -1 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
                if (pending < 0) {
                    return BAD_UTF_8;
                }
                low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
                high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
                dots = -1;
            } else if (c == '.') {
                dots = dots >= 0 ? dots + 1 : -1;
            } else {
                if (c == ';' && (dots == 1 || dots == 2)) {
                    return DOT_SEGMENT;
                }
                dots = -1;
            }
        }
        if (pending > 0) {
            return BAD_UTF_8;
        }
        if (dots == 1 || dots == 2) {
            return DOT_SEGMENT;
        }
        return rewritten ? REWRITTEN : PLAIN;
    }

    static Rejection rejection(int fault) {
        return Rejection.malformed(
                switch (fault) {
                    case BAD_ESCAPE -> "path: malformed escape (expected: % and two hexadecimal digits)";
                    case BAD_UTF_8 -> "path: malformed UTF-8 (expected: escapes of UTF-8)";
                    case DOT_SEGMENT -> "path: dot segment (expected: a path without . and .. segments)";
                    case ENCODED_SLASH -> "path: encoded slash (expected: none)";
                    case BACKSLASH -> "path: backslash (expected: none)";
                    case CONTROL -> "path: encoded control character (expected: none)";
                    default -> throw new IllegalArgumentException("fault: " + fault + " (expected: one of check)");
                });
    }

    /** The reading of a path that {@link #check} let pass. */
    static String normalized(byte[] bytes, int from, int to) {
        byte[] out = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b == '%') {
                b = (byte) (Octets.hex(bytes[i + 1]) << 4 | Octets.hex(bytes[i + 2]));
                i += 2;
            } else if (b == '/' && i > from && bytes[i - 1] == '/') {
                continue;
            }
            out[length++] = b;
        }
        return new String(out, 0, length, StandardCharsets.UTF_8);
    }
}
