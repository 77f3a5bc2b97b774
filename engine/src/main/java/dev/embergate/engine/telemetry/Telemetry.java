package dev.embergate.engine.telemetry;

import dev.embergate.engine.spi.RuleServices;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Meters and access log of one engine. Thread-safe; every method may be called on an event loop and is cheap there. */
public final class Telemetry implements AutoCloseable {
    private final @Nullable AccessLog accessLog;
    private final Meters meters;
    private final RuleCounters ruleCounters;
    private final UpstreamGauges upstreamGauges;
    private final TlsMeters tls;
    private final CacheMeters cacheMeters;

    public Telemetry(boolean accessLog) {
        this(accessLog, null);
    }

    /** @param sink where access lines go; null for the logger */
    public Telemetry(boolean accessLog, @Nullable AccessSink sink) {
        this(accessLog ? new AccessLog(sink) : null);
    }

    Telemetry(@Nullable AccessLog accessLog) {
        this.accessLog = accessLog;
        meters = new Meters(() -> accessLog == null ? 0 : accessLog.dropped());
        ruleCounters = new RuleCounters(meters);
        upstreamGauges = new UpstreamGauges(meters);
        tls = new TlsMeters(meters);
        cacheMeters = new CacheMeters(meters);
    }

    public void connectionOpened() {
        meters.connections.increment();
        meters.accepted.inc();
    }

    public void connectionClosed() {
        meters.connections.decrement();
    }

    /** @param why a few words from a closed set; becomes a label */
    public void connectionRefused(String why) {
        meters.refused.of(why).inc();
    }

    /**
     * A client was answered or closed for how it behaves: too many requests, or too slow.
     *
     * @param why a word from a closed set; becomes a label
     */
    public void requestRefused(String why) {
        meters.requestsRefused.of(why).inc();
    }

    /** @param why a word from a closed set; becomes a label */
    public void handshakeFailed(String listener, String why) {
        tls.failed(listener, why);
    }

    /** A gauge per certificate, read when scraped. */
    public void certificateExpiry(String listener, String file, LongSupplier epochSeconds) {
        tls.expiry(listener, file, epochSeconds);
    }

    public void exchangeBegan() {
        meters.exchangesInProgress.increment();
    }

    /** Counts it and writes its access line. */
    public void exchangeEnded(ExchangeView exchange) {
        meters.exchangesInProgress.decrement();
        meters.count(exchange);
        AccessLog log = accessLog;
        if (log != null) {
            log.add(exchange);
        }
    }

    /**
     * An upstream gave no whole answer, also when a second attempt then did.
     *
     * @param kind a word from a closed set; becomes a label
     */
    public void upstreamFailed(String upstream, String kind) {
        meters.upstreamFailed(upstream, kind);
    }

    /** Open client connections. */
    public long connections() {
        return meters.connections.sum();
    }

    /** Exchanges that have begun and not ended. */
    public long exchanges() {
        return meters.exchangesInProgress.sum();
    }

    /** Body bytes sent to clients since the start. */
    public long bytesRelayed() {
        return meters.bytesOut.getLongValue();
    }

    /** Body bytes that redirects kept off this server, where the size was known. */
    public long bytesKept() {
        return meters.bytesKept.getLongValue();
    }

    /** A gauge per upstream, read when scraped. Several of one name, such as one a loop, are added up. */
    public void upstreamGauge(String upstream, IntSupplier connections, IntSupplier waiting) {
        upstreamGauges.add(upstream, connections, waiting);
    }

    /** @param down how many of its addresses are tried last for now */
    public void upstreamHealth(String upstream, BooleanSupplier reachable, IntSupplier down) {
        upstreamGauges.health(upstream, reachable, down);
    }

    /** What the cache counts. */
    public CacheMeters cache() {
        return cacheMeters;
    }

    /** As {@link RuleServices#counter}. Beyond 256 combinations of label values the rest is counted as {@code other}. */
    public RuleServices.Counter counter(String name, String help, List<String> labelNames) {
        return ruleCounters.counter(name, help, labelNames);
    }

    /** Prometheus text format 0.0.4. */
    public String metricsText() {
        return meters.text();
    }

    /** Writes what is queued, then stops the writer. Waits five seconds at most. */
    @Override
    public void close() {
        if (accessLog != null) {
            accessLog.close();
        }
    }
}
