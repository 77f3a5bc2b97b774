package dev.embergate.engine.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads HTTP/1.1 from a blocking stream, plainly and with no leniency: what breaks the grammar is an IOException. */
final class WireReader {
    private static final int MAX_HEAD_BYTES = 1 << 20;

    private final InputStream in;
    private final byte[] buffer;
    private int position;
    private int limit;

    WireReader(InputStream in, int bufferBytes) {
        this.in = in;
        this.buffer = new byte[bufferBytes];
    }

    /** One byte, or -1 at the end. */
    int read() throws IOException {
        if (position == limit && !fill()) {
            return -1;
        }
        return buffer[position++] & 0xff;
    }

    /** What is there, at least one byte; -1 at the end. */
    int read(byte[] into, int offset, int length) throws IOException {
        if (position == limit && !fill()) {
            return -1;
        }
        int count = Math.min(length, limit - position);
        System.arraycopy(buffer, position, into, offset, count);
        position += count;
        return count;
    }

    private boolean fill() throws IOException {
        int count = in.read(buffer);
        position = 0;
        limit = Math.max(count, 0);
        return count > 0;
    }

    /** Everything up to and including {@code marker}; null when the stream ends before its first byte. */
    @Nullable
    String until(String marker) throws IOException {
        byte[] end = marker.getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int last = end[end.length - 1] & 0xff;
        for (int b = read(); b >= 0; b = read()) {
            bytes.write(b);
            if (b == last && endsWith(bytes, marker)) {
                return bytes.toString(StandardCharsets.ISO_8859_1);
            }
            if (bytes.size() > MAX_HEAD_BYTES) {
                throw new IOException("no end within " + MAX_HEAD_BYTES + " bytes");
            }
        }
        if (bytes.size() == 0) {
            return null;
        }
        throw new EOFException("closed within: " + bytes.toString(StandardCharsets.ISO_8859_1));
    }

    private static boolean endsWith(ByteArrayOutputStream bytes, String marker) {
        return bytes.size() >= marker.length()
                && bytes.toString(StandardCharsets.ISO_8859_1).endsWith(marker);
    }

    void exactly(long count, ByteArrayOutputStream to, Runnable afterEach) throws IOException {
        byte[] piece = new byte[8192];
        long left = count;
        while (left > 0) {
            int got = read(piece, 0, (int) Math.min(piece.length, left));
            if (got < 0) {
                throw new EOFException("closed " + left + " bytes before the end of " + count);
            }
            to.write(piece, 0, got);
            left -= got;
            afterEach.run();
        }
    }

    void toEnd(ByteArrayOutputStream to) throws IOException {
        byte[] piece = new byte[8192];
        for (int got = read(piece, 0, piece.length); got >= 0; got = read(piece, 0, piece.length)) {
            to.write(piece, 0, got);
        }
    }

    /** A chunked body (RFC 9112 section 7.1) into {@code content}, its wire form into {@code raw}; gives the trailer section. */
    String chunked(ByteArrayOutputStream content, ByteArrayOutputStream raw) throws IOException {
        while (true) {
            String line = line(raw);
            int semicolon = line.indexOf(';');
            long size = Long.parseLong(semicolon < 0 ? line : line.substring(0, semicolon), 16);
            if (size == 0) {
                break;
            }
            ByteArrayOutputStream piece = new ByteArrayOutputStream();
            exactly(size, piece, () -> {});
            piece.writeTo(content);
            piece.writeTo(raw);
            String end = line(raw);
            if (!end.isEmpty()) {
                throw new IOException("chunk data not followed by CRLF");
            }
        }
        StringBuilder trailers = new StringBuilder();
        for (String line = line(raw); !line.isEmpty(); line = line(raw)) {
            trailers.append(line).append("\r\n");
        }
        return trailers.toString();
    }

    private String line(ByteArrayOutputStream raw) throws IOException {
        String line = until("\r\n");
        if (line == null) {
            throw new EOFException("closed within a chunked body");
        }
        raw.writeBytes(line.getBytes(StandardCharsets.ISO_8859_1));
        return line.substring(0, line.length() - 2);
    }

    /** First value of that field in a head; null when absent. */
    static @Nullable String field(String head, String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        for (String line : head.split("\r\n", -1)) {
            if (line.toLowerCase(Locale.ROOT).startsWith(prefix)) {
                return line.substring(prefix.length()).trim();
            }
        }
        return null;
    }

    static boolean isChunked(String head) {
        String coding = field(head, "transfer-encoding");
        return coding != null && coding.toLowerCase(Locale.ROOT).endsWith("chunked");
    }

    /** -1 when absent. */
    static long contentLength(String head) {
        String length = field(head, "content-length");
        return length == null ? -1 : Long.parseLong(length);
    }
}
