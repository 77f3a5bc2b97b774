package dev.embergate.engine.act;

import dev.embergate.engine.cache.AnswerCache;
import dev.embergate.engine.cache.Fill;
import dev.embergate.engine.cache.Flights;
import dev.embergate.engine.cache.Freshening;
import dev.embergate.engine.cache.Reuse;
import dev.embergate.engine.cache.Stored;
import dev.embergate.engine.cache.StoredHead;
import dev.embergate.engine.decode.ParsedResponse;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.telemetry.CacheMeters;
import dev.embergate.engine.upstream.UpstreamFailure;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The upstream's answer to a GET or HEAD of a forward with caching: relayed and kept at once; or, when it says that what is kept
 * is still the same or that the upstream has failed, swallowed in favour of what is kept.
 *
 * <p>The client sets the pace: an answer is kept no faster than it is relayed. A client that leaves ends both.
 */
final class KeepingAnswer extends WatchedAnswer {
    /** A client that has taken nothing for this long, all pauses together, is waited for by nobody. */
    private static final long MAX_PAUSED_MILLIS = 250;

    private final CachedForward asker;
    private final AnswerCache cache;
    private final String key;

    /** What is kept already and fits the request; it may be given if the upstream fails. */
    private final @Nullable Stored known;

    private final boolean validates;
    private final Flights.@Nullable Flight flight;
    private final long requestMillis;
    private final long epoch;
    private final String why;
    private @Nullable StoredHead notModified;
    private @Nullable Fill fill;
    private String status = "";
    private boolean over;
    private long pausedNanos;
    private long pausedSince;
    private @Nullable ScheduledFuture<?> pauseLimit;

    /**
     * @param validates whether a 304 speaks of {@code known}
     * @param flight ended by this, if this request leads
     * @param why the {@code fwd} of Cache-Status
     */
    KeepingAnswer(
            CachedForward asker,
            @Nullable Stored known,
            boolean validates,
            Flights.@Nullable Flight flight,
            String why) {
        this.asker = asker;
        this.cache = asker.cache;
        this.key = asker.key;
        this.known = known;
        this.validates = validates;
        this.flight = flight;
        this.why = why;
        this.requestMillis = cache.now();
        this.epoch = cache.epoch(key);
    }

    /** What Cache-Status says of this answer (RFC 9211); known when its head is relayed. */
    String status() {
        return status;
    }

    @Override
    public void head(ParsedResponse head) {
        Stored stored = known;
        if (stored != null && validates && head.status() == 304) {
            notModified = AnswerCache.headOf(head, cache.now());
            return;
        }
        if (stored != null && Reuse.isError(head.status()) && mayGiveOnError(stored)) {
            asker.exchange.in.callEnded();
            release(Flights.End.FAILED);
            asker.serve(
                    stored, "embergate; hit; fwd=" + why + "; fwd-status=" + head.status(), CacheMeters.Result.STALE);
            return;
        }
        status = "embergate; fwd=" + why;
        if (asker.sent.method().equals("HEAD")) {
            learnFromHead(head);
        } else {
            Fill begun = cache.begin(key, asker.sent, head, requestMillis, asker.forward.caching(), epoch);
            fill = begun;
            if (begun != null) {
                status += "; stored";
            } else {
                endFlight(Flights.End.NOT_KEPT);
                if (stored != null && head.status() < 500 && head.status() != 304 && head.status() != 206) {
                    cache.drop(key, stored); // it has another answer now, if one that is not kept
                }
            }
        }
        cache.meters().answered(CacheMeters.Result.MISS);
        super.head(head);
    }

    private boolean mayGiveOnError(Stored stored) {
        return Reuse.onError(stored, asker.sent, asker.forward.caching(), cache.now());
    }

    /** RFC 9111 section 4.3.5. */
    private void learnFromHead(ParsedResponse head) {
        Stored stored = known;
        StoredHead told = AnswerCache.headOf(head, cache.now());
        if (stored == null
                || told == null
                || head.status() != 200
                || stored.head().status() != 200) {
            return;
        }
        if (Freshening.confirms(told, head.contentLength() >= 0, stored)) {
            cache.freshen(
                    key,
                    stored,
                    Freshening.freshened(stored, told, asker.sent, asker.forward.caching(), requestMillis, cache.now()),
                    epoch);
        } else {
            cache.drop(key, stored);
        }
    }

