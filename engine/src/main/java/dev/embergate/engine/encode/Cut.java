package dev.embergate.engine.encode;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends a connection so that nobody takes what came for the whole. */
public final class Cut {
    private static final Logger LOG = LoggerFactory.getLogger(Cut.class);

    private Cut() {}

    /** A reset, which drops what is queued; under TLS without the close_notify that would vouch for the end (RFC 8446 section 6.1). */
    public static void at(Channel channel) {
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException e) {
            // The peer has reset it already.
            LOG.trace("{} is gone", channel);
        }
        ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
        if (tls == null) {
            channel.close();
        } else {
            tls.close(); // of those before it: it does not hear of this
        }
    }
}
