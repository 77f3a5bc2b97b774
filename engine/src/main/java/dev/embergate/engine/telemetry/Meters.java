package dev.embergate.engine.telemetry;

import io.netty.util.internal.PlatformDependent;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmClassLoadingMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmCompilationMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The meters of one engine, in a registry of its own. Children are resolved when a label value is first seen; counting one more
 * exchange then only adds to striped counters.
 */
final class Meters {
    static final String PREFIX = "embergate_";
    private static final int MAX_LISTENERS = 64;
    private static final int MAX_RULES = 2048;
    private static final int MAX_REASONS = 32;

    private static final String[] STATUS_CLASSES = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};

    final LongAdder connections = new LongAdder();
    final LongAdder exchangesInProgress = new LongAdder();
    final CounterDataPoint accepted;
    final CounterDataPoint bytesIn;
    final CounterDataPoint bytesOut;
    final CounterDataPoint bytesKept;
    final Bounded<CounterDataPoint> refused;
    final Bounded<CounterDataPoint> requestsRefused;
    final Bounded<CounterDataPoint> byRule;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Set<String> names = new HashSet<>();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    private final Bounded<OfListener> byListener;
    private final Times duration;
    private final Times firstByte;
    private final Bounded<Bounded<CounterDataPoint>> upstreamFailures;

    Meters(LongSupplier linesDropped) {
        Counter exchanges = counter("exchanges", "Exchanges that ended.", "listener", "outcome", "status");
        byListener = new Bounded<>(MAX_LISTENERS, listener -> new OfListener(exchanges, listener));
        Counter rules = counter("rule_exchanges", "Exchanges that ended, by the rule that answered.", "rule");
        byRule = new Bounded<>(MAX_RULES, rules::labelValues);
        duration = times("exchange_duration", "From the arrival of a head to the end of the answer.");
        firstByte = times("first_byte", "From the arrival of a head to the first byte of the answer.");
        Counter bytes = counter("client_body_bytes", "Body bytes received from clients and sent to them.", "direction");
        bytesIn = bytes.labelValues("in");
        bytesOut = bytes.labelValues("out");
        bytesKept = counter("kept_bytes", "Body bytes that redirects kept off this server, where the size was known.")
                .labelValues();
        accepted =
                counter("connections_accepted", "Client connections accepted.").labelValues();
        Counter refusals = counter("connections_refused", "Client connections refused at their beginning.", "reason");
        refused = new Bounded<>(MAX_REASONS, refusals::labelValues);
        Counter behaviour = counter("requests_refused", "Clients that sent too much or were too slow.", "reason");
        requestsRefused = new Bounded<>(MAX_REASONS, behaviour::labelValues);
        Counter failures = counter("upstream_failures", "Answers an upstream did not give whole.", "upstream", "kind");
        upstreamFailures = new Bounded<>(
                MAX_LISTENERS, upstream -> new Bounded<>(MAX_REASONS, kind -> failures.labelValues(upstream, kind)));
        gauge("connections", "Client connections that are open.", connections);
        gauge("exchanges_in_progress", "Exchanges that have begun and not ended.", exchangesInProgress);
        CounterWithCallback.builder()
                .name(own("access_log_dropped"))
                .help("Access lines that were not written because the log was slower than the traffic.")
                .callback(callback -> callback.call((double) linesDropped.getAsLong()))
                .register(registry);
        GaugeWithCallback.builder()
                .name(own("buffer_memory_bytes"))
                .help("Memory outside the heap that is reserved for buffers.")
                .callback(callback -> callback.call((double) PlatformDependent.usedDirectMemory()))
                .register(registry);
    }

    /** All of {@code JvmMetrics} but the one that leaves listeners on the platform's beans for good, a set for each engine. */
    private void registerJvm() {
        JvmThreadsMetrics.builder().register(registry);
        JvmBufferPoolMetrics.builder().register(registry);
        JvmClassLoadingMetrics.builder().register(registry);
        JvmCompilationMetrics.builder().register(registry);
        JvmGarbageCollectorMetrics.builder().register(registry);
        JvmMemoryMetrics.builder().register(registry);
        JvmRuntimeInfoMetric.builder().register(registry);
        ProcessMetrics.builder().register(registry);
    }

    private boolean jvmRegistered;

    PrometheusRegistry registry() {
        return registry;
    }

    /** Whether a rule's counter of that name would be taken for one of these. */
    boolean isOwn(String name) {
        return names.contains(name);
    }

    /** The full name of a meter of the engine's, which rules may not use then. During construction only. */
    String own(String name) {
        names.add(name);
        return PREFIX + name;
    }

    void count(ExchangeView exchange) {
        Outcome outcome = Outcome.named(exchange.outcome());
        byListener.of(exchange.listener()).count(outcome, exchange.status());
        if (exchange.totalNanos() >= 0) {
            duration.add(outcome.label, exchange.totalNanos());
        }
        if (exchange.firstByteNanos() >= 0) {
            firstByte.add(outcome.label, exchange.firstByteNanos());
        }
        String rule = exchange.rule();
        if (!rule.isEmpty()) {
            byRule.of(rule).inc();
        }
        add(bytesIn, exchange.bytesIn());
        add(bytesOut, exchange.bytesOut());
        add(bytesKept, exchange.bytesKept());
    }

    void upstreamFailed(String upstream, String kind) {
        upstreamFailures.of(upstream).of(kind).inc();
    }

    private static void add(CounterDataPoint counter, long amount) {
        if (amount > 0) {
            counter.inc(amount);
        }
    }

    /** The virtual machine's own meters come with the first scrape: their beans would cost every start. */
    String text() {
        synchronized (this) {
            if (!jvmRegistered) {
                jvmRegistered = true;
                registerJvm();
            }
        }
        try (ByteArrayOutputStream out = new ByteArrayOutputStream(16 * 1024)) {
            writer.write(out, registry.scrape());
            return out.toString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("metrics: not written (expected: memory takes them)", e);
        }
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder()
                .name(own(name))
                .help(help)
                .labelNames(labels)
                .withoutExemplars()
                .register(registry);
    }

    private Times times(String name, String help) {
        List<String> outcomes =
                Stream.of(Outcome.values()).map(outcome -> outcome.label).toList();
        Times times = new Times(own(name), help, "outcome", outcomes);
        registry.register(times);
        return times;
    }

    private void gauge(String name, String help, LongAdder value) {
        GaugeWithCallback.builder()
                .name(own(name))
                .help(help)
                .callback(callback -> callback.call((double) value.sum()))
                .register(registry);
    }

    /** The words of {@link ExchangeView#outcome}, a closed set. */
    enum Outcome {
        RESPOND("respond"),
        REDIRECT("redirect"),
        FORWARD("forward"),
        REWRITE("rewrite"),
        TUNNEL("tunnel"),
        CONVERSE("converse"),
        CACHE("cache"),
        REJECT("reject"),
        OTHER(Bounded.OTHER);

        final String label;

        Outcome(String label) {
            this.label = label;
        }

        static Outcome named(String word) {
            return switch (word) {
                case "respond" -> RESPOND;
                case "redirect" -> REDIRECT;
                case "forward" -> FORWARD;
                case "rewrite" -> REWRITE;
                case "tunnel" -> TUNNEL;
                case "converse" -> CONVERSE;
                case "cache" -> CACHE;
                case "reject" -> REJECT;
                default -> OTHER;
            };
        }
    }

    /** A listener's exchanges by outcome and class of status. */
    private static final class OfListener {
        private final Bounded<Bounded<CounterDataPoint>> children;

        OfListener(Counter exchanges, String listener) {
            children = new Bounded<>(
                    Outcome.values().length,
                    outcome -> new Bounded<>(
                            STATUS_CLASSES.length, status -> exchanges.labelValues(listener, outcome, status)));
        }

        void count(Outcome outcome, int status) {
            int hundreds = status < 100 || status > 599 ? 0 : status / 100;
            children.of(outcome.label).of(STATUS_CLASSES[hundreds]).inc();
        }
    }
}
