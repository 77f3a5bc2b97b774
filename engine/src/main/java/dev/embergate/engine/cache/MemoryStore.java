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

    /**
     * @param asked when it was asked for, as {@link AnswerCache#epoch}; 0 for one of an earlier run
     * @param bodyAsked when its body was, which is earlier for one that was freshened
     */
    record Held(Stored stored, long asked, long bodyAsked) {}

    private final Cache<String, List<Held>> entries;

    MemoryStore(long maxBytes, CacheMeters meters) {
        this.entries = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher(MemoryStore::weight)
                .evictionListener((@Nullable String key, @Nullable List<Held> group, RemovalCause cause) -> {
                    if (group != null) {
                        group.forEach(each -> meters.evicted(CacheMeters.Store.MEMORY));
                    }
                })
                .executor(Runnable::run)
                .build();
    }

    private static int weight(String key, List<Held> group) {
        long weight = 128;
        for (Held held : group) {
            weight += held.stored.weight();
        }
        return (int) Math.min(Integer.MAX_VALUE, weight);
    }

    List<Held> group(String key) {
        List<Held> group = entries.getIfPresent(key);
        return group == null ? List.of() : group;
    }

    /**
     * Adds it in place of one of the same variant that was asked for no later, if {@code still} says so at the moment it goes
     * in. False when it did not go in.
     */
    boolean put(String key, Stored stored, long asked, BooleanSupplier still) {
        Held held = new Held(stored, asked, asked);
        List<Held> after = entries.asMap().compute(key, (same, group) -> {
            if (!still.getAsBoolean()) {
                return group;
            }
            if (group == null) {
                return List.of(held);
            }
            for (Held other : group) {
                if (sameVariant(other.stored, stored) && other.asked > asked) {
                    return group;
                }
            }
            return with(group, held);
        });
        return after != null && after.contains(held);
    }

    /** In place of {@code was}, if that very one is here still; else null, since then there is another answer or none. */
    @Nullable
    Held freshen(String key, Stored was, Stored freshened, long asked, BooleanSupplier still) {
        List<Held> after = entries.asMap().computeIfPresent(key, (same, group) -> {
            for (Held other : group) {
                if (other.stored == was && still.getAsBoolean()) {
                    return with(group, new Held(freshened, asked, other.bodyAsked));
                }
            }
            return group;
        });
        if (after != null) {
            for (Held held : after) {
                if (held.stored == freshened) {
                    return held;
                }
            }
        }
        return null;
    }

    private static List<Held> with(List<Held> group, Held added) {
        List<Held> next = new ArrayList<>(group);
        next.removeIf(other -> sameVariant(other.stored, added.stored));
        if (next.size() >= MAX_VARIANTS) {
            next.removeFirst();
        }
        next.add(added);
        return List.copyOf(next);
    }

    static boolean sameVariant(Stored one, Stored other) {
        return one.vary().equals(other.vary()) && one.selecting().equals(other.selecting());
    }

    void remove(String key) {
        entries.invalidate(key);
    }

    void remove(String key, Stored stored) {
        entries.asMap().computeIfPresent(key, (same, group) -> {
            List<Held> next = new ArrayList<>(group);
            next.removeIf(other -> sameVariant(other.stored, stored));
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
