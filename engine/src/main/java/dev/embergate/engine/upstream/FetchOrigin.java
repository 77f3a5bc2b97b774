package dev.embergate.engine.upstream;

import java.net.URI;
import java.util.Locale;

/**
 * Where a fetched address lives: what pools are kept by, and all that messages say of an address.
 *
 * @param host in lower case; IPv6 in brackets
 */
record FetchOrigin(boolean secure, String host, int port) {
    static FetchOrigin of(URI uri) {
        boolean secure = "https".equals(uri.getScheme());
        HostPort origin = HostPort.of(uri);
        if (origin == null) {
            throw new IllegalArgumentException("uri: (expected: absolute http or https address)");
        }
        return new FetchOrigin(secure, origin.host().toLowerCase(Locale.ROOT), origin.portOr(defaultPort(secure)));
    }

    /** The value of Host: with the port only where it is not the scheme's own (RFC 9110 section 7.2). */
    String authority() {
        return port == defaultPort(secure) ? host : host + ":" + port;
    }

    URI uri() {
        return URI.create(toString());
    }

    private static int defaultPort(boolean secure) {
        return secure ? 443 : 80;
    }

    @Override
    public String toString() {
        return (secure ? "https://" : "http://") + host + ":" + port;
    }
}
