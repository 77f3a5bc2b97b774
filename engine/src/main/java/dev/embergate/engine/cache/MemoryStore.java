package dev.embergate.engine.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.embergate.engine.telemetry.CacheMeters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Kept answers in memory, bounded by bytes: all answers of one key are one entry, which goes as a whole. Thread-safe, never
 * blocks for long. An answer whose body lies on disk weighs what its head does.
 */
final class MemoryStore {
    /** Answers of one key that differ by Vary; the oldest goes first. */
    static final int MAX_VARIANTS = 16;

    private final Cache<String, List<Stored>> entries;

    MemoryStore(long maxBytes, CacheMeters meters) {
        this.entries = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher(MemoryStore::weight)
                .evictionListener((@Nullable String key, @Nullable List<Stored> group, RemovalCause cause) -> {
                    if (group != null) {
                        group.forEach(each -> meters.evicted(CacheMeters.Store.MEMORY));
                    }
                })
                .executor(Runnable::run)
                .build();
    }

    private static int weight(String key, List<Stored> group) {
        long weight = 128;
        for (Stored stored : group) {
            weight += stored.weight();
        }
        return (int) Math.min(Integer.MAX_VALUE, weight);
    }

    List<Stored> group(String key) {
        List<Stored> group = entries.getIfPresent(key);
        return group == null ? List.of() : group;
    }

    /** Adds it in place of one of the same variant, if {@code still} says so at the moment it goes in. */
    void put(String key, Stored stored, BooleanSupplier still) {
        entries.asMap().compute(key, (same, group) -> {
            if (!still.getAsBoolean()) {
                return group;
            }
            List<Stored> next = new ArrayList<>();
            if (group != null) {
                for (Stored other : group) {
                    if (!sameVariant(other, stored)) {
                        next.add(other);
                    }
                }
            }
            if (next.size() >= MAX_VARIANTS) {
                next.removeFirst();
            }
            next.add(stored);
            return List.copyOf(next);
        });
    }

    static boolean sameVariant(Stored one, Stored other) {
        return one.vary().equals(other.vary()) && one.selecting().equals(other.selecting());
    }

    void remove(String key) {
        entries.invalidate(key);
    }

    void remove(String key, Stored stored) {
        entries.asMap().computeIfPresent(key, (same, group) -> {
            List<Stored> next = new ArrayList<>(group);
            next.removeIf(other -> sameVariant(other, stored));
            return next.isEmpty() ? null : List.copyOf(next);
        });
    }

    long bytes() {
        return entries.policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(0))
                .orElse(0L);
    }
}
