package dev.embergate.engine.accept;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Reads which name the client asks for (RFC 6066 section 3), and gives its place to TLS with that name's certificate. */
final class ServerNames extends AbstractSniHandler<ServedCertificate> {
    /** Of a ClientHello; a long one with post-quantum keys has two thousand. */
    static final int MAX_HELLO_BYTES = 16 << 10;

    private final ListenerTls tls;

    ServerNames(ListenerTls tls) {
        super(MAX_HELLO_BYTES, 0); // the time-out is that of TlsEntrance
        this.tls = tls;
    }

    @Override
    protected Future<ServedCertificate> lookup(ChannelHandlerContext ctx, @Nullable String name) {
        return ctx.executor().newSucceededFuture(tls.of(name));
    }

    @Override
    protected void onLookupComplete(
            ChannelHandlerContext ctx, @Nullable String name, Future<ServedCertificate> certificate) {
        SslHandler handler = certificate.getNow().newHandler(ctx.alloc());
        handler.setHandshakeTimeoutMillis(0);
        ctx.pipeline().replace(this, "tls", handler);
    }
}
