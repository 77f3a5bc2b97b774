package dev.embergate.engine;

import dev.embergate.engine.spi.Fetcher;
import dev.embergate.engine.spi.RuleServices;
import dev.embergate.engine.telemetry.Telemetry;
import dev.embergate.engine.upstream.UpstreamConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What rules are made with. */
record EngineServices(EngineConfig config, Fetcher fetcher, Telemetry telemetry) implements RuleServices {
    @Override
    public URI upstream(String name) {
        String wanted = name.isEmpty() ? defaultUpstream() : name;
        for (UpstreamConfig upstream : config.upstreams()) {
            if (upstream.name().equals(wanted)) {
                return upstream.url();
            }
        }
        throw new IllegalArgumentException("upstream: " + (name.isEmpty() ? "(default)" : name)
                + " (expected: one of "
                + config.upstreams().stream().map(UpstreamConfig::name).toList() + ")");
    }

    private String defaultUpstream() {
        for (EngineConfig.ListenerConfig listener : config.listeners()) {
            if (!listener.defaultUpstream().isEmpty()) {
                return listener.defaultUpstream();
            }
        }
        return "";
    }

    @Override
    public Duration decisionTimeout() {
        return config.timeouts().decision();
    }

    @Override
    public Path configDirectory() {
        return config.configDirectory();
    }

    @Override
    public Path dataDirectory() {
        return config.dataDirectory();
    }

    @Override
    public Counter counter(String name, String help, List<String> labelNames) {
        return telemetry.counter(name, help, labelNames);
    }
}
