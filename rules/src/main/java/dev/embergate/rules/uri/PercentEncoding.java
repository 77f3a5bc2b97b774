package dev.embergate.rules.uri;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Percent-encoding of UTF-8 (RFC 3986 section 2.1), hexadecimal digits in upper case. */
public final class PercentEncoding {
    private static final String HEX = "0123456789ABCDEF";

    private PercentEncoding() {}

    /** Encodes all but the unreserved characters: fit for one path segment, a query name or a query value. */
    public static String component(String text) {
        return encode(text, false);
    }

    /** As {@link #component}, but slashes stay: fit for a path of several segments. */
    public static String path(String text) {
        return encode(text, true);
    }

    /**
     * Decodes escapes as UTF-8; a plus stays a plus.
     *
     * @return null when an escape is incomplete or the octets are not UTF-8
     */
    public static @Nullable String decode(String text) {
        int percent = text.indexOf('%');
        if (percent < 0) {
            return text;
        }
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        int length = 0;
        for (int i = 0; i < encoded.length; i++) {
            byte b = encoded[i];
            if (b == '%') {
                if (i + 2 >= encoded.length) {
                    return null;
                }
                int high = hexDigit((char) encoded[i + 1]);
                int low = hexDigit((char) encoded[i + 2]);
                if (high < 0 || low < 0) {
                    return null;
                }
                b = (byte) ((high << 4) | low);
                i += 2;
            }
            encoded[length++] = b;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(encoded, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** Whether a percent sign and two hexadecimal digits stand at {@code at}. */
    static boolean isEscape(String text, int at) {
        return text.charAt(at) == '%'
                && at + 2 < text.length()
                && hexDigit(text.charAt(at + 1)) >= 0
                && hexDigit(text.charAt(at + 2)) >= 0;
    }

    /** RFC 3986 section 2.3. */
    static boolean isUnreserved(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }

    static void appendEscaped(StringBuilder out, int octet) {
        out.append('%').append(HEX.charAt((octet >> 4) & 0xf)).append(HEX.charAt(octet & 0xf));
    }

    private static String encode(String text, boolean keepSlashes) {
        if (isPlain(text, keepSlashes)) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (isUnreserved(b) || (keepSlashes && b == '/')) {
                out.append((char) b);
            } else {
                appendEscaped(out, b);
            }
        }
        return out.toString();
    }

    private static boolean isPlain(String text, boolean keepSlashes) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isUnreserved(c) && !(keepSlashes && c == '/')) {
                return false;
            }
        }
        return true;
    }

    private static int hexDigit(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int lower = c | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }
}
