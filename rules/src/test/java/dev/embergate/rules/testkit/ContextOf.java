package dev.embergate.rules.testkit;

import dev.embergate.engine.spi.Fetcher;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RuleContext;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** A context with parameters as given; offloaded work runs at once. */
public final class ContextOf implements RuleContext {
    private final Map<String, String> params = new HashMap<>();
    private final Fetcher fetcher;

    private ContextOf(Fetcher fetcher) {
        this.fetcher = fetcher;
    }

    /** Parameters as name, value, name, value. */
    public static ContextOf params(Fetcher fetcher, String... namesAndValues) {
        ContextOf context = new ContextOf(fetcher);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            context.params.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return context;
    }

    public static ContextOf params(String... namesAndValues) {
        return params(new ScriptedFetcher(), namesAndValues);
    }

    @Override
    public String param(String name) {
        String value = params.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no parameter " + name);
        }
        return value;
    }

    @Override
    public String paramOr(String name, String otherwise) {
        return params.getOrDefault(name, otherwise);
    }

    @Override
    public Outcome offload(Callable<? extends Outcome> work) {
        try {
            return new Outcome.Later(CompletableFuture.completedFuture(work.call()));
        } catch (Exception e) {
            return new Outcome.Later(CompletableFuture.failedFuture(e));
        }
    }

    @Override
    public Fetcher fetcher() {
        return fetcher;
    }

    @Override
    public String requestId() {
        return "test";
    }
}
