package dev.embergate.engine.encode;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/** Ends one direction of a connection: TLS's close_notify where there is TLS, otherwise a FIN. */
final class HalfClose {
    private HalfClose() {}

    /** On the loop, and after what was written has been flushed: anything queued fails. */
    static ChannelFuture ofOutput(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null) {
            return tls.closeOutbound();
        }
        return channel instanceof DuplexChannel duplex ? duplex.shutdownOutput() : channel.close();
    }
}
