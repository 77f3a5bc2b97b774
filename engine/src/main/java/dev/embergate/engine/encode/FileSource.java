package dev.embergate.engine.encode;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open file, read piece by piece on virtual threads: a disk may take its time, a loop may not. One read at most is under
 * way, so one client holds one piece.
 */
final class FileSource implements WindowSource {
    private static final Logger LOG = LoggerFactory.getLogger(FileSource.class);

    private final FileChannel file;
    private final String name;
    private final long offset;
    private long position;
    private long end;
    private boolean reading;
    private boolean closed;

    /** @param name for messages */
    FileSource(FileChannel file, String name, long length) {
        this(file, name, 0, length);
    }

    /** @param offset of the body's first byte in the file */
    FileSource(FileChannel file, String name, long offset, long length) {
        this.file = file;
        this.name = name;
        this.offset = offset;
        this.end = length;
    }

    @Override
    public void window(long first, long length) {
        position = first;
        end = first + length;
    }

    @Override
    public void next(EventLoop loop, Receiver receiver) {
        assert loop.inEventLoop();
        if (closed || reading || position >= end) {
            throw new IllegalStateException("next: closed, reading, or nothing left (expected: one call at a time)");
        }
        int length = (int) Math.min(PIECE_BYTES, end - position);
        ByteBuf piece = ByteBufAllocator.DEFAULT.directBuffer(length, length);
        long from = offset + position;
        reading = true;
        Thread.ofVirtual().name("embergate-read").start(() -> read(loop, receiver, piece, from, length));
    }

    /** On a virtual thread, which owns the piece until the loop has it. */
    private void read(EventLoop loop, Receiver receiver, ByteBuf piece, long from, int length) {
        Exception failure = null;
        try {
            fill(piece, from, length);
        } catch (IOException | RuntimeException e) {
            failure = e;
        }
        Exception result = failure;
        try {
            loop.execute(() -> finish(receiver, piece, result));
        } catch (RejectedExecutionException e) {
            // The loop has stopped and nobody else will ever close the file.
            piece.release();
            closeFile();
        }
    }

    private void fill(ByteBuf piece, long from, int length) throws IOException {
        while (piece.isWritable()) {
            int done = piece.readableBytes();
            if (piece.writeBytes(file, from + done, length - done) < 0) {
                throw new EOFException(
                        name + ": ends at " + (from + done) + " (expected: no shorter than when it was opened)");
            }
        }
    }

    private void finish(Receiver receiver, ByteBuf piece, @Nullable Exception failure) {
        reading = false;
        if (closed) {
            piece.release();
            Thread.ofVirtual().name("embergate-close").start(this::closeFile);
        } else if (failure != null) {
            piece.release();
            receiver.failed(failure);
        } else {
            position += piece.readableBytes();
            receiver.piece(piece, position == end);
        }
    }

    /** The file itself is closed off the loop, and after the read that may be under way. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (!reading) {
                Thread.ofVirtual().name("embergate-close").start(this::closeFile);
            }
        }
    }

    private void closeFile() {
        try {
            file.close();
        } catch (IOException e) {
            LOG.debug("{}: not closed", name, e);
        }
    }
}