    @Override
    public void body(ByteBuf piece) {
        if (over || notModified != null) {
            piece.release();
            return;
        }
        Fill running = fill;
        if (running != null && !running.add(piece)) {
            fill = null;
            endFlight(Flights.End.NOT_KEPT);
        }
        super.body(piece);
        watchPace();
    }

    /** After each piece, and when the client takes more: others that wait do not wait for a slow client. */
    private void watchPace() {
        if (flight == null || over) {
            return;
        }
        boolean paused = !asker.exchange.connection.isWritable();
        ScheduledFuture<?> limit = pauseLimit;
        if (paused && limit == null) {
            pausedSince = System.nanoTime();
            long left = Math.max(0, TimeUnit.MILLISECONDS.toNanos(MAX_PAUSED_MILLIS) - pausedNanos);
            pauseLimit =
                    asker.exchange.room.loop.schedule(() -> flight.end(Flights.End.SLOW), left, TimeUnit.NANOSECONDS);
        } else if (!paused && limit != null) {
            pausedNanos += System.nanoTime() - pausedSince;
            limit.cancel(false);
            pauseLimit = null;
        }
    }

    @Override
    public void end(Headers trailers) {
        StoredHead confirmed = notModified;
        if (confirmed != null) {
            asker.exchange.in.callEnded();
            over = true;
            validated(confirmed);
            return;
        }
        watchPaceNoMore();
        Fill running = fill;
        fill = null;
        if (running != null) {
            boolean finished = false;
            try {
                running.finish(kept -> endFlight(kept ? Flights.End.KEPT : Flights.End.NOT_KEPT));
                finished = true;
            } finally {
                if (!finished) {
                    endFlight(Flights.End.NOT_KEPT);
                }
            }
        }
        super.end(trailers);
    }

    private void validated(StoredHead confirmed) {
        Stored stored = known;
        if (stored == null || !Freshening.speaksOf(confirmed, stored)) {
            if (stored != null) {
                cache.drop(key, stored);
            }
            endFlight(Flights.End.NOT_KEPT);
            asker.ask(null, false, null, "stale");
            return;
        }
        Stored fresh = Freshening.freshened(
                stored, confirmed, asker.sent, asker.forward.caching(), requestMillis, cache.now());
        cache.freshen(key, stored, fresh, epoch);
        endFlight(Flights.End.KEPT);
        asker.serve(fresh, "embergate; hit; fwd=" + why + "; fwd-status=304", CacheMeters.Result.REVALIDATED);
    }

    @Override
    public void readComplete() {
        if (notModified == null && !over) {
            super.readComplete();
        }
    }

    @Override
    public void failed(UpstreamFailure failure) {
        abandonFill();
        endFlight(Flights.End.FAILED);
        Stored stored = known;
        if (stored != null && asker.exchange.out.isUntouched() && mayGiveOnError(stored)) {
            over = true;
            Exchange exchange = asker.exchange;
            exchange.in.callEnded();
            String kind = failure.kind().name().toLowerCase(Locale.ROOT);
            exchange.room.telemetry.upstreamFailed(exchange.upstream, kind);
            asker.serve(stored, "embergate; hit; fwd=" + why + "; detail=" + kind, CacheMeters.Result.STALE);
            return;
        }
        super.failed(failure);
    }

    @Override
    public void clientWritable() {
        if (!over) {
            super.clientWritable();
            watchPace();
        }
    }

    /** The client has left, or the answer was cut: what was kept so far is not whole. */
    @Override
    public void release() {
        release(Flights.End.ABANDONED);
    }

    private void release(Flights.End how) {
        over = true;
        abandonFill();
        endFlight(how);
        super.release();
    }

    private void abandonFill() {
        watchPaceNoMore();
        Fill running = fill;
        fill = null;
        if (running != null) {
            running.abandon();
        }
    }

    private void watchPaceNoMore() {
        ScheduledFuture<?> limit = pauseLimit;
        pauseLimit = null;
        if (limit != null) {
            limit.cancel(false);
        }
    }

    private void endFlight(Flights.End how) {
        if (flight != null) {
            flight.end(how);
        }
    }
}
