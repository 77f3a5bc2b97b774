package dev.embergate.engine.act;

import java.util.concurrent.TimeUnit;

/**
 * Measures a peer that moves its bytes too slowly: time spent waiting for it uses patience up, and each byte it moves earns some
 * back, a second for as many bytes as the least rate. So whoever keeps to the rate is waited for as long as it takes, a pause after
 * a faster time is forgiven, and dribbling only puts off the end.
 */
final class Patience {
    private final long initialNanos;
    private final long mostNanos;
    private final double nanosPerByte;
    private long left;
    private long countedBytes;

    /** @param bytesPerSecond 0 for endless patience */
    Patience(int bytesPerSecond, long initialNanos, long mostNanos) {
        this.initialNanos = initialNanos;
        this.mostNanos = mostNanos;
        this.nanosPerByte = bytesPerSecond == 0 ? 0 : (double) TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
        this.left = initialNanos;
    }

    boolean isEndless() {
        return nanosPerByte == 0;
    }

    /** Something new is waited for, of which so many bytes have moved. */
    void renew(long bytes) {
        left = initialNanos;
        countedBytes = bytes;
    }

    /**
     * @param bytes moved in all since the same beginning as before
     * @param waitedNanos of waiting since the last call
     * @return false once patience is used up
     */
    boolean lasts(long bytes, long waitedNanos) {
        if (isEndless()) {
            return true;
        }
        long earned = Math.min(mostNanos, Math.round(Math.max(0, bytes - countedBytes) * nanosPerByte));
        countedBytes = bytes;
        left = Math.min(mostNanos, left + earned - waitedNanos);
        return left > 0;
    }
}
