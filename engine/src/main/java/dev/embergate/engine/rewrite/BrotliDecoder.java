package dev.embergate.engine.rewrite;

import com.aayushatharva.brotli4j.decoder.DecoderJNI;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * The coding br (RFC 7932), by the native library. What one stream holds in memory is bounded by the format's largest window,
 * 16 MB, of which only what was filled is touched. Bytes after the end of the stream are a failure: the library refuses them when
 * they come together with the end, so they are refused always.
 */
final class BrotliDecoder implements ContentDecoder {
    private final DecoderJNI.Wrapper decoder;
    private boolean begun;
    /** After output was taken the library says it needs input, even where it holds enough of it to go on. */
    private boolean mayGoOn;

    BrotliDecoder() {
        try {
            decoder = new DecoderJNI.Wrapper(INPUT_BYTES);
        } catch (IOException failed) {
            throw new UncheckedIOException("br: no decoder", failed);
        }
    }

    @Override
    public void decode(ByteBuf in, ByteBuf out) throws IOException {
        while (out.isWritable()) {
            if (decoder.hasOutput()) {
                pull(out);
                continue;
            }
            switch (decoder.getStatus()) {
                case DONE -> {
                    if (in.isReadable()) {
                        throw new IOException("br: bytes after the end of the stream");
                    }
                    return;
                }
                case OK -> decoder.push(0);
                case NEEDS_MORE_OUTPUT -> pull(out);
                case NEEDS_MORE_INPUT -> {
                    if (mayGoOn) {
                        mayGoOn = false;
                        decoder.push(0);
                    } else if (in.isReadable()) {
                        push(in);
                    } else {
                        return;
                    }
                }
                case ERROR -> throw new IOException("br: broken (expected: RFC 7932 data)");
            }
        }
    }

    private void pull(ByteBuf out) throws IOException {
        ByteBuffer some = decoder.pull(out.writableBytes());
        if (!some.hasRemaining()) {
            throw new IOException("br: no output where there should be some");
        }
        out.writeBytes(some);
        mayGoOn = true;
    }

    private void push(ByteBuf in) {
        begun = true;
        ByteBuffer room = decoder.getInputBuffer();
        room.clear();
        int length = Math.min(in.readableBytes(), room.remaining());
        room.limit(length);
        in.readBytes(room);
        decoder.push(length);
    }

    @Override
    public void end() throws IOException {
        if (begun && decoder.getStatus() != DecoderJNI.Status.DONE) {
            throw new IOException("br: ended early (expected: the end of the stream)");
        }
    }

    @Override
    public void close() {
        decoder.destroy();
    }
}
