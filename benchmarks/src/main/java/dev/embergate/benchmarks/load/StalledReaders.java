package dev.embergate.benchmarks.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Clients that ask for 1 GiB and take nothing of it. */
final class StalledReaders implements AutoCloseable {
    private static final byte[] REQUEST =
            ("GET " + Workshop.LARGE + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);

    private final List<SocketChannel> sockets = new ArrayList<>();

    StalledReaders(int port, int count) throws IOException {
        try {
            for (int i = 0; i < count; i++) {
                SocketChannel socket =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                sockets.add(socket);
                socket.write(ByteBuffer.wrap(REQUEST));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
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
