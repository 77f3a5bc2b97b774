package dev.embergate.engine;

import dev.embergate.engine.decode.DecodeLimits;
import dev.embergate.engine.decode.Networks;
import dev.embergate.engine.upstream.UpstreamConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All the engine is told. Rules come separately, through {@link dev.embergate.engine.control.EngineControl#replaceRules}.
 *
 * @param edge whom the engine believes about the client
 * @param cache where kept answers may lie
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
        Edge edge,
        Cache cache,
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
        Objects.requireNonNull(edge, "edge");
        Objects.requireNonNull(cache, "cache");
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
     * @param proxyProtocol whether every connection begins with a PROXY protocol header (v1 or v2); one from an address that
     *     is no trusted proxy, or without the header, is closed
     * @param tls for https; null for plain http
     * @param redirectToHttps the https port all requests are sent to with 308; 0 to answer them
     */
    public record ListenerConfig(
            String name,
            String host,
            int port,
            String table,
            String defaultUpstream,
            boolean proxyProtocol,
            @Nullable Tls tls,
            int redirectToHttps) {
        public ListenerConfig {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(host, "host");
            Objects.requireNonNull(table, "table");
            Objects.requireNonNull(defaultUpstream, "defaultUpstream");
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
            }
            if (redirectToHttps < 0 || redirectToHttps > 65535 || (redirectToHttps > 0 && tls != null)) {
                throw new IllegalArgumentException(
                        "redirect-to-https: " + redirectToHttps + " (expected: a port, on a listener without tls)");
            }
        }

        /** Plain http, no PROXY protocol. */
        public ListenerConfig(String name, String host, int port, String table, String defaultUpstream) {
            this(name, host, port, table, defaultUpstream, false, null, 0);
        }
    }

    /**
     * What an https listener shows. Files are read again when they change; new connections get the new ones.
     *
     * @param certificates at least one; chosen by the name the client asks for (SNI, RFC 6066 section 3), else the first
     * @param minVersion TLS 1.2 or 1.3
     * @param provider AUTO is BoringSSL where it loads, else the JDK's
     * @param hstsMaxAge of Strict-Transport-Security (RFC 6797); zero sends none
     */
    public record Tls(List<Certificate> certificates, Version minVersion, Provider provider, Duration hstsMaxAge) {
        public Tls {
            certificates = List.copyOf(certificates);
            if (certificates.isEmpty()) {
                throw new IllegalArgumentException("certificates: none (expected: at least one)");
            }
            Objects.requireNonNull(minVersion, "minVersion");
            Objects.requireNonNull(provider, "provider");
            if (hstsMaxAge.isNegative()) {
                throw new IllegalArgumentException("hsts-max-age: " + hstsMaxAge + " (expected: >= 0)");
            }
        }

        /** PEM files: the chain, leaf first, and its unencrypted PKCS #8 or PKCS #1 key. */
        public record Certificate(Path chain, Path key) {
            public Certificate {
                Objects.requireNonNull(chain, "chain");
                Objects.requireNonNull(key, "key");
            }
        }

        public enum Version {
            TLS_1_2,
            TLS_1_3
        }

        public enum Provider {
            AUTO,
            BORINGSSL,
            JDK
        }
    }

    /**
     * The one definition of who the client is.
     *
     * @param trustedProxies addresses and networks (CIDR) whose PROXY protocol, Forwarded and X-Forwarded-* are believed
     */
    public record Edge(List<String> trustedProxies) {
        /** Believes nobody: the client is the peer of the connection. */
        public static final Edge NONE = new Edge(List.of());

        public Edge {
            trustedProxies = List.copyOf(trustedProxies);
            try {
                Networks.of(trustedProxies);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("trusted-proxies: " + e.getMessage(), e);
            }
        }
    }

    /**
     * Where answers that rules let be kept lie (RFC 9111).
     *
     * @param memoryBytes of answers in memory, heads included; 0 for none
     * @param diskBytes of answers on disk, heads included; 0 for none
     * @param folder of the answers on disk; nobody else's
     */
    public record Cache(long memoryBytes, long diskBytes, Path folder) {
        /** Keeps nothing. */
        public static final Cache NONE = new Cache(0, 0, Path.of("cache"));

        public Cache {
            if (memoryBytes < 0) {
                throw new IllegalArgumentException("memory-bytes: " + memoryBytes + " (expected: >= 0)");
            }
            if (diskBytes < 0) {
                throw new IllegalArgumentException("disk-bytes: " + diskBytes + " (expected: >= 0)");
            }
            Objects.requireNonNull(folder, "folder");
        }
    }

    /**
     * Bounds beyond those of the parser.
     *
     * <p>Of IPv6, one client address is a /64. A trusted proxy's own address has no limit per address.
     *
     * @param maxConnections client connections in all; one more is answered 503, or closed at once
     * @param maxConnectionsPerAddress of one client address; one more is answered as above; 0 for no limit of its own
     * @param maxGatheredBodyBytes of a request body that a rule asked to see; 413 beyond it
     * @param writeHighWaterBytes queued for a client before its upstream is no longer read
     * @param requestsPerSecondPerAddress of one client address, beyond the burst; 429 with Retry-After; 0 for no limit
     * @param requestBurstPerAddress how many at once before that limit counts
     * @param minUploadBytesPerSecond of a request body while we read it, on average; one that comes slower has ten seconds (the body
     *     time-out, if shorter) and a second more for each so many bytes; 408; 0 for no limit
     * @param minDownloadBytesPerSecond a client takes while something is queued for it, on average; a slower one has the write
     *     time-out and a second more for each so many bytes; closed; 0 for no limit
     * @param maxQueuedBytes queued for all clients, shared by the event loops; beyond it each gets smaller portions, and those who
     *     have taken nothing for longest are closed; 0 for half of the memory that buffers may take
     */
    public record Limits(
            int maxConnections,
            int maxConnectionsPerAddress,
            int maxGatheredBodyBytes,
            int writeHighWaterBytes,
            int requestsPerSecondPerAddress,
            int requestBurstPerAddress,
            int minUploadBytesPerSecond,
            int minDownloadBytesPerSecond,
            long maxQueuedBytes) {
        public static final Limits DEFAULT = new Limits(10_000, 0, 8 << 20, 256 << 10, 0, 100, 256, 256, 0);

        public Limits(
                int maxConnections, int maxConnectionsPerAddress, int maxGatheredBodyBytes, int writeHighWaterBytes) {
            this(
                    maxConnections,
                    maxConnectionsPerAddress,
                    maxGatheredBodyBytes,
                    writeHighWaterBytes,
                    0,
                    100,
                    256,
                    256,
                    0);
        }

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
            requireNotNegative("requests-per-second-per-address", requestsPerSecondPerAddress);
            if (requestBurstPerAddress < 1) {
                throw new IllegalArgumentException(
                        "request-burst-per-address: " + requestBurstPerAddress + " (expected: > 0)");
            }
            requireNotNegative("min-upload-bytes-per-second", minUploadBytesPerSecond);
            requireNotNegative("min-download-bytes-per-second", minDownloadBytesPerSecond);
            requireNotNegative("max-queued-bytes", maxQueuedBytes);
        }

        private static void requireNotNegative(String name, long value) {
            if (value < 0) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: >= 0)");
            }
        }
    }

    /**
     * How long the engine waits.
     *
     * @param head from a request's first byte to the end of its head; 408. Also from the beginning of a connection to the end of a
     *     PROXY protocol header, and from there to the first byte of its first request; closed
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
