package dev.embergate.engine.decode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The character classes of RFC 9110 section 5.6 and scans over them, eight octets at a time where that pays. */
final class Octets {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long LF_WORD = ONES * '\n';
    private static final long SPACE_WORD = ONES * ' ';
    private static final long DEL_WORD = ONES * 0x7f;

    private static final boolean[] TOKEN = new boolean[256];
    private static final boolean[] TARGET = new boolean[256];
    private static final byte[] HEX = new byte[256];

    static {
        for (int c = 0; c < 256; c++) {
            boolean alphanumeric = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            TOKEN[c] = alphanumeric || (c < 128 && "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
            TARGET[c] = c > 0x20 && c < 0x7f && c != '#';
            HEX[c] = (byte) (c < 128 ? Character.digit(c, 16) : -1);
        }
    }

    private Octets() {}

    /** RFC 9110 section 5.6.2. */
    static boolean isToken(byte b) {
        return TOKEN[b & 0xff];
    }

    static boolean isToken(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!TOKEN[bytes[i] & 0xff]) {
                return false;
            }
        }
        return from < to;
    }

    /**
     * What a request target may hold: visible ASCII but the fragment's mark. That is more than the grammar of RFC 3986:
     * real players send {@code " < > [ ] ^ ` { | }} unencoded, and none of these can end the line or split the target.
     */
    static boolean isTarget(byte b) {
        return TARGET[b & 0xff];
    }

    /** Value of a hexadecimal digit; -1 for anything else. */
    static int hex(byte b) {
        return HEX[b & 0xff];
    }

    static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    /** What RFC 9110 section 5.5 forbids in a field value and RFC 9112 section 4 in a reason phrase. */
    static boolean isControl(byte b) {
        return (b >= 0 && b < 0x20 && b != '\t') || b == 0x7f;
    }

    /** Place of the first LF; -1 when there is none. */
    static int indexOfLf(byte[] bytes, int from, int to) {
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            long word = (long) WORD.get(bytes, i) ^ LF_WORD;
            long zeros = (word - ONES) & ~word & HIGHS;
            if (zeros != 0) {
                return i + (Long.numberOfTrailingZeros(zeros) >>> 3);
            }
        }
        for (; i < to; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    static boolean hasControl(byte[] bytes, int from, int to) {
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            long word = (long) WORD.get(bytes, i);
            long del = word ^ DEL_WORD;
            long suspects = (((word - SPACE_WORD) & ~word) | ((del - ONES) & ~del)) & HIGHS;
            if (suspects != 0 && hasControlSlow(bytes, i, i + Long.BYTES)) {
                return true;
            }
        }
        return hasControlSlow(bytes, i, to);
    }

    private static boolean hasControlSlow(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (isControl(bytes[i])) {
                return true;
            }
        }
        return false;
    }

    /** The eight octets at {@code from} as one number, the first one lowest. */
    static long word(byte[] bytes, int from) {
        return (long) WORD.get(bytes, from);
    }

    static long word(String eightCharacters) {
        return word(eightCharacters.getBytes(StandardCharsets.ISO_8859_1), 0);
    }

    /** Compares ASCII without case; octets above 127 are compared as ISO 8859-1 characters, with case. */
    static boolean equals(byte[] bytes, int from, int to, String text) {
        if (to - from != text.length()) {
            return false;
        }
        for (int i = from, k = 0; i < to; i++, k++) {
            if ((bytes[i] & 0xff) != text.charAt(k)) {
                return false;
            }
        }
        return true;
    }

    static boolean equalsIgnoreCase(byte[] bytes, int from, int to, String text) {
        if (to - from != text.length()) {
            return false;
        }
        for (int i = from, k = 0; i < to; i++, k++) {
            if (fold(bytes[i] & 0xff) != fold(text.charAt(k))) {
                return false;
            }
        }
        return true;
    }

    static boolean equalsIgnoreCase(byte[] bytes, int from, int to, int otherFrom, int otherTo) {
        if (to - from != otherTo - otherFrom) {
            return false;
        }
        for (int i = from, k = otherFrom; i < to; i++, k++) {
            if (fold(bytes[i] & 0xff) != fold(bytes[k] & 0xff)) {
                return false;
            }
        }
        return true;
    }

    /** ASCII letters to lower case. */
    static int fold(int c) {
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    }

    static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
