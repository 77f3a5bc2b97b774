package dev.embergate.engine.spi;

import java.net.InetAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who sent a request, by one definition for rules, log and upstream headers. Immutable. */
public final class Client {
    private final InetAddress address;
    private final int port;
    private final boolean secure;
    private final String authority;
    private final String via;

    /** Made when it is asked for; two threads making the same text do no harm. */
    private @Nullable String addressText;

    /**
     * @param address the peer's, or the one a configured trusted proxy reported
     * @param port the peer's source port; 0 when a trusted proxy did not report it
     * @param secure whether the client itself used TLS
     * @param authority host and optional port the client addressed (Host, or X-Forwarded-Host of a trusted proxy); may be empty
     *     for HTTP/1.0
     * @param via the trusted proxies between the client and us, nearest to the client first, each as {@code ", address"}: what
     *     follows the client's address in X-Forwarded-For; empty for none
     */
    public Client(InetAddress address, int port, boolean secure, String authority, String via) {
        this.address = Objects.requireNonNull(address, "address");
        this.port = port;
        this.secure = secure;
        this.authority = Objects.requireNonNull(authority, "authority");
        this.via = Objects.requireNonNull(via, "via");
    }

    /** Without a proxy between. */
    public Client(InetAddress address, int port, boolean secure, String authority) {
        this(address, port, secure, authority, "");
    }

    public InetAddress address() {
        return address;
    }

    public int port() {
        return port;
    }

    public boolean secure() {
        return secure;
    }

    public String authority() {
        return authority;
    }

    public String via() {
        return via;
    }

    /** The address as text, without an IPv6 zone. */
    public String addressText() {
        String made = addressText;
        if (made == null) {
            made = text(address);
            addressText = made;
        }
        return made;
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

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Client client
                && address.equals(client.address)
                && port == client.port
                && secure == client.secure
                && authority.equals(client.authority)
                && via.equals(client.via);
    }

    @Override
    public int hashCode() {
        return Objects.hash(address, port, secure, authority, via);
    }

    @Override
    public String toString() {
        return "Client[" + addressText() + ":" + port + ", " + scheme() + "://" + authority + "]";
    }
}
