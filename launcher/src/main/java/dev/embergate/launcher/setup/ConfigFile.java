package dev.embergate.launcher.setup;

import dev.embergate.engine.EngineConfig;
import dev.embergate.engine.decode.DecodeLimits;
import dev.embergate.engine.spi.Setting;
import dev.embergate.engine.upstream.UpstreamConfig;
import dev.embergate.launcher.config.Value;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
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
            int port) {
        public Listener {
            requireName("name", name);
            if (name.equals(Admin.LISTENER)) {
                throw new IllegalArgumentException("name: \"admin\" (expected: another; that one is taken)");
            }
            requirePort(port);
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

            @Setting(value = "Connections per event loop.", defaultValue = "256")
            int maxConnections,

            @Setting(
                    value = "Requests per event loop that may wait for a connection; one more is answered 503.",
                    defaultValue = "1024")
            int maxWaiting,

            @Setting(value = "For connecting, for each address tried; 504.", defaultValue = "5s")
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
                    url,
                    maxConnections,
                    maxWaiting,
                    connectTimeout,
                    firstByteTimeout,
                    idleTimeout,
                    keepAlive,
                    verifyTls,
                    caFile);
        }

        UpstreamConfig named(String name) {
            return new UpstreamConfig(
                    name,
                    url,
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

    public record Limits(
            @Setting(value = "Client connections in all; one more is closed at once.", defaultValue = "10000")
            int maxConnections,

            @Setting(value = "Connections of one client address; 0 for no limit of its own.", defaultValue = "0")
            int maxConnectionsPerAddress,

            @Setting(value = "Of a request body that a rule asks to see; 413 beyond it.", defaultValue = "8MiB")
            int maxGatheredBodyBytes,

            @Setting(
                    value = "Queued for a client before its upstream is no longer read; at least 4KiB.",
                    defaultValue = "256KiB")
            int writeHighWaterBytes) {
        public Limits {
            forEngine(maxConnections, maxConnectionsPerAddress, maxGatheredBodyBytes, writeHighWaterBytes);
        }

        EngineConfig.Limits forEngine() {
            return forEngine(maxConnections, maxConnectionsPerAddress, maxGatheredBodyBytes, writeHighWaterBytes);
        }

        private static EngineConfig.Limits forEngine(int connections, int perAddress, int gathered, int highWater) {
            return new EngineConfig.Limits(connections, perAddress, gathered, highWater);
        }
    }

    public record Timeouts(
            @Setting(value = "From a request's first byte to the end of its head; 408.", defaultValue = "10s")
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
