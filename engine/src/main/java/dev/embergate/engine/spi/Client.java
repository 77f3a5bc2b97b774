package dev.embergate.engine.spi;

import java.net.InetAddress;
import java.util.Objects;

/**
 * Who sent a request, by one definition for rules, log and upstream headers.
 *
 * @param address the peer's, or the one a configured trusted proxy reported
 * @param port the peer's source port; 0 when a trusted proxy did not report it
 * @param secure whether the client itself used TLS
 * @param authority host and optional port the client addressed (Host, or X-Forwarded-Host of a trusted proxy); may be empty
 *     for HTTP/1.0
 */
public record Client(InetAddress address, int port, boolean secure, String authority) {
    public Client {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(authority, "authority");
    }

    /** The address as text, without an IPv6 zone. */
    public String addressText() {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    /** {@code http} or {@code https}. */
    public String scheme() {
        return secure ? "https" : "http";
    }
}
