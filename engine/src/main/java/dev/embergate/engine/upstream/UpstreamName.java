package dev.embergate.engine.upstream;

import io.netty.util.AsciiString;

/**
 * What every head sent to an upstream says of it, as bytes.
 *
 * @param hostLine the whole field line, with CRLF
 * @param basePath put before every target; empty for none
 */
public record UpstreamName(AsciiString hostLine, AsciiString basePath) {
    public static UpstreamName of(UpstreamConfig config) {
        return new UpstreamName(
                AsciiString.cached("Host: " + config.authority() + "\r\n"), AsciiString.cached(config.basePath()));
    }
}
