package dev.embergate.engine.upstream;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What the pools of all loops know of one upstream and its addresses, from what happened to their connections; nothing is asked
 * just to know. Shared between threads.
 *
 * <p>An address that takes no connection, or closes one before it answers, is down for a second, and twice as long each time it
 * does so again, up to half a minute, a quarter more or less by chance. Then one attempt may try it. Answers of any status say
 * that it is up.
 */
public final class UpstreamHealth {
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Names whose addresses change all the time must not fill the memory; beyond it the rest is not remembered. */
    private static final int MAX_DOWN = 256;

    /** @param trying whether an attempt has it for itself until then */
    private record Down(int failures, long untilNanos, boolean trying) {}

    private final LongSupplier clock;
    private final Map<InetSocketAddress, Down> down = new ConcurrentHashMap<>();
    private volatile boolean reachable = true;

    public UpstreamHealth() {
        this(System::nanoTime);
    }

    UpstreamHealth(LongSupplier clock) {
        this.clock = clock;
    }

    /** Whether the last connection attempt worked; true before the first. */
    public boolean reachable() {
        return reachable;
    }

    /** Addresses that are down now, as {@code address:port}. */
    public List<String> down() {
        long now = clock.getAsLong();
        List<String> addresses = new ArrayList<>();
        down.forEach((address, state) -> {
            if (state.trying || now - state.untilNanos < 0) {
                addresses.add(address.getAddress().getHostAddress() + ":" + address.getPort());
            }
        });
        addresses.sort(null);
        return addresses;
    }

    /** Whether it may be up: not down, or down for long enough. */
    boolean mayBeUp(InetSocketAddress address) {
        Down state = down.get(address);
        return state == null || clock.getAsLong() - state.untilNanos >= 0;
    }

    /**
     * As {@link #mayBeUp}, and of those who ask when the time is over only one is told so.
     *
     * @param tryNanos how long that one has it for itself
     */
    boolean take(InetSocketAddress address, long tryNanos) {
        Down state = down.get(address);
        if (state == null) {
            return true;
        }
        long now = clock.getAsLong();
        return now - state.untilNanos >= 0
                && down.replace(address, state, new Down(state.failures, now + tryNanos, true));
    }

    /** A connection was made; whether it is worth something will be seen. */
    void connected(InetSocketAddress address) {
        if (!reachable) {
            reachable = true;
        }
        down.computeIfPresent(address, (key, state) -> new Down(state.failures, clock.getAsLong(), false));
    }

    /** It answered. Cheap as long as nothing is wrong. */
    void answered(InetSocketAddress address) {
        if (!down.isEmpty()) {
            down.remove(address);
        }
    }

    boolean hasDoubts() {
        return !down.isEmpty();
    }

    /** It took no connection, or gave no answer on one. Many who failed at the same time count as one. */
    void failed(InetSocketAddress address) {
        if (down.size() >= MAX_DOWN && !down.containsKey(address)) {
            return;
        }
        long now = clock.getAsLong();
        down.compute(address, (key, state) -> {
            if (state != null && !state.trying && now - state.untilNanos < 0) {
                return state;
            }
            int failures = state == null ? 1 : Math.min(state.failures + 1, 16);
            long nanos = Math.min(FIRST_NANOS << (failures - 1), LONGEST_NANOS);
            long chance = ThreadLocalRandom.current().nextLong(-nanos / 4, nanos / 4 + 1);
            return new Down(failures, now + nanos + chance, false);
        });
    }

    /** No address took a connection. */
    void failedToConnect() {
        if (reachable) {
            reachable = false;
        }
    }
}
