package dev.embergate.engine.accept;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the PROXY protocol header, then makes place for what {@code then} adds to the pipeline. Whatever else comes first, or
 * nothing within the head time-out, is closed. Bytes behind the header go on to the handlers added.
 */
final class ProxyProtocol extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(ProxyProtocol.class);

    private final ProxyHeader header = new ProxyHeader();
    private final long timeoutNanos;
    private final Consumer<String> refused;
    private final Consumer<ProxyHeader> then;
    private ByteBuf held = Unpooled.EMPTY_BUFFER;
    private boolean joining;
    private @Nullable Future<?> timeout;

    /**
     * @param refused told why, in a word of a closed set, when the connection is closed for it
     * @param then adds the handlers that follow; may close the channel instead
     */
    ProxyProtocol(long timeoutNanos, Consumer<String> refused, Consumer<ProxyHeader> then) {
        this.timeoutNanos = timeoutNanos;
        this.refused = refused;
        this.then = then;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        timeout = ctx.executor()
                .schedule(() -> refuse(ctx, "proxy-protocol-timeout"), timeoutNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        held = held.isReadable() ? joined(ctx, bytes) : bytes;
        switch (header.read(held)) {
            case MORE -> {}
            case MALFORMED -> refuse(ctx, "proxy-protocol-malformed");
            case COMPLETE -> {
                ByteBuf rest = held;
                held = Unpooled.EMPTY_BUFFER;
                then.accept(header);
                if (rest.isReadable() && ctx.channel().isActive()) {
                    ctx.fireChannelRead(rest);
                } else {
                    rest.release();
                }
                if (!ctx.isRemoved()) {
                    ctx.pipeline().remove(this);
                }
            }
        }
    }

    /** Copied: a header in many pieces must not become a tower of buffers. */
    private ByteBuf joined(ChannelHandlerContext ctx, ByteBuf bytes) {
        ByteBuf whole = held;
        if (!joining) {
            joining = true;
            whole = ctx.alloc().buffer(512).writeBytes(held);
            held.release();
        }
        whole.writeBytes(bytes);
        bytes.release();
        return whole;
    }

    private void refuse(ChannelHandlerContext ctx, String why) {
        log.debug("connection of {}: {}", ctx.channel().remoteAddress(), why);
        refused.accept(why);
        ctx.close();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        Future<?> running = timeout;
        if (running != null) {
            running.cancel(false);
        }
        held.release();
        held = Unpooled.EMPTY_BUFFER;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("connection of {}: {}", ctx.channel().remoteAddress(), cause.toString());
        ctx.close();
    }
}
