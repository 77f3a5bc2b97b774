package dev.embergate.engine.telemetry;

/**
 * Text of a stranger on its way into one log line: only visible ASCII stays as it is, so that no value ends the line, forges a
 * field or drives a terminal.
 */
final class LogText {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private LogText() {}

    /** Appends what stands between two indices, escaped; quotes and backslashes too, so that the result fits into quotes. */
    static void append(StringBuilder out, String text, int start, int end) {
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c >= 0x20 && c < 0x7f) {
                out.append(c);
            } else if (c < 0x100) {
                out.append("\\x").append(HEX[c >> 4]).append(HEX[c & 15]);
            } else {
                out.append("\\u").append(HEX[c >> 12]).append(HEX[c >> 8 & 15]);
                out.append(HEX[c >> 4 & 15]).append(HEX[c & 15]);
            }
        }
    }

    /** Appends a value of a {@code key=value} line: a dash for nothing, in quotes where it would not end by itself. */
    static void appendValue(StringBuilder out, String value, int maxChars) {
        if (value.isEmpty()) {
            out.append('-');
            return;
        }
        boolean cut = value.length() > maxChars;
        int end = cut ? maxChars : value.length();
        boolean quoted = cut || !isBare(value, end);
        if (quoted) {
            out.append('"');
        }
        append(out, value, 0, end);
        if (cut) {
            out.append("...");
        }
        if (quoted) {
            out.append('"');
        }
    }

    private static boolean isBare(String value, int end) {
        for (int i = 0; i < end; i++) {
            char c = value.charAt(i);
            if (c <= 0x20 || c >= 0x7f || c == '"' || c == '\\' || c == '=') {
                return false;
            }
        }
        return !value.equals("-");
    }
}
