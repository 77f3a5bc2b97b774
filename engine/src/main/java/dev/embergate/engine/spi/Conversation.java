package dev.embergate.engine.spi;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The near end of one WebSocket (RFC 6455). Called on the exchange's event loop, one call at a time; must not block.
 * A throw closes this socket with 1011 and nobody else's.
 */
public interface Conversation {
    /** The handshake is done. {@code peer} may be kept and used from any thread. */
    void opened(Peer peer);

    void text(String message);

    void binary(byte[] message);

    /** Called once, last, however the socket ended; 1006 when the peer vanished (RFC 6455 section 7.1.5). */
    void closed(int code, String reason);

    default Limits limits() {
        return Limits.DEFAULT;
    }

    /** Subprotocols this end speaks, best first; the first that the client offers is chosen (RFC 6455 section 1.9). */
    default List<String> subprotocols() {
        return List.of();
    }

    /**
     * @param maxMessageBytes of one whole message, 1009 beyond it
     * @param maxQueuedBytes outgoing bytes not yet taken by the socket; a peer slower than that is closed with 1008
     * @param pingInterval a ping after this long without a frame from the peer; closed when the next interval passes silent
     */
    record Limits(int maxMessageBytes, int maxQueuedBytes, Duration pingInterval) {
        public static final Limits DEFAULT = new Limits(64 * 1024, 1 << 20, Duration.ofSeconds(30));

        public Limits {
            Objects.requireNonNull(pingInterval, "pingInterval");
            if (maxMessageBytes < 1 || maxQueuedBytes < 1 || pingInterval.isNegative() || pingInterval.isZero()) {
                throw new IllegalArgumentException("limits: not positive (expected: > 0)");
            }
        }
    }

    /** The far end. Thread-safe; never blocks. */
    interface Peer {
        /** False when the socket is closed or closing; the message is then dropped. */
        boolean text(String message);

        boolean binary(byte[] message);

        /** Starts the closing handshake; later calls do nothing. */
        void close(int code, String reason);

        boolean isOpen();
    }
}
