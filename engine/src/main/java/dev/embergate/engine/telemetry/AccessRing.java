package dev.embergate.engine.telemetry;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Ended exchanges on their way from the event loops to the one writer: a bounded ring of reused records, so that neither side
 * waits for the other and nothing is allocated for an exchange.
 *
 * <p>Each place carries a turn: {@code n} when the record for position {@code n} may be filled, {@code n + 1} when it may be
 * read. A loop claims a position by moving the tail, then owns the record until it publishes the turn.
 */
final class AccessRing {
    private final AccessRecord[] records;
    private final AtomicLongArray turns;
    private final AtomicLong tail = new AtomicLong();
    private final int mask;

    /** The writer's alone. */
    private long head;

    private final LogClock clock = new LogClock();

    /** @param capacity a power of two */
    AccessRing(int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("capacity: " + capacity + " (expected: a power of two)");
        }
        records = new AccessRecord[capacity];
        turns = new AtomicLongArray(capacity);
        for (int i = 0; i < capacity; i++) {
            records[i] = new AccessRecord();
            turns.set(i, i);
        }
        mask = capacity - 1;
    }

    /** Takes what the line needs out of the exchange; false when the ring is full. From any thread. */
    boolean offer(ExchangeView exchange, long nowMillis) {
        while (true) {
            long position = tail.get();
            int place = (int) position & mask;
            long turn = turns.get(place);
            if (turn < position) {
                return false;
            }
            if (turn == position && tail.compareAndSet(position, position + 1)) {
                try {
                    records[place].fill(exchange, nowMillis);
                } finally {
                    // Also when the exchange throws: a place that is never published would stop the writer for good.
                    turns.set(place, position + 1);
                }
                return true;
            }
        }
    }

    boolean isEmpty() {
        return turns.get((int) head & mask) != head + 1;
    }

    /** Appends the oldest exchange's line; false when there is none. From the writer's thread only. */
    boolean poll(StringBuilder line) {
        if (isEmpty()) {
            return false;
        }
        int place = (int) head & mask;
        try {
            records[place].appendTo(line, clock);
        } finally {
            records[place].clear();
            turns.set(place, head + mask + 1);
            head++;
        }
        return true;
    }
}
