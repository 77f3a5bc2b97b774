package dev.embergate.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the machine at a share of its CPU time: the workers pause between two pieces of work, longer when there is too much going
 * on. {@link #adjust} is called each second by one thread, {@link #pauseNanos} by any.
 */
final class Tempo {
    private static final double SHARE = 0.70;
    private static final double TOLERANCE = 0.03;
    private static final double STEP = 1.15;
    private static final long LEAST_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private volatile long pauseNanos = TimeUnit.MILLISECONDS.toNanos(5);
    private long busyBefore;
    private long allBefore;
    private double share;

    long pauseNanos() {
        return pauseNanos;
    }

    /** Of the time between the last two adjustments. */
    double share() {
        return share;
    }

    void adjust() throws IOException {
        // cpu user nice system idle iowait irq softirq steal; see proc_stat(5).
        String[] times = Files.readString(Path.of("/proc/stat"))
                .lines()
                .findFirst()
                .orElse("")
                .split("\\s+");
        long all = 0;
        for (int i = 1; i <= 8; i++) {
            all += Long.parseLong(times[i]);
        }
        long busy = all - Long.parseLong(times[4]) - Long.parseLong(times[5]);
        if (allBefore > 0 && all > allBefore) {
            share = (busy - busyBefore) / (double) (all - allBefore);
            if (share > SHARE + TOLERANCE) {
                pauseNanos = Math.min(MOST_NANOS, (long) (pauseNanos * STEP));
            } else if (share < SHARE - TOLERANCE) {
                pauseNanos = Math.max(LEAST_NANOS, (long) (pauseNanos / STEP));
            }
        }
        busyBefore = busy;
        allBefore = all;
    }
}
