package dev.embergate.engine.upstream;

import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/**
 * How large the next read of one connection is: small while a head is awaited, large once a body is long, since the number of
 * reads is what a long body costs.
 *
 * <p>It falls at once to what really came, so that little data does not pin large buffers. One per connection; on its loop.
 */
final class ReadSize extends DefaultMaxMessagesRecvByteBufAllocator {
    static final int SMALL_BYTES = 4 << 10;
    static final int LARGE_BYTES = 256 << 10;

    /** Full reads before other connections of the loop have their turn. */
    private static final int READS_IN_A_ROW = 4;

    private static final int GROWTH = 4;

    private int next = SMALL_BYTES;

    ReadSize() {
        super(READS_IN_A_ROW);
    }

    int next() {
        return next;
    }

    void small() {
        next = SMALL_BYTES;
    }

    /** That many bytes are known to come. */
    void expect(long bytes) {
        next = bytes >= LARGE_BYTES ? LARGE_BYTES : Math.max(next, roundedUp((int) bytes));
    }

    private void read(int attempted, int bytes) {
        if (bytes == attempted) {
            next = Math.min(LARGE_BYTES, next * GROWTH);
        } else if (bytes < attempted / 2) {
            next = Math.min(next, roundedUp(bytes));
        }
    }

    private static int roundedUp(int bytes) {
        return bytes <= SMALL_BYTES ? SMALL_BYTES : Integer.highestOneBit(bytes - 1) << 1;
    }

    @Override
    public RecvByteBufAllocator.ExtendedHandle newHandle() {
        return new Following();
    }

    private final class Following extends MaxMessageHandle {
        @Override
        public int guess() {
            return next;
        }

        @Override
        public void lastBytesRead(int bytes) {
            if (bytes > 0) {
                read(attemptedBytesRead(), bytes);
            }
            super.lastBytesRead(bytes);
        }
    }
}
