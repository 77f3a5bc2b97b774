package dev.embergate.engine.upstream;

import dev.embergate.engine.spi.Headers;
import io.netty.buffer.ByteBuf;

/** One request on its way to an upstream. Used on its event loop only. */
public interface UpstreamCall {
    /** Hands over a piece of the request body; takes ownership. Only between writable and the end. Not flushed by itself. */
    void body(ByteBuf piece);

    /** The request body is complete. Flushes. */
    void endBody(Headers trailers);

    void flush();

    /** Whether more body may be handed over; when false, {@link UpstreamListener#writable} tells when it may. */
    boolean isWritable();

    /** No more answer for now: the client is slower than the upstream. At most one read's worth still comes. */
    void pauseReading();

    void resumeReading();

    /** The answer is not wanted any more. Closes the connection (or leaves the queue); the listener hears nothing more. */
    void abort();
}
