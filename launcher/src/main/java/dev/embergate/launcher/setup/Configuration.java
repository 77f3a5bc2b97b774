package dev.embergate.launcher.setup;

import dev.embergate.engine.EngineConfig;
import dev.embergate.engine.EngineConfig.ListenerConfig;
import dev.embergate.engine.upstream.UpstreamConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * All files, read and checked; nothing is started yet.
 *
 * @param directory where the main file lies
 */
public record Configuration(ConfigFile file, Path directory, Overrides overrides, List<PlannedRule<?>> rules) {
    /** The rule table of all proxy listeners. */
    public static final String PROXY_TABLE = "proxy";

    public Configuration {
        rules = List.copyOf(rules);
    }

    public EngineConfig engine() {
        return engine(file.cache().forEngine(dataDirectory()));
    }

    /** For looking at rules only: touches no file of a program that may be running. */
    EngineConfig engineWithoutCache() {
        return engine(EngineConfig.Cache.NONE);
    }

    private EngineConfig engine(EngineConfig.Cache cache) {
        return new EngineConfig(
                listeners(),
                upstreams(),
                file.decode().forEngine(),
                file.limits().forEngine(),
                file.timeouts().forEngine(),
                file.edge().forEngine(),
                cache,
                file.engine().transport(),
                file.engine().eventLoops(),
                file.engine().accessLog(),
                directory,
                dataDirectory());
    }

    public Path dataDirectory() {
        return overrides.data() == null ? file.data() : overrides.data();
    }

    private List<UpstreamConfig> upstreams() {
        List<UpstreamConfig> upstreams = new ArrayList<>();
        file.upstreams().forEach((name, upstream) -> upstreams.add(upstream.named(name)));
        return upstreams;
    }

    private List<ListenerConfig> listeners() {
        List<ListenerConfig> listeners = new ArrayList<>();
        for (ConfigFile.Listener listener : file.listeners()) {
            boolean first = listeners.isEmpty();
            int port = first && overrides.port() != null ? overrides.port() : listener.port();
            listeners.add(listener.forEngine(port, PROXY_TABLE, file.defaultUpstreamName()));
        }
        ConfigFile.Admin admin = file.admin();
        if (admin.enabled()) {
            listeners.add(new ListenerConfig(
                    ConfigFile.Admin.LISTENER, admin.host(), admin.port(), ConfigFile.Admin.LISTENER, ""));
        }
        return listeners;
    }
}
