package dev.embergate.engine.decode;

import org.jspecify.annotations.Nullable;

/** The usual methods as constants, so that asking for one makes no string. */
final class Methods {
    private Methods() {}

    /** The constant; null for a method out of the ordinary. Methods are case-sensitive (RFC 9110 section 9.1). */
    static @Nullable String known(byte[] bytes, int from, int to) {
        String candidate = switch (bytes[from]) {
            case 'G' -> "GET";
            case 'H' -> "HEAD";
            case 'P' ->
                switch (to - from) {
                    case 3 -> "PUT";
                    case 4 -> "POST";
                    case 5 -> "PATCH";
                    case 8 -> "PROPFIND";
                    default -> null;
                };
            case 'D' -> "DELETE";
            case 'O' -> "OPTIONS";
            case 'T' -> "TRACE";
            case 'C' -> "CONNECT";
            default -> null;
        };
        return candidate != null && is(bytes, from, to, candidate) ? candidate : null;
    }

    private static boolean is(byte[] bytes, int from, int to, String method) {
        if (to - from != method.length()) {
            return false;
        }
        for (int i = from, k = 0; i < to; i++, k++) {
            if (bytes[i] != method.charAt(k)) {
                return false;
            }
        }
        return true;
    }
}
