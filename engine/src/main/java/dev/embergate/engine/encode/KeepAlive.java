package dev.embergate.engine.encode;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks a peer that has been silent for an interval whether it is still there, and gives it one more to answer. On one loop. */
final class KeepAlive {
    private final long intervalNanos;
    private final EventLoop loop;
    private final Runnable ask;
    private final Runnable lost;
    private long lastNanos;
    private boolean asked;
    private @Nullable ScheduledFuture<?> timer;

    KeepAlive(Duration interval, EventLoop loop, Runnable ask, Runnable lost) {
        this.intervalNanos = interval.toNanos();
        this.loop = loop;
        this.ask = ask;
        this.lost = lost;
    }

    void start() {
        lastNanos = System.nanoTime();
        schedule(intervalNanos);
    }

    void heard() {
        lastNanos = System.nanoTime();
        asked = false;
    }

    void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void schedule(long nanos) {
        timer = loop.schedule(this::check, nanos, TimeUnit.NANOSECONDS);
    }

    private void check() {
        long left = intervalNanos - (System.nanoTime() - lastNanos);
        if (left > 0) {
            schedule(left);
        } else if (asked) {
            lost.run();
        } else {
            asked = true;
            schedule(intervalNanos);
            ask.run();
        }
    }
}
