package dev.embergate.engine.encode;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/** Ends one direction of a connection: TLS's close_notify where there is TLS, otherwise a FIN. */
public final class HalfClose {
    private HalfClose() {}

    /** On the loop, and after what was written has been flushed: anything queued fails. */
    public static ChannelFuture ofOutput(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null) {
            return tls.closeOutbound();
        }
        return channel instanceof DuplexChannel duplex ? duplex.shutdownOutput() : channel.close();
    }

    /**
     * The same for a connection from which nothing more is wanted: TLS is taken away behind its close_notify, and whatever comes
     * then comes as it was sent. BoringSSL, asked to end while bytes arrive, may call that the end of them.
     */
    public static void ofOutputForGood(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            ofOutput(channel);
            return;
        }
        // Not at once: this may be called from within what the handler has just decrypted.
        tls.closeOutbound()
                .addListener(told -> channel.eventLoop().execute(() -> {
                    if (channel.pipeline().context(tls) != null) {
                        channel.pipeline().remove(tls);
                        ofOutput(channel);
                    }
                }));
    }
}
