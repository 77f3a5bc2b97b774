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

    /** How long a body may come too slowly at first, where the body time-out is not shorter. */
    private static final long UPLOAD_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Each has its own time-out; that of a first request is the one for a head. */
    enum Waiting {
        NOTHING,
        FIRST_REQUEST,
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
    private long taken;
    private long takenAt;

    private final Patience upload;
    private long readingSince;
    private long readingNanos;

    private final Patience download;
    private long lookedAt;

    Deadlines(EngineConfig.Timeouts timeouts, EngineConfig.Limits limits) {
        this.timeouts = timeouts;
        long body = timeouts.body().toNanos();
        this.upload = new Patience(limits.minUploadBytesPerSecond(), Math.min(UPLOAD_NANOS, body), body);
        long write = timeouts.write().toNanos();
        this.download = new Patience(limits.minDownloadBytesPerSecond(), write, write);
    }

    void begin() {
        writeProgressAt = System.nanoTime();
        takenAt = writeProgressAt;
        waitFor(Waiting.FIRST_REQUEST);
    }

    Waiting waiting() {
        return waiting;
    }

    boolean waitsForRequest() {
        return waiting == Waiting.NEXT_REQUEST || waiting == Waiting.FIRST_REQUEST;
    }

    void waitFor(Waiting what) {
        if (waiting == Waiting.BODY) {
            long now = System.nanoTime();
            readingNanos += now - readingSince;
            readingSince = now;
        }
        waiting = what;
        switch (what) {
            case NOTHING -> {}
            case NEXT_REQUEST -> {
                deadline = System.nanoTime() + timeouts.keepAlive().toNanos();
                readingNanos = 0;
                upload.renew(0);
            }
            case FIRST_REQUEST, HEAD ->
                deadline = System.nanoTime() + timeouts.head().toNanos();
            case BODY -> {
                readingSince = System.nanoTime();
                deadline = readingSince + timeouts.body().toNanos();
            }
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

    /** Whether the body comes fast enough while it is read; {@code bytes} of it have come. */
    boolean uploads(long bytes, long now) {
        if (waiting != Waiting.BODY || upload.isEndless()) {
            return true;
        }
        long waited = readingNanos + now - readingSince;
        readingNanos = 0;
        readingSince = now;
        boolean lasts = upload.lasts(bytes, waited);
        if (!lasts) {
            upload.renew(bytes); // told once; an answer that is on its way goes on
        }
        return lasts;
    }

    /** Since the client was last seen to take something, by {@link #writeProgresses}. */
    long stalledNanos(long now) {
        return now - takenAt;
    }

    /** Whether the client takes what is queued for it fast enough, or nothing is; {@code written} bytes have been queued so far. */
    boolean writeProgresses(Channel channel, long written, long now) {
        ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
        long pendingNow = queue == null ? 0 : queue.totalPendingWriteBytes();
        long progressNow = queue == null ? 0 : queue.currentProgress();
        long takenNow = written - pendingNow + progressNow;
        if (pendingNow == 0 || takenNow != taken) {
            taken = takenNow;
            takenAt = now;
        }
        if (!download.isEndless()) {
            if (pendingNow == 0 || pendingBytes == 0) {
                download.renew(takenNow);
            } else if (!download.lasts(takenNow, now - lookedAt)) {
                return false;
            }
            lookedAt = now;
        }
        if (pendingNow == 0 || pendingNow != pendingBytes || progressNow != progress) {
            pendingBytes = pendingNow;
            progress = progressNow;
            writeProgressAt = now;
            return true;
        }
        return now - writeProgressAt < timeouts.write().toNanos();
    }
}
