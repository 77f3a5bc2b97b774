package dev.embergate.engine.encode;

import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;

/** Bytes in memory in chunks of one size, which are not copied. */
final class ChunkSource implements WindowSource {
    private final byte[][] chunks;
    private long position;
    private long end;

    ChunkSource(byte[][] chunks, long length) {
        this.chunks = chunks;
        this.end = length;
    }

    @Override
    public void window(long first, long length) {
        position = first;
        end = first + length;
    }

    @Override
    public void next(EventLoop loop, Receiver receiver) {
        if (position >= end) {
            throw new IllegalStateException("next: nothing is left (expected: no call after the last piece)");
        }
        byte[] chunk = chunks[(int) (position / KeptReplies.CHUNK_BYTES)];
        int from = (int) (position % KeptReplies.CHUNK_BYTES);
        int length = (int) Math.min(chunk.length - from, end - position);
        position += length;
        receiver.piece(Unpooled.wrappedBuffer(chunk, from, length), position == end);
    }

    @Override
    public void close() {
        position = end;
    }
}
