package dev.embergate.engine.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * A client that sends the bytes it is told and reads by the plain grammar, on a blocking socket. For one thread at a time,
 * though one may send while another reads.
 *
 * <p>It reads only when asked: not asking is pausing, and with a small receive buffer ({@link #connect(int, int)}) the server
 * soon feels it. Every read waits at most {@link Origin#PATIENCE_SECONDS} and then fails with an AssertionError, as does an
 * end of the connection where more was expected.
 */
public final class WireClient implements AutoCloseable {
    private final Socket socket;
    private final WireReader reader;

    private WireClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Origin.PATIENCE_SECONDS));
        this.reader = new WireReader(socket.getInputStream(), 4096);
    }

    /** To 127.0.0.1. */
    public static WireClient connect(int port) {
        return connect(port, 0);
    }

    /** @param receiveBufferBytes SO_RCVBUF, set before connecting, so that the window is small; 0 for the system's */
    public static WireClient connect(int port, int receiveBufferBytes) {
        try {
            Socket socket = new Socket();
            if (receiveBufferBytes > 0) {
                socket.setReceiveBufferSize(receiveBufferBytes);
            }
            socket.connect(
                    new InetSocketAddress("127.0.0.1", port), (int) TimeUnit.SECONDS.toMillis(Origin.PATIENCE_SECONDS));
            return new WireClient(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Over a socket that is connected already: TLS, IPv6, a bound source address. Closes it when closed. */
    public static WireClient over(Socket socket) {
        try {
            return new WireClient(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The local port, which servers see as the client's. */
    public int localPort() {
        return socket.getLocalPort();
    }

    /** Text goes out as ISO 8859-1, in one write. */
    public WireClient send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Blocks while the server does not take it. */
    public WireClient send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException e) {
            throw new AssertionError("cannot send: " + e.getMessage(), e);
        }
    }

    /** {@code GET target} with Host and nothing else. */
    public WireClient get(String target) {
        return send("GET " + target + " HTTP/1.1\r\nHost: test\r\n\r\n");
    }

    /** The next answer to anything but HEAD, whole: by chunked, Content-Length, or until the server closes. Not past a 1xx. */
    public WireAnswer readAnswer() {
        return readAnswerTo("GET");
    }

    /** The next answer, whole; its method tells whether a body comes (RFC 9112 section 6.3). A 1xx counts as an answer. */
    public WireAnswer readAnswerTo(String method) {
        String head = readHead();
        int status = Integer.parseInt(head.substring(9, 12));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        return reading("an answer's body", () -> {
            String trailers = "";
            if (method.equals("HEAD") || status < 200 || status == 204 || status == 304) {
                return new WireAnswer(head, new byte[0], new byte[0], trailers);
            }
            if (WireReader.isChunked(head)) {
                trailers = reader.chunked(body, raw);
            } else if (WireReader.contentLength(head) >= 0) {
                reader.exactly(WireReader.contentLength(head), body, () -> {});
            } else {
                reader.toEnd(body);
            }
            byte[] content = body.toByteArray();
            return new WireAnswer(head, content, raw.size() > 0 ? raw.toByteArray() : content, trailers);
        });
    }

    /** Up to and including the empty line. */
    public String readHead() {
        return readUntil("\r\n\r\n");
    }

    /** Everything up to and including the marker. */
    public String readUntil(String marker) {
        return reading("the end of what was asked for", () -> {
            String text = reader.until(marker);
            if (text == null) {
                throw new IOException("closed");
            }
            return text;
        });
    }

    public byte[] readExactly(int count) {
        return reading(count + " bytes", () -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            reader.exactly(count, bytes, () -> {});
            return bytes.toByteArray();
        });
    }

    /** All that comes until the server closes in order. A reset fails. */
    public byte[] readToEnd() {
        return reading("the end of the connection", () -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            reader.toEnd(bytes);
            return bytes.toByteArray();
        });
    }

    /** Takes in and drops what comes until the server closes or resets; gives the number of bytes. */
    public long awaitClosed() {
        long count = 0;
        byte[] piece = new byte[16 << 10];
        try {
            for (int got = reader.read(piece, 0, piece.length); got >= 0; got = reader.read(piece, 0, piece.length)) {
                count += got;
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("still open after " + Origin.PATIENCE_SECONDS + " s without a byte", e);
        } catch (IOException e) {
            return count;
        }
        return count;
    }

    /** Half-closes: no more will be sent. */
    public WireClient finishSending() {
        try {
            socket.shutdownOutput();
            return this;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Goes away in order (FIN), unless bytes lie unread, which makes it a reset. */
    public void leave() {
        close();
    }

    /** Goes away with RST. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // Closed already.
        }
        close();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // The server was faster.
        }
    }

    private <T> T reading(String what, Reading<T> reading) {
        try {
            return reading.read();
        } catch (SocketTimeoutException e) {
            throw new AssertionError(what + " did not come within " + Origin.PATIENCE_SECONDS + " s", e);
        } catch (IOException e) {
            throw new AssertionError(what + " did not come: " + e.getMessage(), e);
        }
    }

    private interface Reading<T> {
        T read() throws IOException;
    }
}
