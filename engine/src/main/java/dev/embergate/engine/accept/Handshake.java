package dev.embergate.engine.accept;

import dev.embergate.engine.telemetry.Telemetry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the end of a connection's handshake: then gives its place to who serves the client, or counts why there was none. */
final class Handshake extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(Handshake.class);

    private final String listener;
    private final Telemetry telemetry;
    private final Supplier<ChannelHandler> next;
    private @Nullable Future<?> deadline;
    private boolean over;

    /** @param next serves the client once there is TLS */
    Handshake(String listener, Telemetry telemetry, Supplier<ChannelHandler> next) {
        this.listener = listener;
        this.telemetry = telemetry;
        this.next = next;
    }

    /** @param timeout calls {@link #timedOut} unless the handshake is over before */
    void begin(Channel channel, Future<?> timeout) {
        deadline = timeout;
        log.trace("{} accepted", channel);
    }

    /**
     * @param why a word from a closed set; empty when nothing was tried
     * @return false when that had been said
     */
    boolean isNone(String why) {
        boolean first = !over;
        if (first) {
            over = true;
            if (!why.isEmpty()) {
                telemetry.handshakeFailed(listener, why);
            }
            stopWaiting();
        }
        return first;
    }

    void timedOut(Channel channel) {
        isNone("timeout");
        log.debug("listener {}: no TLS handshake in time", listener);
        // Past TLS, which would wait for its last words to be taken.
        channel.pipeline().firstContext().close();
    }

    private void stopWaiting() {
        Future<?> timeout = deadline;
        deadline = null;
        if (timeout != null) {
            timeout.cancel(false);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent shaken) {
            if (shaken.isSuccess()) {
                over = true;
                stopWaiting();
                ctx.pipeline().replace(this, "exchanges", next.get());
            } else {
                failed(ctx, shaken.cause());
            }
        }
        ReferenceCountUtil.release(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        isNone("left");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failed(ctx, cause);
    }

    private void failed(ChannelHandlerContext ctx, Throwable cause) {
        Throwable reason = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (!isNone(reason instanceof ClosedChannelException ? "left" : "failed")) {
            ctx.close();
            return;
        }
        // That one quotes what came instead.
        String what = reason instanceof NotSslRecordException ? "not a TLS record" : reason.getMessage();
        log.debug("listener {}: no TLS handshake: {}", listener, what);
        ctx.close();
    }
}
