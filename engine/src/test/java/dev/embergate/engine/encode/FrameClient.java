package dev.embergate.engine.encode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Locale;

/** A WebSocket client that builds its frames by hand and so can build wrong ones. */
final class FrameClient implements AutoCloseable {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;
    static final int FIN = 0x80;

    private static final byte[] MASK = {0x12, (byte) 0xfe, 0x00, 0x77};

    record Frame(int first, byte[] payload) {
        /** Such as {@code 8 1000 bye} or {@code 1 hello}. */
        @Override
        public String toString() {
            int opcode = first & 0x0f;
            String fin = (first & FIN) == 0 ? "+" : "";
            if (opcode == CLOSE && payload.length >= 2) {
                int code = (payload[0] & 0xff) << 8 | payload[1] & 0xff;
                return opcode + fin + " " + code + " " + new String(payload, 2, payload.length - 2, UTF_8);
            }
            return opcode + fin + " " + new String(payload, UTF_8);
        }
    }

    final Socket socket = new Socket();
    final DataInputStream in;
    String answer = "";

    FrameClient(int port) throws IOException {
        socket.setReceiveBufferSize(32 * 1024);
        socket.setSoTimeout(10_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
        in = new DataInputStream(socket.getInputStream());
    }

    static FrameClient shaken(int port, byte... behind) throws IOException {
        FrameClient client = new FrameClient(port);
        client.handshake("", behind);
        return client;
    }

    void handshake(String fields, byte... behind) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("GET /room HTTP/1.1\r\nHost: media.example\r\nUpgrade: WebSocket\r\n"
                        + "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + fields + "\r\n")
                .getBytes(ISO_8859_1));
        out.writeBytes(behind);
        socket.getOutputStream().write(out.toByteArray());
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        answer = head.toString();
    }

    String field(String name) {
        for (String line : answer.split("\r\n")) {
            if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
                return line.substring(name.length() + 1).strip();
            }
        }
        return "";
    }

    void send(int first, byte[] payload) throws IOException {
        socket.getOutputStream().write(masked(first, payload));
    }

    void send(int first, String payload) throws IOException {
        send(first, payload.getBytes(UTF_8));
    }

    void sendClose(int code, String reason) throws IOException {
        byte[] bytes = reason.getBytes(UTF_8);
        byte[] payload = new byte[2 + bytes.length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(bytes, 0, payload, 2, bytes.length);
        send(FIN | CLOSE, payload);
    }

    static byte[] masked(int first, byte[] payload) {
        byte[] masked = payload.clone();
        for (int i = 0; i < masked.length; i++) {
            masked[i] ^= MASK[i & 3];
        }
        return raw(first, 0x80, payload.length, MASK, masked);
    }

    static byte[] unmasked(int first, byte[] payload) {
        return raw(first, 0, payload.length, new byte[0], payload);
    }

    /** A frame whose parts need not fit together. */
    static byte[] raw(int first, int maskBit, long length, byte[] mask, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        if (length < 126) {
            frame.write(maskBit | (int) length);
        } else {
            int bytes = length < 65_536 ? 2 : 8;
            frame.write(maskBit | (bytes == 2 ? 126 : 127));
            for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
                frame.write((int) (length >> shift));
            }
        }
        frame.writeBytes(mask);
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    Frame frame() throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        if ((second & 0x80) != 0) {
            throw new IOException("masked by the server");
        }
        long length = second;
        if (second == 126) {
            length = in.readUnsignedShort();
        } else if (second == 127) {
            length = in.readLong();
        }
        return new Frame(first, in.readNBytes(Math.toIntExact(length)));
    }

    /** The next frame as text, skipping nothing. */
    String next() throws IOException {
        return frame().toString();
    }

    boolean atEnd() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
