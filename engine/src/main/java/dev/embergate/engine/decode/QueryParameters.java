package dev.embergate.engine.decode;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Finds a parameter in the octets of a query (the form encoding of the URL standard: ampersands, plus as space). Nothing is
 * refused here, because media players send queries of all kinds: an escape that is none stays as it is, and a text whose
 * escapes are not UTF-8 is given as received.
 */
final class QueryParameters {
    private QueryParameters() {}

    /** Value of the first parameter of that name; empty when it has no equals sign; null when there is none. */
    static @Nullable String first(byte[] bytes, int from, int to, String name, boolean ignoreCase) {
        int at = from;
        while (at <= to) {
            int end = at;
            int equals = -1;
            boolean encoded = false;
            while (end < to && bytes[end] != '&') {
                if (equals < 0) {
                    if (bytes[end] == '=') {
                        equals = end;
                    } else {
                        encoded |= bytes[end] == '%' || bytes[end] == '+';
                    }
                }
                end++;
            }
            int nameEnd = equals < 0 ? end : equals;
            if (end > at && isName(bytes, at, nameEnd, encoded, name, ignoreCase)) {
                return equals < 0 ? "" : decoded(bytes, equals + 1, end);
            }
            at = end + 1;
        }
        return null;
    }

    private static boolean isName(byte[] bytes, int from, int to, boolean encoded, String name, boolean ignoreCase) {
        if (encoded) {
            String decoded = decoded(bytes, from, to);
            return ignoreCase ? decoded.equalsIgnoreCase(name) : decoded.equals(name);
        }
        if (to - from != name.length()) {
            return false;
        }
        for (int i = from, k = 0; i < to; i++, k++) {
            int wanted = name.charAt(k);
            if (bytes[i] != wanted && !(ignoreCase && Octets.fold(bytes[i]) == Octets.fold(wanted))) {
                return false;
            }
        }
        return true;
    }

    private static String decoded(byte[] bytes, int from, int to) {
        boolean encoded = false;
        for (int i = from; i < to && !encoded; i++) {
            encoded = bytes[i] == '%' || bytes[i] == '+';
        }
        if (!encoded) {
            return Octets.text(bytes, from, to);
        }
        byte[] out = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b == '+') {
                b = ' ';
            } else if (b == '%' && i + 2 < to) {
                int octet = Octets.hex(bytes[i + 1]) << 4 | Octets.hex(bytes[i + 2]);
                if (octet >= 0) {
                    b = (byte) octet;
                    i += 2;
                }
            }
            out[length++] = b;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(out, 0, length))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return Octets.text(bytes, from, to);
        }
    }
}
