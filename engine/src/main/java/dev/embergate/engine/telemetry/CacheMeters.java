package dev.embergate.engine.telemetry;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** What the cache did and holds. Thread-safe; counting is cheap. */
public final class CacheMeters {
    /** How a request to a forward with caching was answered. */
    public enum Result {
        /** From what was kept and is fresh. */
        HIT,
        /** From what was kept, after the upstream said it is still the same. */
        REVALIDATED,
        /** From what was kept and is stale. */
        STALE,
        /** By the upstream. */
        MISS,
        /** By the upstream: the cache has nothing to do with such a request. */
        BYPASS
    }

    /** Where answers are kept. */
    public enum Store {
        MEMORY,
        DISK
    }

    private final Map<Result, CounterDataPoint> requests = new EnumMap<>(Result.class);
    private final Map<Store, CounterDataPoint> stored = new EnumMap<>(Store.class);
    private final Map<Store, CounterDataPoint> evicted = new EnumMap<>(Store.class);
    private volatile LongSupplier memoryBytes = () -> 0;
    private volatile LongSupplier diskBytes = () -> 0;

    CacheMeters(Meters meters) {
        Counter byResult = counter(meters, "cache_requests", "Requests to forwards with caching.", "result");
        for (Result result : Result.values()) {
            requests.put(result, byResult.labelValues(word(result)));
        }
        Counter byStore = counter(meters, "cache_stored", "Answers that were kept.", "store");
        Counter leaving = counter(meters, "cache_evicted", "Kept answers that had to make room.", "store");
        for (Store store : Store.values()) {
            stored.put(store, byStore.labelValues(word(store)));
            evicted.put(store, leaving.labelValues(word(store)));
        }
        GaugeWithCallback.builder()
                .name(meters.own("cache_bytes"))
                .help("Bytes of kept answers, heads included.")
                .labelNames("store")
                .callback(callback -> {
                    callback.call((double) memoryBytes.getAsLong(), word(Store.MEMORY));
                    callback.call((double) diskBytes.getAsLong(), word(Store.DISK));
                })
                .register(meters.registry());
    }

    private static Counter counter(Meters meters, String name, String help, String label) {
        return Counter.builder()
                .name(meters.own(name))
                .help(help)
                .labelNames(label)
                .withoutExemplars()
                .register(meters.registry());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(java.util.Locale.ROOT);
    }

    public void answered(Result result) {
        count(requests, result);
    }

    public void stored(Store store) {
        count(stored, store);
    }

    public void evicted(Store store) {
        count(evicted, store);
    }

    private static <K extends Enum<K>> void count(Map<K, CounterDataPoint> counters, K key) {
        CounterDataPoint counter = counters.get(key);
        if (counter != null) {
            counter.inc();
        }
    }

    /** What the gauges read when scraped. */
    public void bytes(LongSupplier memory, LongSupplier disk) {
        memoryBytes = memory;
        diskBytes = disk;
    }
}
