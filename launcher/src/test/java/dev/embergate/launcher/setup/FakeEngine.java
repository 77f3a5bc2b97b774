package dev.embergate.launcher.setup;

import dev.embergate.engine.control.EngineControl;
import dev.embergate.engine.control.EngineStatus;
import dev.embergate.engine.control.RuleEntry;
import dev.embergate.engine.spi.Fetcher;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.RuleServices;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Keeps rule tables, carries nothing out. A rule called {@code hidden} counts as unreachable. */
final class FakeEngine implements EngineControl, RuleServices {
    final List<List<RuleEntry>> tables = new ArrayList<>();

    @Override
    public synchronized void replaceRules(String table, List<RuleEntry> rules) throws UnreachableRulesException {
        List<Unreachable> unreachable = rules.stream()
                .filter(rule -> rule.name().equals("hidden"))
                .map(rule -> new Unreachable(rule.name(), rules.getFirst().name()))
                .toList();
        if (!unreachable.isEmpty()) {
            throw new UnreachableRulesException(unreachable);
        }
        tables.add(rules);
    }

    synchronized List<String> names() {
        return tables.isEmpty()
                ? List.of()
                : tables.getLast().stream().map(RuleEntry::name).toList();
    }

    @Override
    public EngineStatus status() {
        return new EngineStatus(Instant.EPOCH, "nio", List.of(), List.of(), List.of(), 0, 0, 0, 0, false);
    }

    @Override
    public String metricsText() {
        return "";
    }

    @Override
    public CompletionStage<List<Explanation>> explain(String table, String method, String target, Headers headers) {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public Fetcher fetcher() {
        throw new UnsupportedOperationException();
    }

    @Override
    public URI upstream(String name) {
        return URI.create("http://127.0.0.1:1");
    }

    @Override
    public Duration decisionTimeout() {
        return Duration.ofSeconds(20);
    }

    @Override
    public Path configDirectory() {
        return Path.of("");
    }

    @Override
    public Path dataDirectory() {
        return Path.of("");
    }

    @Override
    public Counter counter(String name, String help, List<String> labelNames) {
        return (amount, labels) -> {};
    }
}
