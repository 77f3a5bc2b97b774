package dev.embergate.engine.wire;

import dev.embergate.engine.Engine;
import dev.embergate.engine.EngineConfig;
import dev.embergate.engine.EngineConfig.Limits;
import dev.embergate.engine.EngineConfig.ListenerConfig;
import dev.embergate.engine.EngineConfig.Timeouts;
import dev.embergate.engine.EngineConfig.Transport;
import dev.embergate.engine.control.RuleEntry;
import dev.embergate.engine.decode.DecodeLimits;
import dev.embergate.engine.spi.Route;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.telemetry.AccessSink;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.WireClient;
import dev.embergate.engine.upstream.UpstreamConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A running engine in front of an origin, for one test. */
final class Proxy implements AutoCloseable {
    final Engine engine;
    private final int port;

    private Proxy(Engine engine) {
        this.engine = engine;
        this.port = engine.status().listeners().getFirst().port();
    }

    WireClient client() {
        return WireClient.connect(port);
    }

    WireClient slowClient(int receiveBufferBytes) {
        return WireClient.connect(port, receiveBufferBytes);
    }

    int port() {
        return port;
    }

    /** A counter's value, 0 when it has none yet. */
    long counted(String nameAndLabels) {
        return engine.metricsText()
                .lines()
                .filter(line -> line.startsWith(nameAndLabels + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    void rules(RuleEntry... rules) {
        try {
            engine.replaceRules("proxy", List.of(rules));
        } catch (Engine.UnreachableRulesException e) {
            throw new AssertionError(e);
        }
    }

    static RuleEntry rule(String name, String path, Rule rule) {
        return new RuleEntry(name, "test", List.of(Route.path(path)), rule, false);
    }

    @Override
    public void close() {
        engine.close();
    }

    static Builder to(Origin origin) {
        return new Builder(origin.uri());
    }

    static Builder to(URI origin) {
        return new Builder(origin);
    }

    /** Short time-outs where a test asks for them, the defaults elsewhere. */
    static final class Builder {
        private final List<URI> origins = new ArrayList<>();
        private Duration head = Timeouts.DEFAULT.head();
        private Duration keepAlive = Timeouts.DEFAULT.keepAlive();
        private Duration body = Timeouts.DEFAULT.body();
        private Duration write = Timeouts.DEFAULT.write();
        private Duration decision = Timeouts.DEFAULT.decision();
        private Duration stop = Duration.ofSeconds(5);
        private Duration firstByte = Duration.ofSeconds(10);
        private Duration idle = Duration.ofSeconds(10);
        private Limits limits = Limits.DEFAULT;
        private List<String> trusted = List.of();
        private boolean proxyProtocol;
        private boolean accessLog;
        private Transport transport = Transport.AUTO;
        private int loops = 1;
        private @Nullable AccessSink access;
        private EngineConfig.@Nullable Tls tls;
        private int redirectToHttps;
        private EngineConfig.Cache cache = EngineConfig.Cache.NONE;
        private final List<RuleEntry> rules = new ArrayList<>();

        private Builder(URI origin) {
            origins.add(origin);
        }

        Builder also(URI other) {
            origins.add(other);
            return this;
        }

        Builder rule(String name, String path, Rule rule) {
            rules.add(Proxy.rule(name, path, rule));
            return this;
        }

        Builder head(Duration value) {
            head = value;
            return this;
        }

        Builder keepAlive(Duration value) {
            keepAlive = value;
            return this;
        }

        Builder body(Duration value) {
            body = value;
            return this;
        }

        Builder write(Duration value) {
            write = value;
            return this;
        }

        Builder decision(Duration value) {
            decision = value;
            return this;
        }

        Builder stop(Duration value) {
            stop = value;
            return this;
        }

        Builder firstByte(Duration value) {
            firstByte = value;
            return this;
        }

        Builder idle(Duration value) {
            idle = value;
            return this;
        }

        Builder limits(Limits value) {
            limits = value;
            return this;
        }

        Builder trusts(String... proxies) {
            trusted = List.of(proxies);
            return this;
        }

        Builder accessLog() {
            accessLog = true;
            return this;
        }

        Builder proxyProtocol() {
            proxyProtocol = true;
            return this;
        }

        Builder transport(Transport value) {
            transport = value;
            return this;
        }

        Builder tls(EngineConfig.Tls value) {
            tls = value;
            return this;
        }

        Builder redirectToHttps(int port) {
            redirectToHttps = port;
            return this;
        }

        Builder loops(int value) {
            loops = value;
            return this;
        }

        /** Where the access lines go; none without. */
        Builder access(AccessSink value) {
            access = value;
            return this;
        }

        Builder cache(EngineConfig.Cache value) {
            cache = value;
            return this;
        }

        Proxy start() {
            UpstreamConfig upstream = new UpstreamConfig(
                    "origin",
                    origins,
                    64,
                    64,
                    Duration.ofSeconds(2),
                    firstByte,
                    idle,
                    Duration.ofSeconds(30),
                    true,
                    null);
            Path here = Path.of("target");
            Engine engine = Engine.create(
                    new EngineConfig(
                            List.of(new ListenerConfig(
                                    "proxy", "127.0.0.1", 0, "proxy", "origin", proxyProtocol, tls, redirectToHttps)),
                            List.of(upstream),
                            DecodeLimits.DEFAULT,
                            limits,
                            new Timeouts(head, keepAlive, body, write, decision, Duration.ofMinutes(10), stop),
                            new EngineConfig.Edge(trusted),
                            cache,
                            transport,
                            loops,
                            accessLog || access != null,
                            here,
                            here),
                    access);
            try {
                engine.replaceRules("proxy", rules);
                engine.listen();
            } catch (Exception e) {
                engine.close();
                throw new AssertionError(e);
            }
            return new Proxy(engine);
        }
    }
}
