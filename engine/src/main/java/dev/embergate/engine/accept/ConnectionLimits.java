package dev.embergate.engine.accept;

import dev.embergate.engine.EngineConfig;
import dev.embergate.engine.act.ClientKey;
import dev.embergate.engine.decode.Networks;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts client connections, in all and per client address ({@link ClientKey}). A trusted proxy's own address has no limit of its
 * own: it carries the connections of many. Thread-safe.
 */
final class ConnectionLimits {
    private final int max;
    private final int maxPerAddress;
    private final Networks trusted;
    private final AtomicInteger count = new AtomicInteger();
    private final ConcurrentHashMap<Long, Integer> perAddress = new ConcurrentHashMap<>();

    ConnectionLimits(EngineConfig.Limits limits, Networks trusted) {
        this.max = limits.maxConnections();
        this.maxPerAddress = limits.maxConnectionsPerAddress();
        this.trusted = trusted;
    }

    /** Whether there is room for one more; counted until {@link #left} then. */
    boolean enter() {
        if (count.incrementAndGet() > max) {
            count.decrementAndGet();
            return false;
        }
        return true;
    }

    void left() {
        count.decrementAndGet();
    }

    /** Whether connections of that address are counted; only those are to be let in and out by it. */
    boolean counts(InetAddress address) {
        return maxPerAddress > 0 && !trusted.contains(address);
    }

    /** Whether there is room for one more of that address; counted until {@link #left(InetAddress)} then. */
    boolean enter(InetAddress address) {
        Long key = ClientKey.of(address);
        if (perAddress.merge(key, 1, Integer::sum) > maxPerAddress) {
            left(address);
            return false;
        }
        return true;
    }

    void left(InetAddress address) {
        perAddress.computeIfPresent(ClientKey.of(address), (key, n) -> n == 1 ? null : n - 1);
    }
}
