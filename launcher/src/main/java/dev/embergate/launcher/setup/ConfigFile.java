package dev.embergate.launcher.setup;

import dev.embergate.engine.EngineConfig;
import dev.embergate.engine.decode.DecodeLimits;
import dev.embergate.engine.spi.Setting;
import dev.embergate.engine.upstream.UpstreamConfig;
import dev.embergate.launcher.config.Value;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The main configuration file, section by section. */
public record ConfigFile(
        @Setting(value = "Ports that players connect to.", defaultValue = "[{}]")
        List<Listener> listeners,

        @Setting(value = "The port for health, metrics, status and reload.", defaultValue = "{}")
        Admin admin,

        @Setting("Servers that requests are forwarded to, by name.")
        Map<String, Upstream> upstreams,

        @Setting("The upstream of requests that no rule answers. May be left out when there is only one.") @Nullable
        String defaultUpstream,

        @Setting(value = "Whom the proxy believes about the client.", defaultValue = "{}")
        Edge edge,

        @Setting(value = "How much the proxy takes on at once.", defaultValue = "{}")
        Limits limits,

        @Setting(value = "How long the proxy waits.", defaultValue = "{}")
        Timeouts timeouts,

        @Setting(value = "Where answers lie that `cache` rules keep.", defaultValue = "{}")
        Cache cache,

        @Setting(value = "Bounds of the HTTP parser.", defaultValue = "{}")
        Decode decode,

        @Setting(value = "How the engine runs.", defaultValue = "{}")
        EngineSection engine,

        @Setting(value = "Folder the program may write to, from the folder of this file.", defaultValue = "data")
        Path data,

        @Setting(value = "Folder of plug-in jars, from the folder of this file.", defaultValue = "plugins")
        Path plugins,

        @Setting(value = "What is logged, and how. Takes effect at a reload, too.", defaultValue = "{}")
        Log log,

        @Setting("Rules, first match first. Those of rules/*.yml beside this file follow, file by file in the order of"
                + " their names.")
        List<Value> rules) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    public ConfigFile {
        if (listeners.isEmpty()) {
            throw new IllegalArgumentException("listeners: none (expected: at least one)");
        }
        long names = listeners.stream().map(Listener::name).distinct().count();
        if (names != listeners.size()) {
            throw new IllegalArgumentException(
                    "listeners: two of the same name (expected: a name of its own for each)");
        }
        if (edge.trustedProxies().isEmpty() && listeners.stream().anyMatch(Listener::proxyProtocol)) {
            throw new IllegalArgumentException(
                    "listeners: proxy-protocol without edge.trusted-proxies (expected: the addresses it comes from)");
        }
        for (String name : upstreams.keySet()) {
            requireName("upstreams", name);
        }
        if (defaultUpstream == null) {
            if (upstreams.size() > 1) {
                throw new IllegalArgumentException(
                        "default-upstream: missing (expected: one of " + String.join(", ", upstreams.keySet()) + ")");
            }
        } else if (!upstreams.containsKey(defaultUpstream)) {
            throw new IllegalArgumentException("default-upstream: \"" + defaultUpstream + "\" (expected: "
                    + (upstreams.isEmpty() ? "a name below upstreams" : String.join(", ", upstreams.keySet())) + ")");
        }
    }

    /** The default upstream's name; empty when there is none. */
    public String defaultUpstreamName() {
        if (defaultUpstream != null) {
            return defaultUpstream;
        }
        return upstreams.isEmpty() ? "" : upstreams.keySet().iterator().next();
    }

    private static void requireName(String key, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    key + ": name \"" + name + "\" (expected: lower-case letters, digits, dots and dashes)");
        }
    }

    public record Listener(
            @Setting(value = "Its name in logs and metrics.", defaultValue = "proxy")
            String name,

            @Setting(value = "Address to listen on; 0.0.0.0 for all.", defaultValue = "0.0.0.0")
            String host,

            @Setting(value = "Port to listen on; 0 for any free one.", defaultValue = "8095")
            int port,

            @Setting(
                    value =
                            "Whether each connection begins with a PROXY protocol header, version 1 or 2. Taken from trusted"
                                    + " proxies only; connections without it are closed.",
                    defaultValue = "false")
            boolean proxyProtocol,

            @Setting("For https. Left out: plain http.") @Nullable
            Tls tls,

            @Setting(
                    value = "The https port that all requests are sent to with 308, but for those of ACME"
                            + " (/.well-known/acme-challenge/); 0 to answer them. Not together with tls.",
                    defaultValue = "0")
            int redirectToHttps) {
        public Listener {
            new EngineConfig.ListenerConfig(name, host, 0, "", "", proxyProtocol, forEngine(tls), redirectToHttps);
            requireName("name", name);
            if (name.equals(Admin.LISTENER)) {
                throw new IllegalArgumentException("name: \"admin\" (expected: another; that one is taken)");
            }
            requirePort(port);
        }

        EngineConfig.ListenerConfig forEngine(int chosenPort, String table, String upstream) {
            return new EngineConfig.ListenerConfig(
                    name, host, chosenPort, table, upstream, proxyProtocol, forEngine(tls), redirectToHttps);
        }

        private static EngineConfig.@Nullable Tls forEngine(@Nullable Tls tls) {
            return tls == null ? null : tls.forEngine();
        }
    }

    public record Tls(
            @Setting(
                    "PEM files, read again when they change. The name that a client asks for chooses one, else it is the"
                            + " first.")
            List<Certificate> certificates,

            @Setting(value = "The least version of TLS that is spoken.", defaultValue = "tls-1-2")
            EngineConfig.Tls.Version minVersion,

            @Setting(
                    value = "Who encrypts; auto is boringssl where it loads and the JDK elsewhere.",
                    defaultValue = "auto")
            EngineConfig.Tls.Provider provider,

            @Setting(
                    value = "How long browsers shall come by https only (Strict-Transport-Security); 0s for none.",
                    defaultValue = "0s")
            Duration hstsMaxAge) {
        public Tls {
            new EngineConfig.Tls(forEngine(certificates), minVersion, provider, hstsMaxAge);
        }

        EngineConfig.Tls forEngine() {
            return new EngineConfig.Tls(forEngine(certificates), minVersion, provider, hstsMaxAge);
        }

        private static List<EngineConfig.Tls.Certificate> forEngine(List<Certificate> certificates) {
            return certificates.stream()
                    .map(one -> new EngineConfig.Tls.Certificate(one.chain(), one.key()))
                    .toList();
        }
    }

    public record Certificate(
            @Setting("PEM file of the certificate and those between it and its authority, in this order.")
            Path chain,

            @Setting("PEM file of its key, unencrypted: RSA or EC, PKCS #8, PKCS #1 or SEC 1.")
            Path key) {
        public Certificate {
            requireReadable("chain", chain);
            requireReadable("key", key);
        }

        private static void requireReadable(String name, Path file) {
            if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
                throw new IllegalArgumentException(name + ": " + file + " (expected: a PEM file that can be read)");
            }
        }
    }

    public record Admin(
            @Setting(value = "Whether there is an admin port.", defaultValue = "true")
            boolean enabled,

            @Setting(
                    value = "Address to listen on. Any but a loopback address needs a token.",
                    defaultValue = "127.0.0.1")
            String host,

            @Setting(value = "Port to listen on; 0 for any free one.", defaultValue = "8080")
            int port,

            @Setting(
                    "What clients send as \"Authorization: Bearer ...\". At least 16 characters. /health and /ready never"
                            + " need it.")
            @Nullable
            String token) {
        /** Its name among listeners, and that of its rule table. */
        public static final String LISTENER = "admin";

        private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[?::1]?");

        public Admin {
            requirePort(port);
            if (token != null && (token.length() < 16 || !token.chars().allMatch(c -> c > 0x20 && c < 0x7f))) {
                throw new IllegalArgumentException("token: *** (expected: at least 16 visible ASCII characters)");
            }
            if (enabled && token == null && !LOOPBACK.matcher(host).matches()) {
                throw new IllegalArgumentException(
                        "host: \"" + host + "\" (expected: a loopback address such as 127.0.0.1, or admin.token set)");
            }
        }

        /** Without the token. */
        @Override
        public String toString() {
            return "Admin[enabled=" + enabled + ", host=" + host + ", port=" + port + "]";
        }
    }

    public record Upstream(
            @Setting("http or https address, with a path if every request shall get it put before its own.")
            URI url,

            @Setting(
                    value =
                            "More addresses of the same server, tried in this order when those before take no connection; with"
                                    + " the scheme and path of url.",
                    defaultValue = "[]")
            List<URI> otherUrls,

            @Setting(value = "Connections per event loop.", defaultValue = "256")
            int maxConnections,

            @Setting(
                    value = "Requests per event loop that may wait for a connection; one more is answered 503.",
                    defaultValue = "1024")
            int maxWaiting,

            @Setting(
                    value = "For name and connection, whatever the number of addresses, and again for TLS; 504.",
                    defaultValue = "5s")
            Duration connectTimeout,

            @Setting(value = "From the whole request sent to the answer's first byte; 504.", defaultValue = "60s")
            Duration firstByteTimeout,

            @Setting(value = "Between two pieces of an answer; closed.", defaultValue = "60s")
            Duration idleTimeout,

            @Setting(value = "How long an unused connection is kept.", defaultValue = "50s")
            Duration keepAlive,

            @Setting(value = "Whether an https certificate and its name are checked.", defaultValue = "true")
            boolean verifyTls,

            @Setting("PEM file of certificates to trust instead of the JDK's.") @Nullable
            Path caFile) {
        public Upstream {
            new UpstreamConfig(
                    "",
                    urls(url, otherUrls),
                    maxConnections,
                    maxWaiting,
                    connectTimeout,
                    firstByteTimeout,
                    idleTimeout,
                    keepAlive,
                    verifyTls,
                    caFile);
        }

        private static List<URI> urls(URI first, List<URI> others) {
            return Stream.concat(Stream.of(first), others.stream()).toList();
        }

        UpstreamConfig named(String name) {
            return new UpstreamConfig(
                    name,
                    urls(url, otherUrls),
                    maxConnections,
                    maxWaiting,
                    connectTimeout,
                    firstByteTimeout,
                    idleTimeout,
                    keepAlive,
                    verifyTls,
                    caFile);
        }
    }

    public record Edge(
            @Setting(
                    "Addresses and networks of proxies in front of this one, such as 127.0.0.1 or 172.16.0.0/12: what they say"
                            + " of the client is believed, by X-Forwarded-For, -Proto, -Host and -Port, by Forwarded, or by PROXY"
                            + " protocol.")
            List<String> trustedProxies) {
        public Edge {
            new EngineConfig.Edge(trustedProxies);
        }

        EngineConfig.Edge forEngine() {
            return new EngineConfig.Edge(trustedProxies);
        }
    }

    public record Limits(
            @Setting(value = "Client connections in all; one more is answered 503.", defaultValue = "10000")
            int maxConnections,

            @Setting(
                    value =
                            "Connections of one client address (of IPv6, a /64); one more is answered 503; 0 for no limit of its"
                                    + " own. Trusted proxies have none.",
                    defaultValue = "0")
            int maxConnectionsPerAddress,

            @Setting(value = "Of a request body that a rule asks to see; 413 beyond it.", defaultValue = "8MiB")
            int maxGatheredBodyBytes,

            @Setting(
                    value = "Queued for a client before its upstream is no longer read; at least 4KiB.",
                    defaultValue = "256KiB")
            int writeHighWaterBytes,

            @Setting(
                    value =
                            "Requests a second of one client address, beyond the burst; 429 with Retry-After; 0 for no limit."
                                    + " Trusted proxies have none.",
                    defaultValue = "0")
            int requestsPerSecondPerAddress,

            @Setting(value = "Requests of one client address at once before that limit counts.", defaultValue = "100")
            int requestBurstPerAddress,

            @Setting(
                    value =
                            "Least rate of a request body, on average; one that stays slower for ten seconds is answered 408; 0"
                                    + " for no limit.",
                    defaultValue = "256")
            int minUploadBytesPerSecond,

            @Setting(
                    value =
                            "Least rate at which a client takes what is queued for it, on average; one that stays slower for the"
                                    + " write time-out is closed; 0 for no limit.",
                    defaultValue = "256")
            int minDownloadBytesPerSecond,

            @Setting(
                    value =
                            "Queued for all clients together; beyond it those who have taken nothing for longest are closed; 0 for"
                                    + " half of the memory that buffers may take.",
                    defaultValue = "0")
            long maxQueuedBytes) {
        public Limits {
            new EngineConfig.Limits(
                    maxConnections,
                    maxConnectionsPerAddress,
                    maxGatheredBodyBytes,
                    writeHighWaterBytes,
                    requestsPerSecondPerAddress,
                    requestBurstPerAddress,
                    minUploadBytesPerSecond,
                    minDownloadBytesPerSecond,
                    maxQueuedBytes);
        }

        EngineConfig.Limits forEngine() {
            return new EngineConfig.Limits(
                    maxConnections,
                    maxConnectionsPerAddress,
                    maxGatheredBodyBytes,
                    writeHighWaterBytes,
                    requestsPerSecondPerAddress,
                    requestBurstPerAddress,
                    minUploadBytesPerSecond,
                    minDownloadBytesPerSecond,
                    maxQueuedBytes);
        }
    }

    public record Timeouts(
            @Setting(
                    value =
                            "From a request's first byte to the end of its head; 408. As long for a connection's first byte.",
                    defaultValue = "10s")
            Duration head,

            @Setting(value = "For the next request on a client connection; closed.", defaultValue = "75s")
            Duration keepAlive,

            @Setting(value = "Between two pieces of a request body; 408.", defaultValue = "60s")
            Duration body,

            @Setting(value = "While a client takes nothing of what is queued for it; closed.", defaultValue = "60s")
            Duration write,

            @Setting(value = "For a rule's decision; 504.", defaultValue = "20s")
            Duration decision,

            @Setting(value = "While nothing passes through a tunnel in either direction; closed.", defaultValue = "1h")
            Duration tunnelIdle,

            @Setting(value = "For running exchanges when the program stops; closed then.", defaultValue = "20s")
            Duration stop) {
        public Timeouts {
            new EngineConfig.Timeouts(head, keepAlive, body, write, decision, tunnelIdle, stop);
        }

        EngineConfig.Timeouts forEngine() {
            return new EngineConfig.Timeouts(head, keepAlive, body, write, decision, tunnelIdle, stop);
        }
    }

    public record Cache(
            @Setting(value = "Of answers in memory, heads included; 0 for none.", defaultValue = "16MiB")
            long memoryBytes,

            @Setting(
                    value = "Of answers on disk, heads included, which outlive a restart; 0 for none.",
                    defaultValue = "0")
            long diskBytes,

            @Setting(
                    value = "Folder of the answers on disk, from `data`; of this process alone.",
                    defaultValue = "cache")
            String folder) {
        public Cache {
            if (folder.isBlank()) {
                throw new IllegalArgumentException("folder: empty (expected: a folder below data, or from the root)");
            }
            new EngineConfig.Cache(memoryBytes, diskBytes, Path.of(folder));
        }

        EngineConfig.Cache forEngine(Path data) {
            return new EngineConfig.Cache(memoryBytes, diskBytes, data.resolve(folder));
        }
    }

    public record Decode(
            @Setting(value = "Of a request line; 414 beyond it.", defaultValue = "16KiB")
            int maxLineBytes,

            @Setting(value = "Of a whole head; 431 beyond it.", defaultValue = "64KiB")
            int maxHeadBytes,

            @Setting(value = "Header lines in a head; 431 beyond it.", defaultValue = "128")
            int maxFields,

            @Setting(value = "Of one chunk-size line; 400 beyond it.", defaultValue = "256")
            int maxChunkLineBytes,

            @Setting(value = "Of a trailer section; 431 beyond it.", defaultValue = "8KiB")
            int maxTrailerBytes) {
        public Decode {
            new DecodeLimits(maxLineBytes, maxHeadBytes, maxFields, maxChunkLineBytes, maxTrailerBytes);
        }

        DecodeLimits forEngine() {
            return new DecodeLimits(maxLineBytes, maxHeadBytes, maxFields, maxChunkLineBytes, maxTrailerBytes);
        }
    }

    public record EngineSection(
            @Setting(value = "How sockets are driven; auto is epoll on Linux and nio elsewhere.", defaultValue = "auto")
            EngineConfig.Transport transport,

            @Setting(value = "Threads that carry requests; 0 for one a core.", defaultValue = "0")
            int eventLoops,

            @Setting(value = "Whether each request leaves a line in the log.", defaultValue = "true")
            boolean accessLog) {
        public EngineSection {
            if (eventLoops < 0 || eventLoops > 1024) {
                throw new IllegalArgumentException("event-loops: " + eventLoops + " (expected: 0 to 1024)");
            }
        }
    }

    public record Log(
            @Setting(value = "The least important lines that are written.", defaultValue = "info")
            Level level,

            @Setting(value = "Whether lines are JSON objects instead of text.", defaultValue = "false")
            boolean json) {
        /** The words of SLF4J. */
        public enum Level {
            ERROR,
            WARN,
            INFO,
            DEBUG,
            TRACE
        }
    }

    private static void requirePort(int port) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
        }
    }
}
