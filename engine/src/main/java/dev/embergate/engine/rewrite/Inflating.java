package dev.embergate.engine.rewrite;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** One {@link Inflater} between two buffers. It keeps no view of them from one call to the next. */
final class Inflating {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Inflater inflater;

    /** @param bare without the zlib wrapping (RFC 1951 instead of RFC 1950) */
    Inflating(boolean bare) {
        inflater = new Inflater(bare);
    }

    /** True once the end of the stream was read; what follows it in {@code in} is left there. */
    boolean inflate(ByteBuf in, ByteBuf out) throws IOException {
        int length = Math.min(in.readableBytes(), ContentDecoder.INPUT_BYTES);
        ByteBuffer from = length == 0 ? NOTHING : in.nioBuffer(in.readerIndex(), length);
        int before = from.remaining();
        ByteBuffer to = out.internalNioBuffer(out.writerIndex(), out.writableBytes());
        try {
            inflater.setInput(from);
            int written = inflater.inflate(to);
            int read = before - from.remaining();
            in.skipBytes(read);
            out.writerIndex(out.writerIndex() + written);
            boolean stuck = length > 0 && read == 0 && written == 0 && !inflater.finished();
            if (stuck || inflater.needsDictionary()) {
                throw new IOException("deflate: cannot go on (expected: RFC 1951 data without a preset dictionary)");
            }
            return inflater.finished();
        } catch (DataFormatException broken) {
            throw new IOException("deflate: " + broken.getMessage() + " (expected: RFC 1951 data)", broken);
        } finally {
            inflater.setInput(NOTHING);
        }
    }

    /** Of the present stream, before reset. */
    long bytesWritten() {
        return inflater.getBytesWritten();
    }

    void reset() {
        inflater.reset();
    }

    void close() {
        inflater.end();
    }
}
