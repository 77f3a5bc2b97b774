package dev.embergate.engine.telemetry;

import dev.embergate.engine.spi.RuleServices;
import java.util.List;
import java.util.function.IntSupplier;

/** Meters and access log of one engine. Thread-safe; every method may be called on an event loop and is cheap there. */
public final class Telemetry implements AutoCloseable {
    public Telemetry(boolean accessLog) {
        throw new AssertionError("skeleton");
    }

    public void connectionOpened() {
        throw new AssertionError("skeleton");
    }

    public void connectionClosed() {
        throw new AssertionError("skeleton");
    }

    public void connectionRefused(String why) {
        throw new AssertionError("skeleton");
    }

    public void exchangeBegan() {
        throw new AssertionError("skeleton");
    }

    /** Counts it and writes its access line. */
    public void exchangeEnded(ExchangeView exchange) {
        throw new AssertionError("skeleton");
    }

    public long connections() {
        throw new AssertionError("skeleton");
    }

    public long exchanges() {
        throw new AssertionError("skeleton");
    }

    public long bytesRelayed() {
        throw new AssertionError("skeleton");
    }

    public long bytesKept() {
        throw new AssertionError("skeleton");
    }

    /** A gauge per upstream, read when scraped. */
    public void upstreamGauge(String upstream, IntSupplier connections, IntSupplier waiting) {
        throw new AssertionError("skeleton");
    }

    public RuleServices.Counter counter(String name, String help, List<String> labelNames) {
        throw new AssertionError("skeleton");
    }

    /** Prometheus text format 0.0.4. */
    public String metricsText() {
        throw new AssertionError("skeleton");
    }

    /** Writes what is queued, then stops the writer. */
    @Override
    public void close() {
        throw new AssertionError("skeleton");
    }
}
