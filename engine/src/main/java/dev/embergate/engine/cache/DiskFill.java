package dev.embergate.engine.cache;

import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chunks on their way from a loop to a file, written by a virtual thread of its own. No more than {@link #MAX_QUEUED_BYTES} wait:
 * when the disk is slower than the client, the answer is not kept.
 */
final class DiskFill {
    static final long MAX_QUEUED_BYTES = 4 << 20;

    private static final Logger log = LoggerFactory.getLogger(DiskFill.class);

    private sealed interface Order {
        record Write(byte[] bytes, int length, int taken) implements Order {}

        record Finish(long length, Consumer<Boolean> then) implements Order {}

        record Abandon() implements Order {}
    }

    private final DiskStore store;
    private final FillBudget budget;
    private final String key;
    private final Stored stored;
    private final long asked;
    private final BooleanSupplier still;
    private final Consumer<Stored> kept;
    private final LinkedBlockingQueue<Order> orders = new LinkedBlockingQueue<>();
    private final AtomicLong queued = new AtomicLong();
    private volatile boolean failed;

    /**
     * @param asked when it was, as {@link AnswerCache#epoch}
     * @param kept told on the writing thread of what lies on disk then
     */
    DiskFill(
            DiskStore store,
            FillBudget budget,
            String key,
            Stored stored,
            long asked,
            BooleanSupplier still,
            Consumer<Stored> kept) {
        this.store = store;
        this.budget = budget;
        this.key = key;
        this.stored = stored;
        this.asked = asked;
        this.still = still;
        this.kept = kept;
        Thread.ofVirtual().name("embergate-cache-write").start(this::run);
    }

    /**
     * False when it is behind or has failed; {@link #abandon} must follow then.
     *
     * @param taken bytes of the budget that come along, given back whatever happens
     */
    boolean add(byte[] bytes, int length, int taken) {
        if (failed || queued.addAndGet(taken) > MAX_QUEUED_BYTES) {
            budget.give(taken);
            return false;
        }
        orders.add(new Order.Write(bytes, length, taken));
        return true;
    }

    void finish(long length, Consumer<Boolean> then) {
        orders.add(new Order.Finish(length, then));
    }

    void abandon() {
        orders.add(new Order.Abandon());
    }

    private void run() {
        DiskWriting writing = null;
        try {
            writing = store.begin(key, stored);
        } catch (Throwable e) {
            fail(e);
        }
        while (true) {
            Order order;
            try {
                order = orders.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            switch (order) {
                case Order.Write write -> {
                    if (writing != null && !written(writing, write)) {
                        writing.abandon();
                        writing = null;
                    }
                    queued.addAndGet(-write.taken);
                    budget.give(write.taken);
                }
                case Order.Finish finish -> {
                    finish.then.accept(finished(writing, finish.length));
                    return;
                }
                case Order.Abandon abandon -> {
                    if (writing != null) {
                        writing.abandon();
                    }
                    return;
                }
            }
        }
    }

    private boolean written(DiskWriting writing, Order.Write write) {
        try {
            writing.body(write.bytes, write.length);
            return true;
        } catch (Throwable e) {
            fail(e);
            return false;
        }
    }

    private boolean finished(@Nullable DiskWriting writing, long length) {
        if (writing == null) {
            return false;
        }
        KeptBody.Disk body;
        try {
            body = writing.finish(asked, still);
        } catch (Throwable e) {
            writing.abandon();
            fail(e);
            return false;
        }
        if (body == null || body.length() != length) {
            return false;
        }
        try {
            kept.accept(stored.with(body));
        } catch (Throwable e) { // it is found on disk all the same
            log.debug("a kept answer: its head is not in memory", e);
        }
        return true;
    }

    /** Whatever it is, an Error too: whoever waits for the end must hear of it. */
    private void fail(Throwable e) {
        failed = true;
        if (!(e instanceof DiskStore.NoRoomException)) {
            store.failed(e instanceof IOException io ? io : new IOException(e));
        }
    }
}
