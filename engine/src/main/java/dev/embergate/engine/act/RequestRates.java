package dev.embergate.engine.act;

import dev.embergate.engine.EngineConfig;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How many requests each client address ({@link ClientKey}) may send: so many a second, and so many at once beyond that.
 * Thread-safe; one for all event loops, so that a client with many connections has one rate.
 *
 * <p>The token bucket of an address is one number, when it will be full again (GCRA). The table is of fixed size, sets of
 * {@value #WAYS} addresses each; where a set is full, the address whose bucket is fullest is forgotten, which costs nothing when that
 * was full and lets a client send one more burst when it was not. Memory: 1 MiB for {@value #SETS} sets, whatever comes. A lock
 * covers one part in {@value #LOCKS} and is held for a look at one set.
 */
public final class RequestRates {
    static final int SETS = 8192;
    static final int WAYS = 8;
    private static final int LOCKS = 64;

    private final long nanosPerRequest;
    private final long burstNanos;
    private final long seed = ThreadLocalRandom.current().nextLong() | 1;
    private final long[] keys = new long[SETS * WAYS];
    /** When the bucket is full, in nanoseconds since the start; 0 for a place that is free. */
    private final long[] fullAt = new long[SETS * WAYS];

    private final Object[] locks = new Object[LOCKS];
    private final long startedAt = System.nanoTime();

    RequestRates(int perSecond, int burst) {
        this.nanosPerRequest = Math.max(1, TimeUnit.SECONDS.toNanos(1) / perSecond);
        this.burstNanos = burst * nanosPerRequest;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new Object();
        }
    }

    /** Null when there is no limit. */
    public static @Nullable RequestRates of(EngineConfig.Limits limits) {
        return limits.requestsPerSecondPerAddress() == 0
                ? null
                : new RequestRates(limits.requestsPerSecondPerAddress(), limits.requestBurstPerAddress());
    }

    /** As {@link #take(long, long)}, now. */
    long take(long key) {
        return take(key, System.nanoTime() - startedAt + 1);
    }

    /**
     * Takes one request from the bucket of that client.
     *
     * @param now in nanoseconds, above 0 and never going back
     * @return 0 when it may be served; else nothing is taken, and this is how long until one may, in nanoseconds
     */
    long take(long key, long now) {
        int set = (int) ((key * seed) >>> 51); // 13 bits
        synchronized (locks[set & (LOCKS - 1)]) {
            int place = place(key, set * WAYS);
            long full = keys[place] == key ? Math.max(fullAt[place], now) : now;
            long wait = full + nanosPerRequest - now - burstNanos;
            if (wait > 0) {
                return wait;
            }
            keys[place] = key;
            fullAt[place] = full + nanosPerRequest;
            return 0;
        }
    }

    private int place(long key, int first) {
        int fullest = first;
        for (int i = first; i < first + WAYS; i++) {
            if (keys[i] == key && fullAt[i] != 0) {
                return i;
            }
            if (fullAt[i] < fullAt[fullest]) {
                fullest = i;
            }
        }
        return fullest;
    }
}
