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
import dev.embergate.engine.upstream.OutboundHead;
import dev.embergate.engine.upstream.OutboundRequest;
import dev.embergate.engine.upstream.UpstreamCall;
import dev.embergate.engine.upstream.UpstreamFailure;
import dev.embergate.engine.upstream.UpstreamListener;
import dev.embergate.engine.upstream.UpstreamPool;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Asks an upstream about a stale answer that has been given already (RFC 5861 section 3), for no client: one at a time a key.
 * Reads no more than an entry may hold.
 */
final class Refreshing implements UpstreamListener {
    private final CachedForward asker;
    private final AnswerCache cache;
    private final Stored stored;
    private final Flights.Flight flight;
    private final long requestMillis;
    private final long epoch;
    private final String upstream;
    private @Nullable UpstreamCall call;
    private @Nullable StoredHead notModified;
    private @Nullable Fill fill;

    private Refreshing(CachedForward asker, Stored stored, Flights.Flight flight) {
        this.asker = asker;
        this.cache = asker.cache;
        this.stored = stored;
        this.flight = flight;
        this.requestMillis = cache.now();
        this.epoch = cache.epoch(asker.key);
        this.upstream = asker.upstream;
    }

    /** Nothing when one is under way. The request's head stays valid for it. */
    static void begin(CachedForward asker, Stored stored) {
        Exchange exchange = asker.exchange;
        UpstreamPool pool = exchange.room.pool(asker.upstream);
        Flights.Flight flight = pool == null ? null : asker.cache.flights().lead(asker.key);
        if (pool == null || flight == null) {
            return;
        }
        boolean opened = false;
        try {
            exchange.request.detach();
            open(asker, stored, flight, pool);
            opened = true;
        } finally {
            if (!opened) { // else nobody would ask for that key again
                flight.end(Flights.End.NOT_KEPT);
            }
        }
    }

    private static void open(CachedForward asker, Stored stored, Flights.Flight flight, UpstreamPool pool) {
        Exchange exchange = asker.exchange;
        ByteBuf head = OutboundHead.write(
                exchange.connection.channel().alloc(),
                exchange.request,
                asker.conditional(stored),
                pool.name(),
                OutboundRequest.Body.NONE,
                -1,
                false,
                null,
                exchange.room.requestIds,
                exchange.requestNumber());
        Refreshing refreshing = new Refreshing(asker, stored, flight);
        refreshing.call = pool.open(new OutboundRequest(head, "GET", OutboundRequest.Body.NONE, false), refreshing);
    }

    @Override
    public void writable() {}

    @Override
    public void interim(ParsedResponse head) {}

    @Override
    public void head(ParsedResponse head) {
        if (head.status() == 304) {
            notModified = AnswerCache.headOf(head, cache.now());
            return;
        }
        if (!Reuse.isError(head.status())) {
            fill = cache.begin(asker.key, asker.sent, head, requestMillis, asker.forward.caching(), epoch);
            if (fill == null) {
                cache.drop(asker.key, stored); // it has another answer now, if one that is not kept
            }
        }
        if (fill == null) {
            stop();
        }
    }

    @Override
    public void body(ByteBuf piece) {
        try {
            Fill running = fill;
            if (running != null && !running.add(piece)) {
                fill = null;
                stop();
            }
        } finally {
            piece.release();
        }
    }

    private void stop() {
        flight.end(Flights.End.NOT_KEPT);
        UpstreamCall running = call;
        call = null;
        if (running != null) {
            running.abort();
        }
    }

    @Override
    public void end(Headers trailers) {
        StoredHead confirmed = notModified;
        Fill running = fill;
        if (running != null) {
            boolean finished = false;
            try {
                running.finish(kept -> flight.end(kept ? Flights.End.KEPT : Flights.End.NOT_KEPT));
                finished = true;
            } finally {
                if (!finished) {
                    flight.end(Flights.End.NOT_KEPT);
                }
            }
        } else if (confirmed != null && Freshening.speaksOf(confirmed, stored)) {
            cache.freshen(
                    asker.key,
                    stored,
                    Freshening.freshened(
                            stored, confirmed, asker.sent, asker.forward.caching(), requestMillis, cache.now()),
                    epoch);
            flight.end(Flights.End.KEPT);
        } else {
            cache.drop(asker.key, stored);
            flight.end(Flights.End.NOT_KEPT);
        }
    }

    @Override
    public void readComplete() {}

    @Override
    public void upgraded(ParsedResponse head, Channel channel, ByteBuf rest) {
        rest.release();
        channel.close();
        flight.end(Flights.End.NOT_KEPT);
    }

    @Override
    public void failed(UpstreamFailure failure) {
        Fill running = fill;
        if (running != null) {
            running.abandon();
        }
        asker.exchange.room.telemetry.upstreamFailed(
                upstream, failure.kind().name().toLowerCase(Locale.ROOT));
        flight.end(Flights.End.FAILED);
    }
}
