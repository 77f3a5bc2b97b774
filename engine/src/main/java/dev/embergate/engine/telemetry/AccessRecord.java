package dev.embergate.engine.telemetry;

import java.nio.charset.StandardCharsets;

/** One ended exchange while its access line waits to be written. Reused: filled on an event loop, read by the writer. */
final class AccessRecord {
    private static final int MAX_NAME_CHARS = 128;
    private static final int MAX_FAILURE_CHARS = 256;

    /** What most targets fit into. */
    private static final int TARGET_BYTES = 192;

    private long endedMillis;
    private final byte[] requestId = new byte[RequestIds.MAX_LENGTH];
    private int requestIdLength;
    private String listener = "";
    private String client = "";
    private String method = "";
    private byte[] target = new byte[TARGET_BYTES];
    private int targetLength;
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
        requestIdLength = exchange.copyRequestId(requestId);
        listener = exchange.listener();
        method = bounded(exchange.method());
        client = exchange.clientText();
        targetLength = exchange.copyTarget(target);
        if (targetLength == target.length && target.length == TARGET_BYTES) {
            // One more than the limit, so that the cut still shows.
            target = new byte[Redaction.MAX_CHARS + 1];
            targetLength = exchange.copyTarget(target);
        }
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
        return text.length() > MAX_NAME_CHARS + 1 ? text.substring(0, MAX_NAME_CHARS + 1) : text;
    }

    /** Keeps nothing of the exchange alive. */
    void clear() {
        requestIdLength = 0;
        listener = "";
        client = "";
        method = "";
        targetLength = 0;
        if (target.length > TARGET_BYTES) {
            target = new byte[TARGET_BYTES];
        }
        rule = "";
        outcome = "";
        upstream = "";
        failure = "";
    }

    void appendTo(StringBuilder line, LogClock clock) {
        line.append("time=");
        clock.append(line, endedMillis);
        line.append(" id=");
        for (int i = 0; i < requestIdLength; i++) {
            line.append((char) requestId[i]); // ours: letters, digits and a dash
        }
        append(line, "listener", listener, MAX_NAME_CHARS);
        append(line, "client", client, MAX_NAME_CHARS);
        append(line, "method", method, MAX_NAME_CHARS);
        line.append(" target=");
        if (targetLength == 0) {
            line.append('-');
        } else {
            line.append('"');
            Redaction.appendTarget(line, text(target, targetLength));
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

    private static String text(byte[] bytes, int length) {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
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
