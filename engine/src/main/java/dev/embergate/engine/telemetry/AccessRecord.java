package dev.embergate.engine.telemetry;

import java.net.InetAddress;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** One ended exchange while its access line waits to be written. Reused: filled on an event loop, read by the writer. */
final class AccessRecord {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final int MAX_NAME_CHARS = 128;
    private static final int MAX_FAILURE_CHARS = 256;

    private long endedMillis;
    private String requestId = "";
    private String listener = "";
    private @Nullable InetAddress client;
    private String method = "";
    private String target = "";
    private String rule = "";
    private String outcome = "";
    private String upstream = "";
    private String failure = "";
    private int status;
    private long bytesIn;
    private long bytesOut;
    private long bytesKept;
    private long decisionNanos;
    private long firstByteNanos;
    private long totalNanos;

    void fill(ExchangeView exchange, long nowMillis) {
        endedMillis = nowMillis;
        requestId = exchange.requestId();
        listener = exchange.listener();
        client = exchange.clientAddress();
        method = bounded(exchange.method());
        target = bounded(exchange.target());
        rule = exchange.rule();
        outcome = exchange.outcome();
        upstream = exchange.upstream();
        failure = exchange.failure();
        status = exchange.status();
        bytesIn = exchange.bytesIn();
        bytesOut = exchange.bytesOut();
        bytesKept = exchange.bytesKept();
        decisionNanos = exchange.decisionNanos();
        firstByteNanos = exchange.firstByteNanos();
        totalNanos = exchange.totalNanos();
    }

    /** What is cut anyway shall not wait in memory. One more than the limit, so that the cut still shows. */
    private static String bounded(String text) {
        return text.length() > Redaction.MAX_CHARS + 1 ? text.substring(0, Redaction.MAX_CHARS + 1) : text;
    }

    /** Keeps nothing of the exchange alive. */
    void clear() {
        requestId = "";
        listener = "";
        client = null;
        method = "";
        target = "";
        rule = "";
        outcome = "";
        upstream = "";
        failure = "";
    }

    void appendTo(StringBuilder line) {
        line.append("time=");
        TIME.formatTo(Instant.ofEpochMilli(endedMillis), line);
        append(line, "id", requestId, MAX_NAME_CHARS);
        append(line, "listener", listener, MAX_NAME_CHARS);
        append(line, "client", client == null ? "" : client.getHostAddress(), MAX_NAME_CHARS);
        append(line, "method", method, MAX_NAME_CHARS);
        line.append(" target=");
        if (target.isEmpty()) {
            line.append('-');
        } else {
            line.append('"');
            Redaction.appendTarget(line, target);
            line.append('"');
        }
        append(line, "rule", rule, MAX_NAME_CHARS);
        append(line, "outcome", outcome, MAX_NAME_CHARS);
        append(line, "upstream", upstream, MAX_NAME_CHARS);
        line.append(" status=").append(status);
        line.append(" in=").append(bytesIn);
        line.append(" out=").append(bytesOut);
        appendCount(line, "kept", bytesKept);
        appendMillis(line, "decision-ms", decisionNanos);
        appendMillis(line, "first-byte-ms", firstByteNanos);
        appendMillis(line, "total-ms", totalNanos);
        append(line, "failure", failure, MAX_FAILURE_CHARS);
    }

    private static void append(StringBuilder line, String key, String value, int maxChars) {
        line.append(' ').append(key).append('=');
        LogText.appendValue(line, value, maxChars);
    }

    private static void appendCount(StringBuilder line, String key, long value) {
        line.append(' ').append(key).append('=');
        if (value < 0) {
            line.append('-');
        } else {
            line.append(value);
        }
    }

    /** Milliseconds with three digits behind the point; a dash below zero. */
    private static void appendMillis(StringBuilder line, String key, long nanos) {
        line.append(' ').append(key).append('=');
        if (nanos < 0) {
            line.append('-');
            return;
        }
        long micros = nanos / 1000;
        line.append(micros / 1000).append('.');
        long rest = micros % 1000;
        line.append((char) ('0' + rest / 100))
                .append((char) ('0' + rest / 10 % 10))
                .append((char) ('0' + rest % 10));
    }
}
