package dev.embergate.engine.telemetry;

import java.net.InetAddress;

/** What the access line tells of one exchange that has ended. Read during the call only. */
public interface ExchangeView {
    String requestId();

    /** Writes the request id as ISO 8859-1 and tells its length; never more than fits. */
    default int copyRequestId(byte[] into) {
        return copy(requestId(), into);
    }

    /** The listener's name. */
    String listener();

    InetAddress clientAddress();

    /** The client's address as text. */
    default String clientText() {
        return clientAddress().getHostAddress();
    }

    /** Empty when no head was understood. */
    String method();

    /** The raw target, not redacted yet; empty when no head was understood. */
    String target();

    /** Writes the beginning of the raw target as ISO 8859-1 and tells how much was written. */
    default int copyTarget(byte[] into) {
        return copy(target(), into);
    }

    /** The rule that answered; empty for the default forward or none. */
    String rule();

    /** respond, redirect, forward, cache (a forward answered from what was kept), rewrite, tunnel, converse, or reject. */
    String outcome();

    /** The upstream's name; empty for none. */
    String upstream();

    /** The status sent; 0 when the client left before. */
    int status();

    /** Body bytes received from the client. */
    long bytesIn();

    /** Body bytes sent to the client. */
    long bytesOut();

    /** What a redirect kept off this server; -1 when unknown. */
    long bytesKept();

    /** From the head's arrival to the outcome, in nanoseconds. */
    long decisionNanos();

    /** From the head's arrival to the first byte of the answer; -1 for none. */
    long firstByteNanos();

    long totalNanos();

    /** Why it ended badly, without secrets; empty when it ended well. */
    String failure();

    private static int copy(String text, byte[] into) {
        int length = Math.min(text.length(), into.length);
        for (int i = 0; i < length; i++) {
            into[i] = (byte) text.charAt(i);
        }
        return length;
    }
}
