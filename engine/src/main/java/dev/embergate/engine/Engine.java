package dev.embergate.engine;

import dev.embergate.engine.accept.HttpsCertificates;
import dev.embergate.engine.accept.Listeners;
import dev.embergate.engine.accept.Sockets;
import dev.embergate.engine.act.Explaining;
import dev.embergate.engine.act.LoopRoom;
import dev.embergate.engine.act.RequestRates;
import dev.embergate.engine.act.RuleTables;
import dev.embergate.engine.cache.AnswerCache;
import dev.embergate.engine.control.EngineControl;
import dev.embergate.engine.control.EngineStatus;
import dev.embergate.engine.control.RuleEntry;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.RuleServices;
import dev.embergate.engine.telemetry.AccessSink;
import dev.embergate.engine.telemetry.RequestIds;
import dev.embergate.engine.telemetry.Telemetry;
import dev.embergate.engine.upstream.PooledFetcher;
import dev.embergate.engine.upstream.UpstreamConfig;
import dev.embergate.engine.upstream.UpstreamHealth;
import dev.embergate.engine.upstream.UpstreamPool;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one door of the engine. Thread-safe.
 *
 * <p>{@link #create} starts the event loops; put rule tables in place with {@link #replaceRules}, then {@link #listen}. A table
 * that was never put in place is empty.
 */
public final class Engine implements EngineControl, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Engine.class);

    private final EngineConfig config;
    private final Sockets sockets;
    private final EventLoopGroup loops;
    private final Telemetry telemetry;
    private final RuleTables tables = new RuleTables();
    private final Map<EventLoop, LoopRoom> rooms = new HashMap<>();
    private final Map<String, UpstreamHealth> health = new LinkedHashMap<>();
    private final PooledFetcher fetcher;
    private final HttpsCertificates certificates;
    private final @Nullable AnswerCache cache;
    private final Listeners listeners;
    private final RuleServices services;
    private final Instant startedAt = Instant.now();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);

    private Engine(
            EngineConfig config, Sockets sockets, HttpsCertificates certificates, @Nullable AccessSink accessSink) {
        this.config = config;
        this.certificates = certificates;
        this.sockets = sockets;
        this.telemetry = new Telemetry(config.accessLog(), accessSink);
        this.cache = cache(config.cache(), telemetry);
        int threads = config.eventLoops() > 0
                ? config.eventLoops()
                : Runtime.getRuntime().availableProcessors();
        this.loops = new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory("loop", true, Thread.MAX_PRIORITY), sockets.handlers());
        List<EventLoop> all = new ArrayList<>();
        for (EventExecutor loop : loops) {
            all.add((EventLoop) loop);
        }
        this.fetcher = new PooledFetcher(loops, sockets.channelType(), config.decode(), config.upstreams());
        this.services = new EngineServices(config, fetcher, telemetry);
        RequestIds requestIds = new RequestIds();
        RequestRates rates = RequestRates.of(config.limits());
        for (UpstreamConfig upstream : config.upstreams()) {
            health.put(upstream.name(), new UpstreamHealth());
        }
        try {
            for (EventLoop loop : all) {
                rooms.put(
                        loop,
                        new LoopRoom(loop, config, telemetry, requestIds, fetcher, cache, pools(loop), rates, threads));
            }
        } catch (RuntimeException e) { // certificates that cannot be read
            fetcher.close();
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            telemetry.close();
            if (cache != null) {
                cache.close();
            }
            throw e;
        }
        for (UpstreamConfig upstream : config.upstreams()) {
            String name = upstream.name();
            UpstreamHealth known = health.get(name);
            telemetry.upstreamGauge(name, () -> count(name, true), () -> count(name, false));
            if (known != null) {
                telemetry.upstreamHealth(
                        name, known::reachable, () -> known.down().size());
            }
        }
        certificates.measuredBy(telemetry);
        this.listeners = new Listeners(config, sockets, loops, tables, telemetry, rooms, certificates);
    }

    /** Null when nothing is to be kept. */
    private static @Nullable AnswerCache cache(EngineConfig.Cache config, Telemetry telemetry) {
        if (config.memoryBytes() == 0 && config.diskBytes() == 0) {
            return null;
        }
        try {
            return AnswerCache.open(config.memoryBytes(), config.diskBytes(), config.folder(), telemetry.cache());
        } catch (UncheckedIOException e) {
            telemetry.close();
            throw e;
        }
    }

    private Map<String, UpstreamPool> pools(EventLoop loop) {
        Map<String, UpstreamPool> pools = new HashMap<>();
        for (UpstreamConfig upstream : config.upstreams()) {
            UpstreamHealth known = health.get(upstream.name());
            if (known != null) {
                pools.put(
                        upstream.name(),
                        new UpstreamPool(upstream, config.decode(), loop, sockets.channelType(), known));
            }
        }
        return pools;
    }

    /**
     * Starts event loops, telemetry and pools; binds nothing yet.
     *
     * @throws IllegalStateException when the transport that was asked for does not work on this machine
     * @throws IllegalArgumentException when a listener's or an upstream's certificates cannot be used; nothing is left running
     * @throws UncheckedIOException when the cache's folder cannot be used or is another process's; nothing is left running
     */
    public static Engine create(EngineConfig config) {
        return create(config, null);
    }

    /**
     * As {@link #create(EngineConfig)}.
     *
     * @param accessSink where access lines go; null for the logger {@code embergate.access}
     */
    public static Engine create(EngineConfig config, @Nullable AccessSink accessSink) {
        Sockets sockets = Sockets.choose(config.transport());
        HttpsCertificates certificates = HttpsCertificates.open(config.listeners());
        try {
            return new Engine(config, sockets, certificates, accessSink);
        } catch (RuntimeException e) {
            certificates.close();
            throw e;
        }
    }

    /**
     * Binds all listeners, or none.
     *
     * @throws IOException when an address cannot be bound; the message reads {@code listener name: address:port (why)}
     */
    public void listen() throws IOException {
        listeners.bind();
    }

    /** Reads the certificates of https listeners again that have changed. Blocks; what cannot be used is logged and left out. */
    public void rereadCertificates() {
        certificates.reread();
    }

    /** What rules are made with; usable before {@link #listen}. */
    public RuleServices services() {
        return services;
    }

    @Override
    public void replaceRules(String table, List<RuleEntry> rules) throws UnreachableRulesException {
        tables.replace(table, rules);
    }

    @Override
    public EngineStatus status() {
        List<EngineStatus.Upstream> upstreams = new ArrayList<>();
        for (UpstreamConfig upstream : config.upstreams()) {
            UpstreamHealth known = health.get(upstream.name());
            upstreams.add(new EngineStatus.Upstream(
                    upstream.name(),
                    upstream.url().getScheme() + "://" + upstream.authority(),
                    known == null || known.reachable(),
                    count(upstream.name(), true),
                    count(upstream.name(), false),
                    known == null ? List.of() : known.down()));
        }
        return new EngineStatus(
                startedAt,
                sockets.name(),
                listeners.status(),
                upstreams,
                tables.status(),
                telemetry.connections(),
                telemetry.exchanges(),
                telemetry.bytesRelayed(),
                telemetry.bytesKept(),
                stopping.get());
    }

    /** Pools are their loops' own: asks each loop. From a loop itself, which must not wait, only its own is counted. */
    private int count(String upstream, boolean connections) {
        int sum = 0;
        for (LoopRoom room : rooms.values()) {
            CompletableFuture<Integer> counted = new CompletableFuture<>();
            Runnable ask = () -> {
                int n = 0;
                for (UpstreamPool pool : room.pools()) {
                    if (pool.config().name().equals(upstream)) {
                        n += connections ? pool.connections() : pool.waiting();
                    }
                }
                counted.complete(n);
            };
            if (room.loop().inEventLoop()) {
                ask.run();
            } else if (!onAnyLoop()) {
                try {
                    room.loop().execute(ask);
                } catch (java.util.concurrent.RejectedExecutionException stopped) {
                    continue;
                }
            } else {
                continue;
            }
            try {
                sum += counted.get(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
                log.debug("upstream {}: not counted, a loop is busy", upstream);
            }
        }
        return sum;
    }

    private boolean onAnyLoop() {
        for (LoopRoom room : rooms.values()) {
            if (room.loop().inEventLoop()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String metricsText() {
        return telemetry.metricsText();
    }

    @Override
    public CompletionStage<List<Explanation>> explain(String table, String method, String target, Headers headers) {
        LoopRoom room = rooms.values().iterator().next();
        return Explaining.explain(room, tables, table, method, target, headers);
    }

    /**
     * Stops: accepts nothing more, lets running exchanges finish until the stop time-out, closes tunnels and sockets properly,
     * then everything. Blocks until all is closed. A second call waits for the first.
     */
    @Override
    public void close() {
        if (stopping.compareAndSet(false, true)) {
            try {
                stop();
            } finally {
                closed.countDown();
            }
            return;
        }
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop() {
        listeners.close();
        CountDownLatch empty = new CountDownLatch(rooms.size());
        for (LoopRoom room : rooms.values()) {
            room.loop().execute(() -> room.stop(empty::countDown));
        }
        try {
            if (!empty.await(config.timeouts().stop().toMillis(), TimeUnit.MILLISECONDS)) {
                log.info(
                        "stop: exchanges still running after {}: closed",
                        config.timeouts().stop());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        CountDownLatch done = new CountDownLatch(rooms.size());
        for (LoopRoom room : rooms.values()) {
            room.loop().execute(() -> {
                room.stopNow();
                done.countDown();
            });
        }
        try {
            done.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        fetcher.close();
        tables.close();
        // A little quiet first: a connect still in flight would otherwise never be told of its end.
        loops.shutdownGracefully(50, 5_000, TimeUnit.MILLISECONDS).awaitUninterruptibly(6, TimeUnit.SECONDS);
        certificates.close();
        if (cache != null) {
            cache.close();
        }
        telemetry.close();
    }
}
