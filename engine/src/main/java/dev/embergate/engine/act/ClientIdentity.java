package dev.embergate.engine.act;

import dev.embergate.engine.decode.ForwardingFields;
import dev.embergate.engine.decode.Hop;
import dev.embergate.engine.decode.Networks;
import dev.embergate.engine.decode.ParsedRequest;
import dev.embergate.engine.spi.Client;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The one definition of who sent the requests of a connection: for rules, access log, limits and upstream headers.
 *
 * <p>It begins with the peer. While the address reached so far is a trusted proxy's, what that proxy says is believed, one hop
 * after the other; the first address that is no trusted proxy's is the client. A hop that does not tell, hides or garbles its
 * sender ends the walk: the client is the last address reached. Scheme and authority are those told by the proxy nearest to the
 * client that told any.
 *
 * <p>Of a peer that is not trusted no field is looked at. For one that is, the last client is kept while the fields stay the
 * same, octet for octet. On one event loop.
 */
final class ClientIdentity {
    private final Networks trusted;
    private final Peer peer;
    private final @Nullable ForwardingFields fields;
    private @Nullable Client last;
    private String lastHost = "";
    private boolean lastExempt;

    ClientIdentity(Networks trusted, Peer peer) {
        this.trusted = trusted;
        this.peer = peer;
        boolean believed = trusted.contains(peer.address().getAddress());
        this.fields = believed ? new ForwardingFields() : null;
        this.lastExempt = believed;
    }

    InetAddress peerAddress() {
        return peer.address().getAddress();
    }

    /** Whether the client of the last request is itself a trusted proxy, which limits per address leave alone. */
    boolean isTrustedProxy() {
        return lastExempt;
    }

    Client of(ParsedRequest head) {
        boolean same = fields == null || !fields.read(head);
        Client known = last;
        if (same && known != null && head.authorityIs(lastHost)) {
            return known;
        }
        String host = head.authority();
        Client client = fields == null
                ? new Client(peerAddress(), peer.address().getPort(), peer.secure(), host)
                : told(fields, host);
        last = client;
        lastHost = host;
        return client;
    }

    private Client told(ForwardingFields told, String host) {
        InetAddress address = peerAddress();
        int port = peer.address().getPort();
        boolean secure = peer.secure();
        String authority = host;
        int hostPort = 0;
        StringBuilder via = new StringBuilder();
        boolean believed = true;
        for (Hop hop : told.hops()) {
            if (!believed) {
                break;
            }
            secure = hop.secure() == null ? secure : hop.secure();
            authority = hop.host() == null ? authority : hop.host();
            hostPort = hop.hostPort() == 0 ? hostPort : hop.hostPort();
            InetAddress sender = hop.address();
            if (sender == null) {
                break;
            }
            via.insert(0, Client.text(address)).insert(0, ", ");
            address = sender;
            port = hop.port();
            believed = trusted.contains(address);
        }
        lastExempt = believed;
        return new Client(address, port, secure, withPort(authority, hostPort, secure), via.toString());
    }

    private static String withPort(String authority, int port, boolean secure) {
        boolean named = authority.lastIndexOf(':') > authority.lastIndexOf(']');
        if (port == 0 || port == (secure ? 443 : 80) || authority.isEmpty() || named) {
            return authority;
        }
        return authority + ":" + port;
    }
}
