package dev.embergate.engine.upstream;

import dev.embergate.engine.decode.DecodeLimits;
import dev.embergate.engine.spi.Fetcher;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The fetcher that rules use: pools of its own for each origin and loop, the ones used longest ago dropped beyond a bound.
 *
 * <p>A call runs on the loop it is made on, or on any when it is made elsewhere. An origin that is also a configured upstream
 * takes over that one's TLS settings and connect time-out. The bounds are per loop: 64 origins, 32 connections and 256 waiting
 * calls at each.
 */
public final class PooledFetcher implements Fetcher, AutoCloseable {
    private static final int MAX_ORIGINS = 64;
    private static final int MAX_CONNECTIONS = 32;
    private static final int MAX_WAITING = 256;
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** A request says itself how long it may take; this only ends what has no end. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** Stands for all https origins that are no configured upstreams. */
    private static final FetchOrigin ORDINARY = new FetchOrigin(true, "", 0);

    private final List<FetchPools> poolsByLoop = new ArrayList<>();
    private final Map<FetchOrigin, UpstreamConfig> upstreams = new HashMap<>();
    private final Map<FetchOrigin, CompletableFuture<UpstreamTls>> tlsOfUpstreams = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger();

    /** @param upstreams as configured */
    public PooledFetcher(
            EventLoopGroup loops,
            Class<? extends Channel> channelType,
            DecodeLimits limits,
            List<UpstreamConfig> upstreams) {
        this(loops, channelType, limits, upstreams, MAX_ORIGINS);
    }

    PooledFetcher(
            EventLoopGroup loops,
            Class<? extends Channel> channelType,
            DecodeLimits limits,
            List<UpstreamConfig> upstreams,
            int maxOrigins) {
        for (EventExecutor loop : loops) {
            poolsByLoop.add(new FetchPools((EventLoop) loop, channelType, limits, maxOrigins));
        }
        for (UpstreamConfig upstream : upstreams) {
            for (URI url : upstream.urls()) {
                this.upstreams.putIfAbsent(FetchOrigin.of(url), upstream);
            }
        }
    }

    @Override
    public CompletionStage<Response> fetch(Request request) {
        FetchOrigin origin = FetchOrigin.of(request.uri());
        FetchPools pools = poolsHere();
        FetchCall call = new FetchCall(request, origin, pools.loop());
        if (!isToken(request.method())) {
            call.fail(new FetchException(FetchException.Kind.MALFORMED, origin + ": method (expected: a token)"));
            return call.stage();
        }
        if (pools.loop().inEventLoop()) {
            begin(call, origin, pools);
        } else {
            execute(call, origin, pools, () -> begin(call, origin, pools));
        }
        return call.stage();
    }

    private static void execute(FetchCall call, FetchOrigin origin, FetchPools pools, Runnable work) {
        try {
            pools.loop().execute(work);
        } catch (RejectedExecutionException e) {
            call.fail(stopping(origin));
        }
    }

    private void begin(FetchCall call, FetchOrigin origin, FetchPools pools) {
        call.startClock();
        if (!origin.secure()) {
            open(call, origin, pools, null);
            return;
        }
        CompletableFuture<UpstreamTls> tls = tls(origin);
        if (tls.isDone() && !tls.isCompletedExceptionally()) {
            open(call, origin, pools, tls.join());
        } else {
            tls.whenComplete((ready, failure) -> execute(call, origin, pools, () -> {
                if (failure == null) {
                    open(call, origin, pools, ready);
                } else {
                    call.fail(new FetchException(FetchException.Kind.CONNECT, origin + ": TLS cannot be set up"));
                }
            }));
        }
    }

    /** Certificates are read on a virtual thread, once. */
    private CompletableFuture<UpstreamTls> tls(FetchOrigin origin) {
        FetchOrigin key = upstreams.containsKey(origin) ? origin : ORDINARY;
        return tlsOfUpstreams.computeIfAbsent(
                key,
                unused -> CompletableFuture.supplyAsync(
                        () -> UpstreamTls.of(config(origin)),
                        task -> Thread.ofVirtual().name("fetch-tls").start(task)));
    }

    private void open(FetchCall call, FetchOrigin origin, FetchPools pools, @Nullable UpstreamTls tls) {
        UpstreamPool pool = pools.pool(origin, this::config, tls);
        if (pool == null) {
            call.fail(stopping(origin));
        } else {
            call.start(pool);
        }
    }

    private static FetchException stopping(FetchOrigin origin) {
        return new FetchException(FetchException.Kind.BUSY, origin + ": stopping, or too many origins in use");
    }

    private UpstreamConfig config(FetchOrigin origin) {
        UpstreamConfig known = upstreams.get(origin);
        return new UpstreamConfig(
                origin.toString(),
                origin.uri(),
                MAX_CONNECTIONS,
                MAX_WAITING,
                known == null ? CONNECT_TIMEOUT : known.connectTimeout(),
                LONGEST,
                LONGEST,
                KEEP_ALIVE,
                known == null || known.verifyTls(),
                known == null ? null : known.caFile());
    }

    private FetchPools poolsHere() {
        for (FetchPools pools : poolsByLoop) {
            if (pools.loop().inEventLoop()) {
                return pools;
            }
        }
        return poolsByLoop.get(Math.floorMod(next.getAndIncrement(), poolsByLoop.size()));
    }

    /** RFC 9110 section 5.6.2. */
    private static boolean isToken(String method) {
        for (int i = 0; i < method.length(); i++) {
            char c = method.charAt(i);
            if (c <= 0x20 || c >= 0x7f || "\"(),/:;<=>?@[\\]{}".indexOf(c) >= 0) {
                return false;
            }
        }
        return !method.isEmpty();
    }

    /** Closes idle connections; calls that wait fail, calls that run go on. */
    @Override
    public void close() {
        for (FetchPools pools : poolsByLoop) {
            try {
                pools.loop().execute(pools::close);
            } catch (RejectedExecutionException e) {
                // The loop has stopped, and its connections with it.
            }
        }
    }
}
