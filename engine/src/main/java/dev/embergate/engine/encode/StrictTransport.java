package dev.embergate.engine.encode;

import io.netty.util.AsciiString;
import java.time.Duration;

/** The field that has browsers come by https only (RFC 6797). Where the engine writes it, it is the only one (section 6.1). */
public final class StrictTransport {
    static final String NAME = "Strict-Transport-Security";

    /** Nothing is written, and nothing that others wrote is dropped. */
    public static final AsciiString NONE = AsciiString.EMPTY_STRING;

    private StrictTransport() {}

    /** A whole field line; none for zero. */
    public static AsciiString of(Duration maxAge) {
        return maxAge.isZero() ? NONE : AsciiString.cached(NAME + ": max-age=" + maxAge.toSeconds() + "\r\n");
    }
}
