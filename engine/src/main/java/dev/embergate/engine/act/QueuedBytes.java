package dev.embergate.engine.act;

import io.netty.util.internal.PlatformDependent;

/**
 * What is queued for all clients of one event loop, against its share of {@code max-queued-bytes}. One slow client holds little; thousands of them would hold all there is, and then nobody is served. Over the budget,
 * answers are read from upstreams in smaller portions, and the clients that have taken nothing for longest are let go. On the loop.
 */
final class QueuedBytes {
    /** What a client may have queued while the budget is exceeded. */
    static final int TIGHT_BYTES = 16 << 10;

    private static final long LEAST_BUDGET = 16L << 20;

    private final long budget;
    private long total;

    QueuedBytes(long budget) {
        this.budget = budget;
    }

    /**
     * @param configured for all loops; 0 for half of the memory that buffers may take
     * @param loops that share it
     */
    static QueuedBytes of(long configured, int loops) {
        return new QueuedBytes(
                configured > 0
                        ? configured / loops
                        : Math.max(LEAST_BUDGET, PlatformDependent.maxDirectMemory() / 2 / loops));
    }

    void add(long bytes) {
        total += bytes;
    }

    boolean isTight() {
        return total > budget;
    }
}
