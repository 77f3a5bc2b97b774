package dev.embergate.engine.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class that lost a buffer: {@code @ExtendWith(LeakCheck.class)}.
 *
 * <p>A buffer is lost when nobody can reach it and nobody released it; one that an open channel still holds is not, so
 * closes that are still under way do no harm. Found by collecting garbage after the class, some tenths of a second. Sees every
 * buffer that came from an allocator, if leak detection is paranoid, as it is in the build; not those of
 * {@code Unpooled.wrappedBuffer}, which need no release. A class that runs beside others in the same JVM may be blamed for
 * theirs.
 */
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {
    private static final int ROUNDS = 3;

    private final List<String> leaks = new CopyOnWriteArrayList<>();

    @Override
    public void beforeAll(ExtensionContext context) {
        begin();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        List<String> found = end();
        if (!found.isEmpty()) {
            throw new AssertionError(context.getDisplayName() + " lost " + found.size() + " kinds of buffers:\n"
                    + String.join("\n\n", found));
        }
    }

    void begin() {
        if (ResourceLeakDetector.getLevel() != ResourceLeakDetector.Level.PARANOID) {
            throw new IllegalStateException(
                    "leak detection: " + ResourceLeakDetector.getLevel() + " (expected: PARANOID)");
        }
        collect();
        ByteBufUtil.setLeakListener((resource, records) -> leaks.add(resource + records));
    }

    List<String> end() {
        collect();
        ByteBufUtil.setLeakListener(null);
        return List.copyOf(leaks);
    }

    /** The detector tells what was lost when the next buffer is made. */
    private static void collect() {
        for (int i = 0; i < ROUNDS; i++) {
            awaitCollection();
            ByteBuf probe = ByteBufAllocator.DEFAULT.buffer(1);
            probe.release();
        }
    }

    /** Until a reference has gone all the way to its queue: those found by the collection before have too, by then. */
    private static void awaitCollection() {
        ReferenceQueue<Object> cleared = new ReferenceQueue<>();
        WeakReference<Object> witness = new WeakReference<>(new Object(), cleared);
        try {
            for (int i = 0; i < 100; i++) {
                System.gc();
                if (cleared.remove(100) == witness) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IllegalStateException("no garbage was collected: leaks cannot be found");
    }
}
