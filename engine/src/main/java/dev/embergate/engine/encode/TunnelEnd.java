package dev.embergate.engine.encode;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One side of a tunnel: reads its channel and writes to the other side's.
 *
 * <p>Auto-read stays on while the other side takes what it is given, which costs no system call, and is switched off when it
 * does not. Writes are flushed once a read loop.
 */
final class TunnelEnd extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(TunnelEnd.class);

    private final RunningTunnel tunnel;
    private final Channel channel;
    private final Channel to;
    private long passed;
    private boolean inputEnded;
    private boolean outputEnding;
    private boolean outputEnded;

    /** @param to the other side's channel */
    TunnelEnd(RunningTunnel tunnel, Channel channel, Channel to) {
        this.tunnel = tunnel;
        this.channel = channel;
        this.to = to;
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    /** @param received bytes that came before the tunnel */
    void begin(ByteBuf received) {
        channel.pipeline().addLast(this);
        channel.closeFuture().addListener(closed -> tunnel.endClosed(this));
        pass(received);
        to.flush();
        if (channel instanceof DuplexChannel duplex && duplex.isInputShutdown()) {
            inputEnded();
        } else if (to.isWritable()) {
            channel.config().setAutoRead(true);
        }
    }

    /** Bytes received here and given to the other side. */
    long passed() {
        return passed;
    }

    /** Nothing more comes from here, and nothing more goes here. */
    boolean isEnded() {
        return inputEnded && outputEnded;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
            pass(bytes);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void pass(ByteBuf bytes) {
        int length = bytes.readableBytes();
        if (length == 0 || tunnel.isClosing() || inputEnded) {
            bytes.release();
            return;
        }
        passed += length;
        tunnel.touch();
        to.write(bytes, to.voidPromise());
        if (!to.isWritable()) {
            // In the middle of a read loop: what the socket takes at once need not stop the reading.
            to.flush();
            if (!to.isWritable()) {
                channel.config().setAutoRead(false);
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        to.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable() && !tunnel.isClosing() && to.isActive()) {
            tunnel.touch();
            to.config().setAutoRead(true);
        }
    }

    /** The end of what this side sends: a FIN, or TLS's close_notify. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
            inputEnded();
        }
        ReferenceCountUtil.release(event);
    }

    private void inputEnded() {
        if (!inputEnded) {
            inputEnded = true;
            tunnel.touch();
            tunnel.otherThan(this).endOutput();
        }
    }

    /** After what is queued: tells this side that nothing more comes. */
    private void endOutput() {
        if (!outputEnding) {
            outputEnding = true;
            // Completes after all writes before it; shutting down at once would fail them.
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> {
                if (flushed.isSuccess()) {
                    HalfClose.ofOutput(channel).addListener(done -> outputEnded(done.isSuccess()));
                }
            });
        }
    }

    private void outputEnded(boolean success) {
        if (success) {
            outputEnded = true;
            tunnel.directionEnded();
        } else {
            channel.close();
        }
    }

    void flushThenClose() {
        channel.config().setAutoRead(false);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    void closeNow() {
        channel.close();
    }

    /** A reset, or a TLS record that is none. With half-closure allowed Netty would call a reset an end of input. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("tunnel: {} failed", channel, cause);
        channel.close();
    }
}
