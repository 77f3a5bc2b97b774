package dev.embergate.engine.upstream;

import dev.embergate.engine.decode.ParsedResponse;
import dev.embergate.engine.spi.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/**
 * Hears of one call, on its event loop: interim heads, then a head, pieces and an end; or an upgrade instead of head and end;
 * or a failure at any point before the end. After end, upgrade, failure or {@link UpstreamCall#abort} nothing comes.
 * Never called from within {@link UpstreamPool#open} itself.
 */
public interface UpstreamListener {
    /**
     * The request body may be handed over now; called once when connected and after each return from not writable, and once
     * more if the connection turned out dead before a piece was handed over. Never for a request without a body.
     */
    void writable();

    /** A 1xx but 101. {@code head} is valid during the call. */
    void interim(ParsedResponse head);

    /** The final head; valid until the end of the answer. */
    void head(ParsedResponse head);

    /** @param piece the listener owns it */
    void body(ByteBuf piece);

    /** The answer is complete. The connection is back in the pool, or closed if the request was not complete. */
    void end(Headers trailers);

    /** All that could be read for now has been handed over: the time to flush to the client. */
    void readComplete();

    /**
     * 101. The channel is the listener's from now on: out of the pool, without handlers of this package, not reading.
     *
     * @param rest bytes that followed the head; the listener owns it
     */
    void upgraded(ParsedResponse head, Channel upstream, ByteBuf rest);

    void failed(UpstreamFailure failure);
}
