package dev.embergate.engine.telemetry;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one line an exchange to the logger {@code embergate.access}, or to a sink many at a time, on a thread of its own.
 *
 * <p>When lines come faster than they are written, lines are dropped and counted: a slow disk must not slow the traffic. The
 * writer naps between rounds while there is traffic, so that an event loop wakes it only after a silence.
 */
final class AccessLog implements AutoCloseable {
    static final int CAPACITY = 2048;
    private static final int BATCH_BYTES = 32 << 10;
    private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long CLOSE_MILLIS = 5000;
    private static final long WARN_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Logger log;
    private final @Nullable AccessSink sink;
    private final AccessRing ring;
    private final Thread writer;
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final LongAdder dropped = new LongAdder();
    private volatile boolean closing;

    // The writer's alone.
    private byte[] batch = {};
    private int batched;
    private int batchedLines;

    AccessLog(@Nullable AccessSink sink) {
        this(LoggerFactory.getLogger("embergate.access"), CAPACITY, sink);
    }

    AccessLog(Logger log, int capacity, @Nullable AccessSink sink) {
        this.log = log;
        this.sink = sink;
        ring = new AccessRing(capacity);
        writer = Thread.ofPlatform().name("embergate-access").daemon().start(this::write);
    }

    void add(ExchangeView exchange) {
        if (!log.isInfoEnabled()) {
            return;
        }
        if (closing || !ring.offer(exchange, System.currentTimeMillis())) {
            dropped.increment();
        } else if (asleep.get() && asleep.compareAndSet(true, false)) {
            LockSupport.unpark(writer);
        }
    }

    long dropped() {
        return dropped.sum();
    }

    private void write() {
        StringBuilder line = new StringBuilder(512);
        long warned = 0;
        long warnedAt = System.nanoTime() - WARN_EVERY_NANOS;
        while (true) {
            boolean last = closing;
            int written = drain(line, last ? Integer.MAX_VALUE : CAPACITY);
            long lost = dropped.sum();
            if (lost > warned && (last || System.nanoTime() - warnedAt >= WARN_EVERY_NANOS)) {
                log.warn("access log: {} lines dropped since the last warning (expected: a faster log)", lost - warned);
                warned = lost;
                warnedAt = System.nanoTime();
            }
            if (last) {
                return;
            }
            if (written == 0) {
                sleep();
            } else if (written < CAPACITY) {
                LockSupport.parkNanos(this, NAP_NANOS);
            }
        }
    }

    /** Writes at most so many lines, so that a warning is not put off for ever. */
    private int drain(StringBuilder line, int most) {
        int written = 0;
        while (written < most) {
            line.setLength(0);
            try {
                if (!ring.poll(line)) {
                    break;
                }
                AccessSink to = sink;
                if (to == null) {
                    log.info(line.toString());
                } else {
                    add(to, line);
                }
            } catch (RuntimeException e) {
                // An appender's trouble costs its line, not the log.
                dropped.increment();
            }
            written++;
        }
        flush();
        return written;
    }

    private void add(AccessSink to, StringBuilder line) {
        if (batch.length == 0) {
            batch = new byte[BATCH_BYTES];
        }
        int length = line.length();
        if (length >= BATCH_BYTES - batched) {
            flush();
        }
        int end = Math.min(length, BATCH_BYTES - 1); // every part of a line is bounded far below this
        for (int i = 0; i < end; i++) {
            batch[batched + i] = (byte) line.charAt(i);
        }
        batched += end;
        batch[batched++] = '\n';
        batchedLines++;
    }

    private void flush() {
        AccessSink to = sink;
        if (to == null || batched == 0) {
            return;
        }
        try {
            to.write(batch, batched);
        } catch (IOException | RuntimeException e) {
            dropped.add(batchedLines);
        } finally {
            batched = 0;
            batchedLines = 0;
        }
    }

    /** Until the next exchange. The flag is set before the last look at the ring, so none is missed. */
    private void sleep() {
        asleep.set(true);
        if (ring.isEmpty() && !closing) {
            LockSupport.park(this);
        }
        asleep.set(false);
    }

    /** Writes what is queued. Waits five seconds at most: a log that hangs does not keep the program from ending. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(writer);
        try {
            writer.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
