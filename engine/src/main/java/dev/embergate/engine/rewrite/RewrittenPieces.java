package dev.embergate.engine.rewrite;

import dev.embergate.engine.spi.BodySink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a rewriter writes into buffers of a size worth sending, however small its writes are. Owns them until they
 * are taken.
 */
final class RewrittenPieces implements BodySink {
    private static final int LEAST_BYTES = 1024;
    private static final int MOST_BYTES = 64 * 1024;

    private final ByteBufAllocator allocator;
    private final ArrayDeque<ByteBuf> full = new ArrayDeque<>(4);
    private @Nullable ByteBuf filling;
    private int expectedBytes;
    private boolean accepting;

    RewrittenPieces(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** Writing outside of a call to the rewriter is a rule's mistake: it kept the sink. */
    void accepts(boolean now) {
        accepting = now;
    }

    /** About so much is going to be written: the size of the next buffer. */
    void expect(int bytes) {
        expectedBytes = bytes;
    }

    /**
     * The oldest piece, now the caller's; null for none.
     *
     * @param all also one that has room left
     */
    @Nullable
    ByteBuf take(boolean all) {
        ByteBuf piece = full.poll();
        if (piece == null && all) {
            piece = filling;
            filling = null;
        }
        return piece;
    }

    void release() {
        for (ByteBuf piece = take(true); piece != null; piece = take(true)) {
            piece.release();
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        int from = offset;
        int left = length;
        while (left > 0) {
            ByteBuf room = room(left);
            int now = Math.min(left, room.writableBytes());
            room.writeBytes(bytes, from, now);
            from += now;
            left -= now;
            putAsideIfFull(room);
        }
    }

    /** Leaves the position of {@code bytes} where it was. */
    @Override
    public void write(ByteBuffer bytes) {
        ByteBuffer rest = bytes.duplicate();
        int end = rest.limit();
        while (rest.position() < end) {
            ByteBuf room = room(end - rest.position());
            rest.limit(Math.min(end, rest.position() + room.writableBytes()));
            room.writeBytes(rest);
            rest.limit(end);
            putAsideIfFull(room);
        }
    }

    private ByteBuf room(int wanted) {
        if (!accepting) {
            throw new IllegalStateException("a rewriter wrote to a sink it had kept");
        }
        ByteBuf room = filling;
        if (room == null) {
            int size = Math.clamp(Math.max(wanted, expectedBytes), LEAST_BYTES, MOST_BYTES);
            room = allocator.directBuffer(size, size);
            filling = room;
        }
        return room;
    }

    private void putAsideIfFull(ByteBuf room) {
        if (!room.isWritable()) {
            full.add(room);
            filling = null;
        }
    }
}
