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
 * @param via the trusted proxies between the client and us, nearest to the client first, each as {@code ", address"}: what
 *     follows the client's address in X-Forwarded-For; empty for none
 */
public record Client(InetAddress address, int port, boolean secure, String authority, String via) {
    public Client {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(authority, "authority");
        Objects.requireNonNull(via, "via");
    }

    /** Without a proxy between. */
    public Client(InetAddress address, int port, boolean secure, String authority) {
        this(address, port, secure, authority, "");
    }

    /** The address as text, without an IPv6 zone. */
    public String addressText() {
        return text(address);
    }

    /** An address as text, without an IPv6 zone. */
    public static String text(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    /** {@code http} or {@code https}. */
    public String scheme() {
        return secure ? "https" : "http";
    }
}
