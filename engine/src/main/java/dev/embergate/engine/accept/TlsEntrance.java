package dev.embergate.engine.accept;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Looks at a connection's first byte: a TLS handshake goes on to TLS, plain HTTP to somebody who says what is wrong, anything else
 * is closed. The time for all of the handshake begins here.
 */
final class TlsEntrance extends ChannelInboundHandlerAdapter {
    private static final int HANDSHAKE = 22; // RFC 8446 section 5.1

    private final ListenerTls tls;
    private final Handshake handshake;
    private final long handshakeMillis;
    private final Supplier<ChannelHandler> plain;

    /** @param plain answers a request that came in plain HTTP */
    TlsEntrance(ListenerTls tls, Handshake handshake, long handshakeMillis, Supplier<ChannelHandler> plain) {
        this.tls = tls;
        this.handshake = handshake;
        this.handshakeMillis = handshakeMillis;
        this.plain = plain;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        Channel channel = ctx.channel();
        handshake.begin(
                channel,
                channel.eventLoop()
                        .schedule(() -> handshake.timedOut(channel), handshakeMillis, TimeUnit.MILLISECONDS));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (!bytes.isReadable()) {
            bytes.release();
            return;
        }
        int first = bytes.getByte(bytes.readerIndex());
        ChannelPipeline pipeline = ctx.pipeline();
        if (first == HANDSHAKE) {
            pipeline.addLast("names", new ServerNames(tls));
            pipeline.addLast("handshake", handshake);
        } else if ((first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z')) {
            handshake.isNone("plain-http");
            pipeline.addLast("exchanges", plain.get());
        } else {
            handshake.isNone("not-tls");
            bytes.release();
            ctx.close();
            return;
        }
        pipeline.remove(this);
        ctx.fireChannelRead(bytes);
    }

    /** Left, or was closed, without a byte: that is no failed handshake. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        handshake.isNone("");
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close(); // a reset
    }
}
