package dev.embergate.engine.cache;

import java.util.concurrent.atomic.AtomicLong;

/** What all answers that are being kept may hold in memory meanwhile. Thread-safe. */
final class FillBudget {
    private final long maxBytes;
    private final AtomicLong taken = new AtomicLong();

    FillBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    boolean take(long bytes) {
        if (taken.addAndGet(bytes) <= maxBytes) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    void give(long bytes) {
        taken.addAndGet(-bytes);
    }

    long taken() {
        return taken.get();
    }
}
