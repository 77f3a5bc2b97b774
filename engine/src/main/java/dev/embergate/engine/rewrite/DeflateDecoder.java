package dev.embergate.engine.rewrite;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The coding called deflate: zlib data (RFC 1950) by the letter of RFC 9110 section 8.4.1.2, bare deflate data (RFC 1951) from
 * servers that took the name at its word. The first two bytes tell them apart, as browsers do it.
 */
final class DeflateDecoder implements ContentDecoder {
    private static final int NONE = -1;

    private int first = NONE;
    private @Nullable Inflating inflating;
    private boolean ended;

    @Override
    public void decode(ByteBuf in, ByteBuf out) throws IOException {
        if (ended) {
            in.skipBytes(in.readableBytes());
            return;
        }
        Inflating begun = inflating;
        if (begun == null) {
            if (!in.isReadable()) {
                return;
            }
            if (first == NONE) {
                first = in.readUnsignedByte();
                return;
            }
            begun = new Inflating(!isZlibHeader(first, in.getUnsignedByte(in.readerIndex())));
            inflating = begun;
            ended = begun.inflate(Unpooled.wrappedBuffer(new byte[] {(byte) first}), out);
            return;
        }
        ended = begun.inflate(in, out);
    }

    /** RFC 1950 section 2.2: method 8, a window of at most 32 KB, no preset dictionary, a multiple of 31. */
    private static boolean isZlibHeader(int cmf, int flg) {
        return (cmf & 0x0f) == 8 && (cmf >> 4) <= 7 && (flg & 0x20) == 0 && (cmf << 8 | flg) % 31 == 0;
    }

    @Override
    public void end() throws IOException {
        if (!ended && first != NONE) {
            throw new IOException("deflate: ended early (expected: the end of the stream)");
        }
    }

    @Override
    public void close() {
        if (inflating != null) {
            inflating.close();
        }
    }
}
