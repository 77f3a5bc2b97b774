package dev.embergate.engine.upstream;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.upstream.OutboundRequest.Body;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes the pieces of a request body as its head announced them: plain, or as chunks (RFC 9112 section 7.1). */
final class RequestFraming {
    private static final ByteBuf LAST_OF_NONE = constant("0\r\n\r\n");
    private static final ByteBuf LAST = constant("\r\n0\r\n\r\n");

    /** CRLF of the chunk before, size, CRLF. */
    private static final int CHUNK_LINE_BYTES = 2 + 8 + 2;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private Body body = Body.NONE;
    private boolean anyChunk;

    void begin(Body framing) {
        body = framing;
        anyChunk = false;
    }

    /** Takes ownership; not flushed. */
    void write(ChannelHandlerContext ctx, ByteBuf piece) {
        int size = piece.readableBytes();
        if (size == 0) {
            // As a chunk it would be the last one.
            piece.release();
            return;
        }
        if (body == Body.CHUNKED) {
            ByteBuf line = ctx.alloc().directBuffer(CHUNK_LINE_BYTES, CHUNK_LINE_BYTES);
            if (anyChunk) {
                line.writeShort(0x0d0a);
            }
            anyChunk = true;
            for (int shift = (31 - Integer.numberOfLeadingZeros(size)) & ~3; shift >= 0; shift -= 4) {
                line.writeByte(HEX[size >>> shift & 0xf]);
            }
            line.writeShort(0x0d0a);
            ctx.write(line, ctx.voidPromise());
        }
        ctx.write(piece, ctx.voidPromise());
    }

    /** Not flushed. Trailers of a body that is not chunked have no place and are left out (RFC 9110 section 6.5). */
    void end(ChannelHandlerContext ctx, Headers trailers) {
        if (body != Body.CHUNKED) {
            return;
        }
        if (trailers.isEmpty()) {
            ctx.write((anyChunk ? LAST : LAST_OF_NONE).duplicate(), ctx.voidPromise());
            return;
        }
        List<Headers.Field> fields = trailers.fields();
        ByteBuf section = ctx.alloc().directBuffer();
        section.writeCharSequence(anyChunk ? "\r\n0\r\n" : "0\r\n", StandardCharsets.US_ASCII);
        for (Headers.Field field : fields) {
            section.writeCharSequence(field.name(), StandardCharsets.ISO_8859_1);
            section.writeShort(0x3a20);
            section.writeCharSequence(field.value(), StandardCharsets.ISO_8859_1);
            section.writeShort(0x0d0a);
        }
        section.writeShort(0x0d0a);
        ctx.write(section, ctx.voidPromise());
    }

    private static ByteBuf constant(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return Unpooled.unreleasableBuffer(
                Unpooled.directBuffer(bytes.length).writeBytes(bytes).asReadOnly());
    }
}
