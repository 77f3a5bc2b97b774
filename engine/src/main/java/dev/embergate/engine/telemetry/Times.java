package dev.embergate.engine.telemetry;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.MetricType;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * A histogram of durations by one label. The library's own allocates at each observation, for native buckets even where there are
 * none, and shares a counter between threads; this one only adds to a bucket.
 */
final class Times implements Collector {
    /** Upper bounds in milliseconds. First bytes come in milliseconds; films stay for minutes. */
    private static final double[] BOUNDS_MILLIS = {
        1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000
    };

    private static final long[] BOUNDS_NANOS = new long[BOUNDS_MILLIS.length];
    private static final double[] BOUNDS_SECONDS = new double[BOUNDS_MILLIS.length + 1];

    static {
        for (int i = 0; i < BOUNDS_MILLIS.length; i++) {
            BOUNDS_NANOS[i] = Math.round(BOUNDS_MILLIS[i] * TimeUnit.MILLISECONDS.toNanos(1));
            BOUNDS_SECONDS[i] = BOUNDS_MILLIS[i] / 1000;
        }
        BOUNDS_SECONDS[BOUNDS_MILLIS.length] = Double.POSITIVE_INFINITY;
    }

    private final MetricMetadata metadata;
    private final String label;

    /** By label value; not changed after construction. */
    private final Map<String, Series> series = new LinkedHashMap<>();

    /**
     * @param name without the unit
     * @param values all there will be
     */
    Times(String name, String help, String label, List<String> values) {
        metadata = new MetricMetadata(name + "_seconds", help, Unit.SECONDS);
        this.label = label;
        values.forEach(value -> series.put(value, new Series()));
    }

    void add(String value, long nanos) {
        Series one = series.get(value);
        if (one == null) {
            throw new IllegalArgumentException(label + ": " + value + " (expected: one of " + series.keySet() + ")");
        }
        one.add(nanos);
    }

    /** Label values that nothing was ever counted for are left out. */
    @Override
    public MetricSnapshot collect() {
        List<HistogramDataPointSnapshot> points = new ArrayList<>();
        series.forEach((value, one) -> {
            HistogramDataPointSnapshot point = one.snapshot(Labels.of(label, value));
            if (point.getCount() > 0) {
                points.add(point);
            }
        });
        return new HistogramSnapshot(metadata, points);
    }

    @Override
    public String getPrometheusName() {
        return metadata.getPrometheusName();
    }

    @Override
    public MetricType getMetricType() {
        return MetricType.HISTOGRAM;
    }

    @Override
    public Set<String> getLabelNames() {
        return Set.of(label);
    }

    @Override
    public MetricMetadata getMetadata() {
        return metadata;
    }

    private static final class Series {
        private final LongAdder[] buckets = new LongAdder[BOUNDS_SECONDS.length];
        private final LongAdder nanos = new LongAdder();

        Series() {
            for (int i = 0; i < buckets.length; i++) {
                buckets[i] = new LongAdder();
            }
        }

        void add(long more) {
            int bucket = 0;
            while (bucket < BOUNDS_NANOS.length && more > BOUNDS_NANOS[bucket]) {
                bucket++;
            }
            buckets[bucket].increment();
            nanos.add(more);
        }

        HistogramDataPointSnapshot snapshot(Labels labels) {
            long[] counts = new long[buckets.length];
            for (int i = 0; i < counts.length; i++) {
                counts[i] = buckets[i].sum();
            }
            return HistogramDataPointSnapshot.builder()
                    .classicHistogramBuckets(ClassicHistogramBuckets.of(BOUNDS_SECONDS, counts))
                    .sum(nanos.sum() / 1e9)
                    .labels(labels)
                    .build();
        }
    }
}
