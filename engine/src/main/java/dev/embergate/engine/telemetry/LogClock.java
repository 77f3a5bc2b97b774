package dev.embergate.engine.telemetry;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Writes times as {@code 2026-01-31T08:05:09.123Z}; works out the date once a second. One thread. */
final class LogClock {
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.").withZone(ZoneOffset.UTC);

    private long second = Long.MIN_VALUE;
    private String text = "";

    void append(StringBuilder out, long epochMillis) {
        long now = Math.floorDiv(epochMillis, 1000L);
        if (now != second) {
            second = now;
            text = SECOND.format(Instant.ofEpochSecond(now));
        }
        int millis = (int) Math.floorMod(epochMillis, 1000L);
        out.append(text);
        out.append((char) ('0' + millis / 100));
        out.append((char) ('0' + millis / 10 % 10));
        out.append((char) ('0' + millis % 10));
        out.append('Z');
    }
}
