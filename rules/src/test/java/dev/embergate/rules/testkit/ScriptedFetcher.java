package dev.embergate.rules.testkit;

import dev.embergate.engine.spi.Fetcher;
import dev.embergate.engine.spi.Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * A fetcher that answers by script and remembers what it was asked. Answers at once, or when told to after {@link #hold}.
 * Not thread-safe: decision tests run on one thread.
 */
public final class ScriptedFetcher implements Fetcher {
    private final Map<String, Function<Request, CompletionStage<Response>>> script = new LinkedHashMap<>();
    private final List<Request> asked = new ArrayList<>();
    private final List<Runnable> held = new ArrayList<>();
    private boolean holding;

    /** What to answer to requests whose address contains {@code part}; a later line for the same part replaces it. */
    public ScriptedFetcher on(String part, Function<Request, Response> answer) {
        script.put(part, request -> CompletableFuture.completedFuture(answer.apply(request)));
        return this;
    }

    public ScriptedFetcher on(String part, int status, String json) {
        return on(part, request -> json(status, json));
    }

    public ScriptedFetcher failing(String part, FetchException.Kind kind) {
        script.put(part, request -> CompletableFuture.failedFuture(new FetchException(kind, "scripted")));
        return this;
    }

    /** Keeps answers back until {@link #release}. */
    public ScriptedFetcher hold() {
        holding = true;
        return this;
    }

    /** Gives the answers kept back, and those that are asked for meanwhile. */
    public void release() {
        holding = false;
        List<Runnable> now = List.copyOf(held);
        held.clear();
        now.forEach(Runnable::run);
    }

    public List<Request> asked() {
        return asked;
    }

    public List<Request> asked(String part) {
        return asked.stream()
                .filter(request -> request.uri().toString().contains(part))
                .toList();
    }

    public static Response json(int status, String json) {
        return new Response(
                status, Headers.of("Content-Type", "application/json"), json.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public CompletionStage<Response> fetch(Request request) {
        asked.add(request);
        if (!holding) {
            return answer(request);
        }
        CompletableFuture<Response> later = new CompletableFuture<>();
        held.add(() -> answer(request).whenComplete((response, failure) -> {
            if (failure == null) {
                later.complete(response);
            } else {
                later.completeExceptionally(failure);
            }
        }));
        return later;
    }

    private CompletionStage<Response> answer(Request request) {
        for (Map.Entry<String, Function<Request, CompletionStage<Response>>> line : script.entrySet()) {
            if (request.uri().toString().contains(line.getKey())) {
                return line.getValue().apply(request);
            }
        }
        throw new AssertionError("not in the script: " + request.method() + " " + request.uri());
    }
}
