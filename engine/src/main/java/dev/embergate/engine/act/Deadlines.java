package dev.embergate.engine.act;

import dev.embergate.engine.EngineConfig;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.concurrent.TimeUnit;

/**
 * What a connection is waiting for and until when, looked at by the sweep of {@link LoopRoom}. Setting one costs no timer.
 */
final class Deadlines {
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Each has its own time-out. */
    enum Waiting {
        NOTHING,
        NEXT_REQUEST,
        HEAD,
        BODY,
        DECISION,
        LINGER
    }

    private final EngineConfig.Timeouts timeouts;
    private Waiting waiting = Waiting.NOTHING;
    private long deadline;

    private long writeProgressAt;
    private long pendingBytes;
    private long progress;

    Deadlines(EngineConfig.Timeouts timeouts) {
        this.timeouts = timeouts;
    }

    void begin() {
        writeProgressAt = System.nanoTime();
        waitFor(Waiting.NEXT_REQUEST);
    }

    Waiting waiting() {
        return waiting;
    }

    void waitFor(Waiting what) {
        waiting = what;
        switch (what) {
            case NOTHING -> {}
            case NEXT_REQUEST ->
                deadline = System.nanoTime() + timeouts.keepAlive().toNanos();
            case HEAD -> deadline = System.nanoTime() + timeouts.head().toNanos();
            case BODY -> deadline = System.nanoTime() + timeouts.body().toNanos();
            case DECISION -> deadline = System.nanoTime() + timeouts.decision().toNanos();
            case LINGER -> deadline = System.nanoTime() + LINGER_NANOS;
        }
    }

    /** What was waited for too long, once; NOTHING when all is in time. */
    Waiting expired(long now) {
        if (waiting == Waiting.NOTHING || now - deadline < 0) {
            return Waiting.NOTHING;
        }
        Waiting was = waiting;
        waiting = Waiting.NOTHING;
        return was;
    }

    /** Whether the client takes what is queued for it, or nothing is. */
    boolean writeProgresses(Channel channel, long now) {
        ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
        long pendingNow = queue == null ? 0 : queue.totalPendingWriteBytes();
        long progressNow = queue == null ? 0 : queue.currentProgress();
        if (pendingNow == 0 || pendingNow != pendingBytes || progressNow != progress) {
            pendingBytes = pendingNow;
            progress = progressNow;
            writeProgressAt = now;
            return true;
        }
        return now - writeProgressAt < timeouts.write().toNanos();
    }
}
