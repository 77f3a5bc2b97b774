package dev.embergate.engine.accept;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what goes wrong with accepting, which is nearly always that the process is out of file handles: waits a second before the
 * next try, since the socket stays ready and the loop would spin, and says so once a minute. Connections meanwhile wait in the
 * listener's queue; those that are open go on.
 */
@Sharable
final class AcceptFaults extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptFaults.class);
    private static final long PAUSE_MILLIS = 1000;
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final String listener;
    private final AtomicLong quietUntil = new AtomicLong(System.nanoTime());

    AcceptFaults(String listener) {
        this.listener = listener;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            ctx.fireExceptionCaught(cause);
            return;
        }
        long now = System.nanoTime();
        long until = quietUntil.get();
        if (now - until >= 0 && quietUntil.compareAndSet(until, now + QUIET_NANOS)) {
            LOG.warn(
                    "{}: cannot accept connections: {} (trying again each second; raise the limit of open files)",
                    listener,
                    cause.getMessage());
        }
        if (ctx.channel().config().isAutoRead()) {
            ctx.channel().config().setAutoRead(false);
            ctx.channel()
                    .eventLoop()
                    .schedule(() -> ctx.channel().config().setAutoRead(true), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
