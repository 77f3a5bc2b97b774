package dev.embergate.engine.telemetry;

import dev.embergate.engine.spi.RuleServices;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The counters that rules have asked for, one a name; a rule made anew by a reload goes on counting in the old one. */
final class RuleCounters {
    /** Series a counter may have; further label values are counted as {@code other}. */
    static final int MAX_SERIES = 256;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

    private final Meters meters;
    private final Map<String, Named> counters = new HashMap<>();

    RuleCounters(Meters meters) {
        this.meters = meters;
    }

    synchronized RuleServices.Counter counter(String name, String help, List<String> labelNames) {
        Named known = counters.get(name);
        if (known != null) {
            if (!known.labelNames.equals(labelNames)) {
                throw new IllegalArgumentException(
                        "labels of counter " + name + ": " + labelNames + " (expected: " + known.labelNames + ")");
            }
            return known;
        }
        if (!NAME.matcher(name).matches() || name.endsWith("_total")) {
            throw new IllegalArgumentException("counter: " + name + " (expected: snake case without _total)");
        }
        Named made = new Named(name, List.copyOf(labelNames), register(name, help, labelNames));
        counters.put(name, made);
        return made;
    }

    private Counter register(String name, String help, List<String> labelNames) {
        if (meters.isOwn(name)) {
            throw new IllegalArgumentException("counter: " + name + " (expected: a name no other meter has)");
        }
        return Counter.builder()
                .name(Meters.PREFIX + name)
                .help(help)
                .labelNames(labelNames.toArray(String[]::new))
                .withoutExemplars()
                .register(meters.registry());
    }

    /** One counter. Children are found by a key that is the label values themselves. */
    private static final class Named implements RuleServices.Counter {
        private final String name;
        private final List<String> labelNames;
        private final Counter counter;
        private final ConcurrentHashMap<List<String>, CounterDataPoint> children = new ConcurrentHashMap<>();

        Named(String name, List<String> labelNames, Counter counter) {
            this.name = name;
            this.labelNames = labelNames;
            this.counter = counter;
        }

        @Override
        public void add(long amount, String... labelValues) {
            if (labelValues.length != labelNames.size() || amount < 0) {
                throw new IllegalArgumentException("counter " + name + ": " + amount + " for " + labelValues.length
                        + " label values (expected: an amount >= 0 for " + labelNames.size() + ")");
            }
            List<String> key = List.of(labelValues);
            CounterDataPoint child = children.get(key);
            if (child == null) {
                child = make(key);
            }
            child.inc(amount);
        }

        private synchronized CounterDataPoint make(List<String> values) {
            List<String> key = children.size() < MAX_SERIES || children.containsKey(values)
                    ? values
                    : values.stream().map(value -> Bounded.OTHER).toList();
            return children.computeIfAbsent(key, labels -> counter.labelValues(labels.toArray(String[]::new)));
        }
    }
}
