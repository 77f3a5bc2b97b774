package dev.embergate.benchmarks.load;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A client that asks one thing after the other on one connection, and looks at what it gets. One thread at a time. */
final class Talk implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 30_000;

    /** Of a body that is kept to be looked into; of longer ones only the length is known. */
    private static final int KEPT_BYTES = 64 << 10;

    /** @param text the beginning of the body */
    record Answer(int status, String head, long bodyBytes, String text) {}

    private final Socket socket;
    private final InputStream in;

    Talk(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
    }

    static String get(String target, String... fields) {
        StringBuilder text = new StringBuilder("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String field : fields) {
            text.append(field).append("\r\n");
        }
        return text.append("\r\n").toString();
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Answer ask(String request) throws IOException {
        send(request);
        return answer();
    }

    Answer answer() throws IOException {
        String head = head();
        int status = Integer.parseInt(head.substring(9, 12));
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        long length = 0;
        if (field(head, "transfer-encoding").contains("chunked")) {
            for (long size = chunk(); size > 0; size = chunk()) {
                read(size, text);
                line();
                length += size;
            }
            line();
        } else if (!field(head, "content-length").isEmpty()) {
            length = Long.parseLong(field(head, "content-length"));
            read(length, text);
        } else if (status >= 200 && status != 204 && status != 304) {
            throw new IOException("answer: " + head + " (expected: a length)");
        }
        return new Answer(status, head, length, text.toString(StandardCharsets.UTF_8));
    }

    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        for (String line = line(); !line.isEmpty(); line = line()) {
            head.append(line).append("\r\n");
        }
        if (!head.toString().startsWith("HTTP/1.1 ")) {
            throw new IOException("answer: " + head + " (expected: HTTP/1.1)");
        }
        return head.toString();
    }

    /** A field's value, in lower case; empty when there is none. */
    private static String field(String head, String name) {
        return head.lines()
                .map(line -> line.toLowerCase(Locale.ROOT))
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    private long chunk() throws IOException {
        return Long.parseLong(line(), 16);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("answer: ended (expected: more of it)");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    private void read(long count, ByteArrayOutputStream text) throws IOException {
        byte[] some = new byte[(int) Math.min(count, KEPT_BYTES)];
        for (long left = count; left > 0; ) {
            int got = in.read(some, 0, (int) Math.min(left, some.length));
            if (got < 0) {
                throw new EOFException("body: ended, " + left + " bytes early (expected: all " + count + ")");
            }
            text.write(some, 0, Math.min(got, KEPT_BYTES - text.size()));
            left -= got;
        }
    }

    /** So many raw bytes, as after an upgrade. */
    byte[] bytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("bytes: ended (expected: " + count + ")");
        }
        return bytes;
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Leaves with a reset instead of a proper end. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
