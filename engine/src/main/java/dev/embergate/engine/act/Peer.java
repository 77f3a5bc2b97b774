package dev.embergate.engine.act;

import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * Who stands at the other end of a connection: whoever made it, or whom a PROXY protocol header named.
 *
 * @param secure whether it came by TLS: ours, or that of the proxy that says so
 */
public record Peer(InetSocketAddress address, boolean secure) {
    public Peer {
        Objects.requireNonNull(address.getAddress(), "address");
    }
}
