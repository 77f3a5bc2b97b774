package dev.embergate.engine.accept;

import dev.embergate.engine.EngineConfig;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts client connections, in all and per address. Thread-safe. */
final class ConnectionLimits {
    private final int max;
    private final int maxPerAddress;
    private final AtomicInteger count = new AtomicInteger();
    private final ConcurrentHashMap<InetAddress, Integer> perAddress = new ConcurrentHashMap<>();

    ConnectionLimits(EngineConfig.Limits limits) {
        this.max = limits.maxConnections();
        this.maxPerAddress = limits.maxConnectionsPerAddress();
    }

    /** Null when the connection is let in, and counted until {@link #left}; else which limit it met. */
    @Nullable
    String enter(InetAddress address) {
        if (count.incrementAndGet() > max) {
            count.decrementAndGet();
            return "max-connections";
        }
        if (maxPerAddress > 0) {
            int now = perAddress.merge(address, 1, Integer::sum);
            if (now > maxPerAddress) {
                leaveAddress(address);
                count.decrementAndGet();
                return "max-connections-per-address";
            }
        }
        return null;
    }

    void left(InetAddress address) {
        count.decrementAndGet();
        if (maxPerAddress > 0) {
            leaveAddress(address);
        }
    }

    private void leaveAddress(InetAddress address) {
        perAddress.computeIfPresent(address, (a, n) -> n == 1 ? null : n - 1);
    }
}
