package dev.embergate.engine.encode;

import org.jspecify.annotations.Nullable;

/** Entity tags and their two comparisons (RFC 9110 section 8.8.3). */
final class EntityTags {
    private EntityTags() {}

    static boolean isValid(String tag) {
        return endOf(tag, 0) == tag.length();
    }

    static boolean isWeak(String tag) {
        return tag.startsWith("W/");
    }

    /** Both strong and the same; never true for null. */
    static boolean matchStrongly(String tag, @Nullable String current) {
        return current != null && isValid(tag) && !isWeak(tag) && tag.equals(current);
    }

    /**
     * Whether a list such as If-None-Match's holds the tag, or is {@code *}. What is no entity tag ends the list there: nothing
     * after it can be trusted to be cut rightly.
     */
    static boolean listMatches(String list, @Nullable String current, boolean weakly) {
        if (list.strip().equals("*")) {
            return true;
        }
        if (current == null || (!weakly && isWeak(current))) {
            return false;
        }
        int at = 0;
        while (at < list.length()) {
            char c = list.charAt(at);
            if (c == ' ' || c == '\t' || c == ',') {
                at++;
                continue;
            }
            int end = endOf(list, at);
            if (end < 0) {
                return false;
            }
            if (matches(list, at, end, current, weakly)) {
                return true;
            }
            at = end;
        }
        return false;
    }

    private static boolean matches(String list, int from, int to, String current, boolean weakly) {
        boolean weak = list.startsWith("W/", from);
        if (weak && !weakly) {
            return false;
        }
        int opaque = weak ? from + 2 : from;
        int currentOpaque = isWeak(current) ? 2 : 0;
        int length = to - opaque;
        return current.length() - currentOpaque == length && current.regionMatches(currentOpaque, list, opaque, length);
    }

    /** Where the tag that begins at {@code from} ends; -1 where there is none. */
    private static int endOf(String text, int from) {
        int quote = text.startsWith("W/", from) ? from + 2 : from;
        if (quote >= text.length() || text.charAt(quote) != '"') {
            return -1;
        }
        for (int i = quote + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                return i + 1;
            }
            if (c <= 0x20 || c == 0x7f) {
                return -1;
            }
        }
        return -1;
    }
}
