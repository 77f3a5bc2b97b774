package dev.embergate.engine.telemetry;

import java.net.InetAddress;

/** An exchange that has ended. */
record Ended(
        String requestId,
        String listener,
        InetAddress clientAddress,
        String method,
        String target,
        String rule,
        String outcome,
        String upstream,
        int status,
        long bytesIn,
        long bytesOut,
        long bytesKept,
        long decisionNanos,
        long firstByteNanos,
        long totalNanos,
        String failure)
        implements ExchangeView {

    static Ended redirect() {
        return new Ended(
                "k3x9q2ab-1f",
                "proxy",
                InetAddress.getLoopbackAddress(),
                "GET",
                "/videos/7/stream?Static=true&api_key=0123456789abcdef",
                "direct links",
                "redirect",
                "",
                302,
                0,
                0,
                7_000_000_000L,
                1_234_567,
                1_300_000,
                1_400_999,
                "");
    }

    Ended target(String other) {
        return new Ended(
                requestId,
                listener,
                clientAddress,
                method,
                other,
                rule,
                outcome,
                upstream,
                status,
                bytesIn,
                bytesOut,
                bytesKept,
                decisionNanos,
                firstByteNanos,
                totalNanos,
                failure);
    }

    Ended requestId(String other) {
        return new Ended(
                other,
                listener,
                clientAddress,
                method,
                target,
                rule,
                outcome,
                upstream,
                status,
                bytesIn,
                bytesOut,
                bytesKept,
                decisionNanos,
                firstByteNanos,
                totalNanos,
                failure);
    }

    Ended rule(String other) {
        return new Ended(
                requestId,
                listener,
                clientAddress,
                method,
                target,
                other,
                outcome,
                upstream,
                status,
                bytesIn,
                bytesOut,
                bytesKept,
                decisionNanos,
                firstByteNanos,
                totalNanos,
                failure);
    }

    /** Nothing was understood, and nobody knows anything. */
    static Ended rejected() {
        return new Ended(
                "k3x9q2ab-20",
                "proxy",
                InetAddress.getLoopbackAddress(),
                "",
                "",
                "",
                "reject",
                "",
                400,
                0,
                0,
                -1,
                0,
                -1,
                5_000,
                "request line: \"bad\"\r\n (expected: method, target, version)");
    }
}
