package dev.embergate.engine.act;

import dev.embergate.engine.EngineConfig.ListenerConfig;
import dev.embergate.engine.encode.StrictTransport;
import io.netty.util.AsciiString;

/** What all connections of one listener share. Immutable. */
public final class ListenerRoom {
    final String name;
    final RuleTables.Place table;
    final String defaultUpstream;

    /** In every head to a client; empty for none. */
    final AsciiString strictTransport;

    /** All requests are sent to that port; 0 to answer them. */
    final int redirectToHttps;

    /** Whether these connections speak http where https is spoken. */
    final boolean wrongPort;

    public ListenerRoom(ListenerConfig config, RuleTables tables) {
        this.name = config.name();
        this.table = tables.place(config.table());
        this.defaultUpstream = config.defaultUpstream();
        this.strictTransport = config.tls() == null
                ? StrictTransport.NONE
                : StrictTransport.of(config.tls().hstsMaxAge());
        this.redirectToHttps = config.redirectToHttps();
        this.wrongPort = false;
    }

    private ListenerRoom(ListenerRoom https) {
        this.name = https.name;
        this.table = https.table;
        this.defaultUpstream = https.defaultUpstream;
        this.strictTransport = StrictTransport.NONE; // not for http (RFC 6797 section 7.2)
        this.redirectToHttps = 0;
        this.wrongPort = true;
    }

    /** The same listener for those who came in plain http where TLS was expected. */
    public ListenerRoom ofPlainHttp() {
        return new ListenerRoom(this);
    }
}
