package dev.embergate.engine.upstream;

import dev.embergate.engine.decode.DecodeLimits;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The pools of one event loop that fetches go through: one for each origin, so many at most. On that loop. */
final class FetchPools {
    private final EventLoop loop;
    private final Class<? extends Channel> channelType;
    private final DecodeLimits limits;
    private final int maxOrigins;

    /** Used last at the end. */
    private final Map<FetchOrigin, UpstreamPool> pools = new LinkedHashMap<>(16, 0.75f, true);

    private boolean closed;

    FetchPools(EventLoop loop, Class<? extends Channel> channelType, DecodeLimits limits, int maxOrigins) {
        this.loop = loop;
        this.channelType = channelType;
        this.limits = limits;
        this.maxOrigins = maxOrigins;
    }

    EventLoop loop() {
        return loop;
    }

    /** Null when the fetcher is closed, or calls wait at so many other origins that there is no place for one more. */
    @Nullable
    UpstreamPool pool(FetchOrigin origin, Function<FetchOrigin, UpstreamConfig> config, @Nullable UpstreamTls tls) {
        if (closed) {
            return null;
        }
        UpstreamPool known = pools.get(origin);
        if (known != null) {
            return known;
        }
        if (pools.size() >= maxOrigins && !dropOldest()) {
            return null;
        }
        UpstreamPool pool = new UpstreamPool(
                config.apply(origin), limits, loop, channelType, new UpstreamHealth(), NameResolver.SHARED, tls);
        pools.put(origin, pool);
        return pool;
    }

    /** Running calls of the pool go on; it only does not keep their connections. */
    private boolean dropOldest() {
        for (Iterator<UpstreamPool> oldestFirst = pools.values().iterator(); oldestFirst.hasNext(); ) {
            UpstreamPool pool = oldestFirst.next();
            if (pool.waiting() == 0) {
                oldestFirst.remove();
                pool.close();
                return true;
            }
        }
        return false;
    }

    int origins() {
        return pools.size();
    }

    void close() {
        closed = true;
        pools.values().forEach(UpstreamPool::close);
        pools.clear();
    }
}
