package dev.embergate.engine.control;

import java.time.Instant;
import java.util.List;

/**
 * What the engine is doing now.
 *
 * @param transport epoll, io_uring or nio
 * @param bytesRelayed body bytes sent to clients since the start
 * @param bytesKept body bytes that redirects kept off this server, where the size was known
 */
public record EngineStatus(
        Instant startedAt,
        String transport,
        List<Listener> listeners,
        List<Upstream> upstreams,
        List<Table> tables,
        long connections,
        long exchanges,
        long bytesRelayed,
        long bytesKept,
        boolean stopping) {

    /** A bound listener; {@code port} is the real one where 0 was asked for. */
    public record Listener(String name, String address, int port, String table) {}

    /**
     * @param origin scheme, host and port of its first address
     * @param reachable whether the last connection attempt worked; true before the first
     * @param down addresses that are tried last for now, because they took no connection or gave no answer on one
     */
    public record Upstream(
            String name, String origin, boolean reachable, int connections, int waiting, List<String> down) {}

    public record Table(String name, long generation, Instant loadedAt, List<String> rules) {}
}
