package dev.embergate.engine.telemetry;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/** Handshakes that came to nothing, and until when certificates are good. */
final class TlsMeters {
    private static final int MAX_LISTENERS = 64;
    private static final int MAX_REASONS = 8;

    private record Expiry(String listener, String file, LongSupplier epochSeconds) {}

    private final List<Expiry> expiries = new CopyOnWriteArrayList<>();
    private final Bounded<Bounded<CounterDataPoint>> failures;

    TlsMeters(Meters meters) {
        Counter failed = Counter.builder()
                .name(meters.own("tls_handshakes_failed"))
                .help("Connections to an https listener that came to no TLS.")
                .labelNames("listener", "reason")
                .withoutExemplars()
                .register(meters.registry());
        failures = new Bounded<>(
                MAX_LISTENERS, listener -> new Bounded<>(MAX_REASONS, why -> failed.labelValues(listener, why)));
        GaugeWithCallback.builder()
                .name(meters.own("tls_certificate_expiry_timestamp_seconds"))
                .help("When the certificate in use ends, in seconds since 1970.")
                .labelNames("listener", "file")
                .callback(callback -> expiries.forEach(expiry ->
                        callback.call((double) expiry.epochSeconds.getAsLong(), expiry.listener, expiry.file)))
                .register(meters.registry());
    }

    void failed(String listener, String why) {
        failures.of(listener).of(why).inc();
    }

    void expiry(String listener, String file, LongSupplier epochSeconds) {
        expiries.add(new Expiry(listener, file, epochSeconds));
    }
}
