package dev.embergate.engine;

import dev.embergate.engine.decode.DecodeLimits;
import dev.embergate.engine.upstream.UpstreamConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * All the engine is told. Rules come separately, through {@link dev.embergate.engine.control.EngineControl#replaceRules}.
 *
 * @param eventLoops threads that carry exchanges; 0 for one a core
 * @param configDirectory where relative paths of rules start
 * @param dataDirectory where rules may write
 */
public record EngineConfig(
        List<ListenerConfig> listeners,
        List<UpstreamConfig> upstreams,
        DecodeLimits decode,
        Limits limits,
        Timeouts timeouts,
        Transport transport,
        int eventLoops,
        boolean accessLog,
        Path configDirectory,
        Path dataDirectory) {

    public EngineConfig {
        listeners = List.copyOf(listeners);
        upstreams = List.copyOf(upstreams);
        Objects.requireNonNull(decode, "decode");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(timeouts, "timeouts");
        Objects.requireNonNull(transport, "transport");
        Objects.requireNonNull(configDirectory, "configDirectory");
        Objects.requireNonNull(dataDirectory, "dataDirectory");
        if (eventLoops < 0 || eventLoops > 1024) {
            throw new IllegalArgumentException("event-loops: " + eventLoops + " (expected: 0 to 1024)");
        }
    }

    /** How sockets are driven. AUTO is epoll on Linux and NIO elsewhere. */
    public enum Transport {
        AUTO,
        EPOLL,
        IO_URING,
        NIO
    }

    /**
     * A port to listen on.
     *
     * @param host the address to bind; {@code 0.0.0.0} for all
     * @param port 0 for any free one
     * @param table the rule table its requests are matched in
     * @param defaultUpstream where unmatched requests go; empty answers them 404
     */
    public record ListenerConfig(String name, String host, int port, String table, String defaultUpstream) {
        public ListenerConfig {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(host, "host");
            Objects.requireNonNull(table, "table");
            Objects.requireNonNull(defaultUpstream, "defaultUpstream");
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
            }
        }
    }

    /**
     * Bounds beyond those of the parser.
     *
     * @param maxConnections client connections in all; one more is closed at once
     * @param maxConnectionsPerAddress of one client address; 0 for no limit of its own
     * @param maxGatheredBodyBytes of a request body that a rule asked to see; 413 beyond it
     * @param writeHighWaterBytes queued for a client before its upstream is no longer read
     */
    public record Limits(
            int maxConnections, int maxConnectionsPerAddress, int maxGatheredBodyBytes, int writeHighWaterBytes) {
        public static final Limits DEFAULT = new Limits(10_000, 0, 8 << 20, 256 << 10);

        public Limits {
            if (maxConnections < 1) {
                throw new IllegalArgumentException("max-connections: " + maxConnections + " (expected: > 0)");
            }
            if (maxConnectionsPerAddress < 0) {
                throw new IllegalArgumentException(
                        "max-connections-per-address: " + maxConnectionsPerAddress + " (expected: >= 0)");
            }
            if (maxGatheredBodyBytes < 1) {
                throw new IllegalArgumentException("max-gathered-body: " + maxGatheredBodyBytes + " (expected: > 0)");
            }
            if (writeHighWaterBytes < 4096) {
                throw new IllegalArgumentException("write-high-water: " + writeHighWaterBytes + " (expected: >= 4096)");
            }
        }
    }

    /**
     * How long the engine waits.
     *
     * @param head from a request's first byte to the end of its head; 408
     * @param keepAlive for the next request on a client connection; closed
     * @param body between two pieces of a request body; 408
     * @param write while a client takes nothing of what is queued for it; closed
     * @param decision for a rule's Later; 504
     * @param tunnelIdle while nothing passes through a tunnel in either direction; closed
     * @param stop for running exchanges when the engine stops; closed after it
     */
    public record Timeouts(
            Duration head,
            Duration keepAlive,
            Duration body,
            Duration write,
            Duration decision,
            Duration tunnelIdle,
            Duration stop) {
        public static final Timeouts DEFAULT = new Timeouts(
                Duration.ofSeconds(10),
                Duration.ofSeconds(75),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofSeconds(20),
                Duration.ofHours(1),
                Duration.ofSeconds(20));

        public Timeouts {
            requirePositive("head", head);
            requirePositive("keep-alive", keepAlive);
            requirePositive("body", body);
            requirePositive("write", write);
            requirePositive("decision", decision);
            requirePositive("tunnel-idle", tunnelIdle);
            if (stop.isNegative()) {
                throw new IllegalArgumentException("stop: " + stop + " (expected: >= 0)");
            }
        }

        private static void requirePositive(String name, Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
            }
        }
    }
}
