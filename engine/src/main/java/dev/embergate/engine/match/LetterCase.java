package dev.embergate.engine.match;

/**
 * Comparing segments without letter case, char by char as {@link String#equalsIgnoreCase} does, so that equal text has equal
 * hashes. Locale plays no part.
 */
final class LetterCase {
    private LetterCase() {}

    static char fold(char c) {
        if (c < 0x80) {
            return c >= 'A' && c <= 'Z' ? (char) (c + 0x20) : c;
        }
        // Upper first: some letters share a capital but not a small letter (final sigma).
        return Character.toLowerCase(Character.toUpperCase(c));
    }

    static String fold(String text) {
        char[] folded = text.toCharArray();
        for (int i = 0; i < folded.length; i++) {
            folded[i] = fold(folded[i]);
        }
        return new String(folded);
    }

    /** Whether {@code text}, folded already when case is ignored, stands in {@code path} at {@code start}. */
    static boolean standsAt(String path, int start, String text, boolean ignoreCase) {
        if (!ignoreCase) {
            return path.startsWith(text, start);
        }
        int length = text.length();
        if (path.length() - start < length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (fold(path.charAt(start + i)) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether no other text equals this one without case: only then comparing with case covers comparing without. */
    static boolean hasNoCase(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80 || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) {
                return false;
            }
        }
        return true;
    }
}
