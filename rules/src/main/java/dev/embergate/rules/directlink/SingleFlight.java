package dev.embergate.rules.directlink;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers kept for a while, each asked for once however many want it at the same time. Thread-safe; never blocks.
 *
 * <p>Bounded by its entries; the time an answer is kept begins when it is there. What stands for a failure is an answer like any other.
 */
final class SingleFlight<K, V> {
    private final AsyncCache<K, V> answers;
    private final Function<Throwable, V> failed;

    /**
     * @param keep how long; zero gives an answer only to those who asked while it was on its way
     * @param failed the answer in place of one that could not be had; the cache would log the throwable itself, message and all
     */
    SingleFlight(int maxEntries, Function<V, Duration> keep, Function<Throwable, V> failed) {
        this.failed = failed;
        this.answers = Caffeine.newBuilder()
                .maximumSize(maxEntries)
                // On the event loop that asks or answers: the work is small, and there is no thread besides.
                .executor(Runnable::run)
                .expireAfter(Expiry.creating((K key, V value) -> keep.apply(value)))
                .buildAsync();
    }

    /** The answer, if it is there; null otherwise. */
    @Nullable
    V ready(K key) {
        CompletableFuture<V> answer = answers.getIfPresent(key);
        return answer != null && answer.isDone() ? answer.join() : null;
    }

    /**
     * The answer, asked for through {@code load} unless it is there or on its way.
     *
     * @param load called on this thread, outside of any lock
     * @return shared: derive from it, never complete or cancel it. Never fails
     */
    CompletableFuture<V> get(K key, Supplier<CompletionStage<V>> load) {
        CompletableFuture<V> mine = new CompletableFuture<>();
        CompletableFuture<V> earlier = answers.asMap().putIfAbsent(key, mine);
        if (earlier != null) {
            return earlier;
        }
        try {
            load.get().whenComplete((value, failure) -> mine.complete(failure == null ? value : failed.apply(failure)));
        } catch (RuntimeException e) {
            mine.complete(failed.apply(e));
        }
        return mine;
    }

    /** How many are kept or on their way, after what has to go is gone. */
    long size() {
        answers.synchronous().cleanUp();
        return answers.synchronous().estimatedSize();
    }
}
