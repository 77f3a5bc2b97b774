package dev.embergate.launcher.config;

import java.time.Duration;
import java.util.Map;

/** Numbers with units: {@code 1h30m}, {@code 256KB}. */
public final class Quantity {
    private static final Map<String, Long> MILLIS = Map.of(
            "ms", 1L,
            "s", 1_000L,
            "m", 60_000L,
            "h", 3_600_000L,
            "d", 86_400_000L);
    private static final Map<String, Long> BYTES = Map.of(
            "", 1L,
            "b", 1L,
            "kb", 1_000L,
            "mb", 1_000_000L,
            "gb", 1_000_000_000L,
            "tb", 1_000_000_000_000L,
            "kib", 1L << 10,
            "mib", 1L << 20,
            "gib", 1L << 30,
            "tib", 1L << 40);

    private Quantity() {}

    /**
     * Whole numbers with d, h, m, s or ms, one after the other; a lone 0 needs no unit.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static Duration duration(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        long millis = 0;
        int at = 0;
        while (at < text.length()) {
            int unitAt = digitsEnd(text, at);
            int next = unitAt;
            while (next < text.length() && !isDigit(text.charAt(next))) {
                next++;
            }
            Long unit = MILLIS.get(text.substring(unitAt, next));
            if (unitAt == at || unit == null) {
                throw new IllegalArgumentException("not a duration");
            }
            millis = Math.addExact(millis, Math.multiplyExact(number(text, at, unitAt), unit));
            at = next;
        }
        if (text.isEmpty()) {
            throw new IllegalArgumentException("not a duration");
        }
        return Duration.ofMillis(millis);
    }

    /**
     * A whole number of bytes with B, KB, MB, GB, TB (by 1000), KiB, MiB, GiB, TiB (by 1024), or no unit.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static long bytes(String text) {
        int unitAt = digitsEnd(text, 0);
        String unitText = text.substring(unitAt).strip().toLowerCase(java.util.Locale.ROOT);
        Long unit = BYTES.get(unitText);
        if (unitAt == 0 || unit == null) {
            throw new IllegalArgumentException("not a size");
        }
        return Math.multiplyExact(number(text, 0, unitAt), unit);
    }

    /** As {@link #duration} reads it. */
    public static String show(Duration duration) {
        long millis = duration.toMillis();
        if (millis == 0) {
            return "0s";
        }
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    private static long number(String text, int from, int to) {
        return Long.parseLong(text, from, to, 10);
    }

    private static int digitsEnd(String text, int from) {
        int end = from;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
