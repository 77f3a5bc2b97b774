package dev.embergate.engine.decode;

import dev.embergate.engine.spi.Headers;
import io.netty.buffer.ByteBuf;

/**
 * Receives what a decoder found, in this order: head, body pieces, end; or a rejection at any point, after which nothing
 * comes. Called on the event loop from within the decoder's own methods; it may call the decoder's pause from here.
 *
 * @param <H> the head of the side
 */
public interface MessageSink<H extends ParsedHead> {
    /** @param head belongs to the decoder and is reused for the next message unless {@link ParsedHead#detach} is called */
    void head(H head);

    /** @param piece never empty; the receiver owns it. Transfer coding is undone */
    void body(ByteBuf piece);

    /** @param trailers empty when there were none; fields not allowed in trailers (RFC 9110 section 6.5.1) are left out */
    void end(Headers trailers);

    void rejected(Rejection rejection);
}
