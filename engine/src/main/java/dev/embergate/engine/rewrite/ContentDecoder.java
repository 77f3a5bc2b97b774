package dev.embergate.engine.rewrite;

import io.netty.buffer.ByteBuf;
import java.io.IOException;

/** Undoes one content coding (RFC 9110 section 8.4.1), piece by piece. Used on one event loop. */
sealed interface ContentDecoder permits GzipDecoder, DeflateDecoder, BrotliDecoder {
    /** What a decoder looks at in one go: a composite buffer is copied for it. */
    int INPUT_BYTES = 32 * 1024;

    /**
     * Reads what it can use and writes no more than {@code out} has room for; call again, with an empty {@code in} if need be,
     * as long as that room was filled. What follows the end of a gzip or deflate stream is read and ignored: it cannot
     * change what was already complete and checked.
     */
    void decode(ByteBuf in, ByteBuf out) throws IOException;

    /** The input is complete. An input without any byte is an empty body; one that ended early is a failure. */
    void end() throws IOException;

    /** Frees native memory. */
    void close();
}
