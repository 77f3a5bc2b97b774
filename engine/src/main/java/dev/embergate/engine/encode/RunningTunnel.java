package dev.embergate.engine.encode;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Both ends of a tunnel, and when they are closed. All of it on one loop. */
final class RunningTunnel implements Tunnel.Handle {
    /** How long a side may take what is queued for it once the tunnel is told to end. */
    static final long FLUSH_MILLIS = 5_000;

    private final EventLoop loop;
    private final TunnelEnd client;
    private final TunnelEnd upstream;
    private final long idleNanos;
    private final Tunnel.WhenClosed whenClosed;

    private long lastNanos = System.nanoTime();
    private int open = 2;
    private boolean starting = true;
    private boolean closing;
    private @Nullable ScheduledFuture<?> idle;
    private @Nullable ScheduledFuture<?> deadline;

    RunningTunnel(Channel client, Channel upstream, Duration idleTimeout, Tunnel.WhenClosed whenClosed) {
        this.loop = client.eventLoop();
        if (upstream.eventLoop() != loop) {
            throw new IllegalArgumentException("upstream: of another event loop (expected: the client's)");
        }
        this.client = new TunnelEnd(this, client, upstream);
        this.upstream = new TunnelEnd(this, upstream, client);
        this.idleNanos = idleTimeout.toNanos();
        this.whenClosed = whenClosed;
    }

    void start(ByteBuf fromClient, ByteBuf fromUpstream) {
        assert loop.inEventLoop();
        idle = loop.schedule(this::checkIdle, idleNanos, TimeUnit.NANOSECONDS);
        client.begin(fromClient);
        upstream.begin(fromUpstream);
        starting = false;
    }

    TunnelEnd otherThan(TunnelEnd end) {
        return end == client ? upstream : client;
    }

    /** Something has passed. */
    void touch() {
        lastNanos = System.nanoTime();
    }

    boolean isClosing() {
        return closing;
    }

    private void checkIdle() {
        long left = idleNanos - (System.nanoTime() - lastNanos);
        if (left <= 0) {
            closeNow();
        } else {
            idle = loop.schedule(this::checkIdle, left, TimeUnit.NANOSECONDS);
        }
    }

    /** One direction of the two has come to its end and said so to the side it went to. */
    void directionEnded() {
        if (client.isEnded() && upstream.isEnded()) {
            closeNow();
        }
    }

    @Override
    public void close() {
        assert loop.inEventLoop();
        if (closing || open == 0) {
            return;
        }
        closing = true;
        deadline = loop.schedule(this::closeNow, FLUSH_MILLIS, TimeUnit.MILLISECONDS);
        client.flushThenClose();
        upstream.flushThenClose();
    }

    private void closeNow() {
        closing = true;
        client.closeNow();
        upstream.closeNow();
    }

    /** One side is gone: what it sent still goes to the other side, which is then closed too. */
    void endClosed(TunnelEnd end) {
        if (--open > 0) {
            otherThan(end).flushThenClose();
            return;
        }
        cancel(idle);
        cancel(deadline);
        if (starting) {
            // Who opens a tunnel first hears that it runs, then that it ended.
            loop.execute(this::tell);
        } else {
            tell();
        }
    }

    private void tell() {
        whenClosed.closed(client.passed(), upstream.passed());
    }

    private static void cancel(@Nullable ScheduledFuture<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
