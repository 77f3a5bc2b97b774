package dev.embergate.engine.encode;

import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;

/** Bytes in memory, which are not copied. */
final class MemorySource implements WindowSource {
    private final byte[] bytes;
    private int position;
    private int end;

    MemorySource(byte[] bytes) {
        this.bytes = bytes;
        this.end = bytes.length;
    }

    @Override
    public void window(long first, long length) {
        position = Math.toIntExact(first);
        end = Math.toIntExact(first + length);
    }

    @Override
    public void next(EventLoop loop, Receiver receiver) {
        if (position >= end) {
            throw new IllegalStateException("next: nothing is left (expected: no call after the last piece)");
        }
        int from = position;
        int length = Math.min(PIECE_BYTES, end - from);
        position = from + length;
        receiver.piece(Unpooled.wrappedBuffer(bytes, from, length), position == end);
    }

    @Override
    public void close() {
        position = end;
    }
}
