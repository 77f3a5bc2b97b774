package dev.embergate.rules.testkit;

import dev.embergate.engine.spi.Fetcher;
import dev.embergate.engine.spi.RuleServices;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Services with the upstreams as given and counters that can be read. Not thread-safe. */
public final class ServicesOf implements RuleServices {
    private final Map<String, URI> upstreams = new TreeMap<>();
    private final Map<String, Long> counts = new TreeMap<>();
    private final Fetcher fetcher;
    private final Path directory;

    public ServicesOf(Fetcher fetcher, Path directory) {
        this.fetcher = fetcher;
        this.directory = directory;
        upstreams.put("", URI.create("http://emby.example:8096"));
    }

    public static ServicesOf none() {
        return new ServicesOf(new ScriptedFetcher(), Path.of("."));
    }

    public ServicesOf upstream(String name, String address) {
        upstreams.put(name, URI.create(address));
        return this;
    }

    /** What was counted under that name and those labels. */
    public long count(String name, String... labels) {
        return counts.getOrDefault(name + List.of(labels), 0L);
    }

    @Override
    public Fetcher fetcher() {
        return fetcher;
    }

    @Override
    public URI upstream(String name) {
        URI address = upstreams.get(name);
        if (address == null) {
            throw new IllegalArgumentException("upstream: " + name);
        }
        return address;
    }

    @Override
    public Duration decisionTimeout() {
        return Duration.ofMinutes(1);
    }

    @Override
    public Path configDirectory() {
        return directory;
    }

    @Override
    public Path dataDirectory() {
        return directory;
    }

    @Override
    public Counter counter(String name, String help, List<String> labelNames) {
        return (amount, labels) -> {
            if (labels.length != labelNames.size()) {
                throw new IllegalArgumentException(name + ": " + labels.length + " labels");
            }
            counts.merge(name + List.of(labels), amount, Long::sum);
        };
    }
}
