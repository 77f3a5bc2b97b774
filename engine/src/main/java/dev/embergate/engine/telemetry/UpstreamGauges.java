package dev.embergate.engine.telemetry;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;

/** What pools say of themselves when asked. */
final class UpstreamGauges {
    private record Source(IntSupplier connections, IntSupplier waiting) {
        Source and(Source more) {
            return new Source(
                    () -> connections.getAsInt() + more.connections.getAsInt(),
                    () -> waiting.getAsInt() + more.waiting.getAsInt());
        }
    }

    private final Map<String, Source> sources = new ConcurrentHashMap<>();

    private final Map<String, BooleanSupplier> reachable = new ConcurrentHashMap<>();
    private final Map<String, IntSupplier> down = new ConcurrentHashMap<>();

    UpstreamGauges(Meters meters) {
        register(
                meters,
                "upstream_connections",
                "Open connections to an upstream.",
                source -> source.connections.getAsInt());
        register(
                meters,
                "upstream_waiting",
                "Requests that wait for a connection to an upstream.",
                source -> source.waiting.getAsInt());
        GaugeWithCallback.builder()
                .name(meters.own("upstream_reachable"))
                .help("Whether the last attempt to connect to an upstream worked.")
                .labelNames("upstream")
                .callback(callback ->
                        reachable.forEach((upstream, asked) -> callback.call(asked.getAsBoolean() ? 1 : 0, upstream)))
                .register(meters.registry());
        GaugeWithCallback.builder()
                .name(meters.own("upstream_addresses_down"))
                .help(
                        "Addresses of an upstream that took no connection, or gave no answer on one, and are tried last for now.")
                .labelNames("upstream")
                .callback(callback -> down.forEach((upstream, asked) -> callback.call(asked.getAsInt(), upstream)))
                .register(meters.registry());
    }

    void health(String upstream, BooleanSupplier isReachable, IntSupplier isDown) {
        reachable.put(upstream, isReachable);
        down.put(upstream, isDown);
    }

    void add(String upstream, IntSupplier connections, IntSupplier waiting) {
        sources.merge(upstream, new Source(connections, waiting), Source::and);
    }

    private void register(Meters meters, String name, String help, ToIntFunction<Source> value) {
        GaugeWithCallback.builder()
                .name(meters.own(name))
                .help(help)
                .labelNames("upstream")
                .callback(callback ->
                        sources.forEach((upstream, source) -> callback.call(value.applyAsInt(source), upstream)))
                .register(meters.registry());
    }
}
