package dev.embergate.benchmarks.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Clients that have asked once, got their answer, and keep the connection. */
final class IdleConnections implements AutoCloseable {
    private static final byte[] REQUEST =
            ("GET " + Workshop.SMALL + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    private static final int BODY_BYTES = 1024;

    private final List<SocketChannel> sockets = new ArrayList<>();

    IdleConnections(int port, int count) throws IOException {
        ByteBuffer answer = ByteBuffer.allocateDirect(8 << 10);
        ByteBuffer request = ByteBuffer.allocateDirect(REQUEST.length).put(REQUEST);
        try {
            for (int i = 0; i < count; i++) {
                SocketChannel socket =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                sockets.add(socket);
                socket.write(request.flip());
                receive(socket, answer.clear());
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private static void receive(SocketChannel socket, ByteBuffer into) throws IOException {
        int end = -1;
        while (end < 0 || into.position() < end + 4 + BODY_BYTES) {
            if (socket.read(into) < 0) {
                throw new IOException("closed (expected: an answer of 1 KB)");
            }
            String text =
                    StandardCharsets.ISO_8859_1.decode(into.duplicate().flip()).toString();
            end = text.indexOf("\r\n\r\n");
        }
    }

    /** How many the other side has closed meanwhile. */
    int lost() throws IOException {
        int lost = 0;
        ByteBuffer some = ByteBuffer.allocate(64);
        for (SocketChannel socket : sockets) {
            socket.configureBlocking(false);
            if (socket.read(some.clear()) < 0) {
                lost++;
            }
        }
        return lost;
    }

    @Override
    public void close() {
        for (SocketChannel socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                // It is gone either way.
            }
        }
    }
}
