package dev.embergate.rules.testkit.fake;

/**
 * What a fake does on a WebSocket. Called on the fake's event loop; pings and the closing handshake are answered for
 * it.
 */
interface FakeSocket {
    void opened(Peer peer);

    void text(Peer peer, String message);

    void binary(Peer peer, byte[] message);

    void closed(Peer peer);

    /** The other end. Thread-safe. */
    interface Peer {
        void text(String message);

        void binary(byte[] message);
    }
}
