package dev.embergate.launcher.config;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds what somebody who mistyped a word may have meant. */
public final class Suggestion {
    private Suggestion() {}

    /** Ends a problem on an unknown word: the nearest known one, or all of them. */
    public static String expected(String word, Collection<String> known) {
        String nearest = nearest(word, known);
        if (nearest != null) {
            return "(did you mean " + nearest + "?)";
        }
        return known.isEmpty() ? "(expected: none)" : "(expected: " + String.join(", ", known) + ")";
    }

    static @Nullable String nearest(String word, Collection<String> known) {
        String nearest = null;
        int least = Math.max(1, word.length() / 3) + 1;
        for (String candidate : known) {
            int distance = distance(fold(word), fold(candidate));
            if (distance < least) {
                least = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    private static String fold(String word) {
        return word.toLowerCase(java.util.Locale.ROOT).replace("-", "").replace("_", "");
    }

    /** Insertions, deletions, replacements and swaps of neighbours (Damerau, optimal string alignment). */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            d[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            d[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + cost);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
