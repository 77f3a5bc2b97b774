package dev.embergate.engine.act;

import dev.embergate.engine.EngineConfig;
import dev.embergate.engine.cache.AnswerCache;
import dev.embergate.engine.decode.DecodeLimits;
import dev.embergate.engine.decode.Networks;
import dev.embergate.engine.spi.Fetcher;
import dev.embergate.engine.telemetry.RequestIds;
import dev.embergate.engine.telemetry.Telemetry;
import dev.embergate.engine.upstream.UpstreamPool;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the exchanges of one event loop share: pools, limits, the list of its client connections. Used on that loop only.
 *
 * <p>One sweep a tick looks at every connection's deadlines, so that no request has to arm or cancel a timer of its own.
 */
public final class LoopRoom {
    /** How often is looked while memory is short. */
    private static final long TIGHT_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** A client that takes nothing for less than this is not stalled. */
    private static final long STALLED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    final EventLoop loop;
    final DecodeLimits decode;
    final EngineConfig.Limits limits;
    final EngineConfig.Timeouts timeouts;
    final Networks trusted;

    /** Shared with the other loops; null when there is no limit. */
    final @Nullable RequestRates rates;

    final Telemetry telemetry;
    final RequestIds requestIds;
    final Fetcher fetcher;

    /** One for all loops; null when nothing is kept. */
    final @Nullable AnswerCache cache;

    private final Map<String, UpstreamPool> pools;
    final QueuedBytes queued;
    private final long tickNanos;

    private @Nullable ClientConnection first;
    private int connections;
    private boolean sweeping;
    private boolean stopping;
    private @Nullable Runnable whenEmpty;

    public LoopRoom(
            EventLoop loop,
            EngineConfig config,
            Telemetry telemetry,
            RequestIds requestIds,
            Fetcher fetcher,
            @Nullable AnswerCache cache,
            Map<String, UpstreamPool> pools,
            @Nullable RequestRates rates,
            int loops) {
        this.loop = loop;
        this.decode = config.decode();
        this.limits = config.limits();
        this.timeouts = config.timeouts();
        this.trusted = Networks.of(config.edge().trustedProxies());
        this.telemetry = telemetry;
        this.requestIds = requestIds;
        this.fetcher = fetcher;
        this.cache = cache;
        this.pools = pools;
        this.rates = rates;
        this.queued = QueuedBytes.of(config.limits().maxQueuedBytes(), loops);
        this.tickNanos = tick(config.timeouts());
    }

    /** Fine enough for the shortest time-out, coarse enough to cost nothing. */
    private static long tick(EngineConfig.Timeouts timeouts) {
        long shortest = Math.min(
                Math.min(timeouts.head().toNanos(), timeouts.keepAlive().toNanos()),
                Math.min(
                        Math.min(timeouts.body().toNanos(), timeouts.write().toNanos()),
                        timeouts.decision().toNanos()));
        return Math.clamp(shortest / 8, TimeUnit.MILLISECONDS.toNanos(10), TimeUnit.MILLISECONDS.toNanos(500));
    }

    public EventLoop loop() {
        return loop;
    }

    @Nullable
    UpstreamPool pool(String upstream) {
        return pools.get(upstream);
    }

    public Iterable<UpstreamPool> pools() {
        return pools.values();
    }

    boolean isStopping() {
        return stopping;
    }

    void enter(ClientConnection connection) {
        connection.next = first;
        if (first != null) {
            first.previous = connection;
        }
        first = connection;
        connections++;
        if (!sweeping) {
            sweeping = true;
            loop.schedule(this::sweep, tickNanos, TimeUnit.NANOSECONDS);
        }
    }

    void leave(ClientConnection connection) {
        ClientConnection before = connection.previous;
        ClientConnection after = connection.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after != null) {
            after.previous = before;
        }
        connection.previous = null;
        connection.next = null;
        connections--;
        if (connections == 0 && whenEmpty != null) {
            whenEmpty.run();
            whenEmpty = null;
        }
    }

    private void sweep() {
        if (first == null) {
            sweeping = false;
            return;
        }
        long now = System.nanoTime();
        ClientConnection connection = first;
        while (connection != null) {
            ClientConnection following = connection.next; // it may leave, but takes no other along
            connection.sweep(now);
            connection = following;
        }
        if (queued.isTight()) {
            letStalledGo(now);
        }
        loop.schedule(
                this::sweep,
                queued.isTight() ? Math.min(tickNanos, TIGHT_TICK_NANOS) : tickNanos,
                TimeUnit.NANOSECONDS);
    }

    /** Those that have waited longest first, until what is left fits the budget. */
    private void letStalledGo(long now) {
        List<ClientConnection> stalled = new ArrayList<>();
        for (ClientConnection c = first; c != null; c = c.next) {
            if (c.stalledNanos(now) >= STALLED_NANOS) {
                stalled.add(c);
            }
        }
        stalled.sort(Comparator.comparingLong((ClientConnection c) -> c.stalledNanos(now))
                .reversed());
        for (ClientConnection c : stalled) {
            if (!queued.isTight()) {
                return;
            }
            c.letGo();
        }
    }

    /** A copy: whoever is looked at may leave. */
    private List<ClientConnection> all() {
        List<ClientConnection> all = new ArrayList<>(connections);
        for (ClientConnection c = first; c != null; c = c.next) {
            all.add(c);
        }
        return all;
    }

    /**
     * Idle connections close now, tunnels and sockets are told, exchanges finish with {@code Connection: close}.
     *
     * @param empty run on the loop once no connection is left
     */
    public void stop(Runnable empty) {
        stopping = true;
        if (first == null) {
            empty.run();
            return;
        }
        whenEmpty = empty;
        for (ClientConnection connection : all()) {
            connection.stop();
        }
    }

    /** Whatever is left is closed now; then the pools. */
    public void stopNow() {
        for (ClientConnection connection : all()) {
            connection.stopNow();
        }
        for (UpstreamPool pool : pools.values()) {
            pool.close();
        }
    }
}
