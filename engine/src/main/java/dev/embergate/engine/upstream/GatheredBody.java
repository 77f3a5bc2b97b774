package dev.embergate.engine.upstream;

import dev.embergate.engine.spi.Fetcher.FetchException;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/** The body of one fetched answer: gathered in one array, then undone of its content coding, neither beyond its limit. */
final class GatheredBody {
    /** What gzip may add to bytes that do not shrink: 5 for each 64 KB, and head and tail. */
    private static final int CODING_OVERHEAD_BYTES = 64 << 10;

    private static final int FIRST_BYTES = 4 << 10;

    private final int maxBytes;
    private byte[] bytes = new byte[0];
    private int size;

    GatheredBody(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** What is known of the length before the first piece; false when it is beyond the limit. -1 for unknown. */
    boolean expect(long length) {
        if (length > maxAsSent()) {
            return false;
        }
        if (length > 0) {
            bytes = new byte[(int) length];
        }
        return true;
    }

    /** Copies, and leaves the piece to its owner; false when it is too much. */
    boolean add(ByteBuf piece) {
        int more = piece.readableBytes();
        if (more > maxAsSent() - size) {
            return false;
        }
        if (size + more > bytes.length) {
            long larger = Math.max(size + more, Math.max(FIRST_BYTES, bytes.length * 2L));
            bytes = Arrays.copyOf(bytes, (int) Math.min(larger, maxAsSent()));
        }
        piece.getBytes(piece.readerIndex(), bytes, size, more);
        size += more;
        return true;
    }

    int size() {
        return size;
    }

    private long maxAsSent() {
        return Math.min((long) maxBytes + CODING_OVERHEAD_BYTES, Integer.MAX_VALUE - 8);
    }

    /**
     * The body as it was before coding. Takes time in proportion to its size.
     *
     * @param origin for messages
     * @param coding value of Content-Encoding; null when absent
     */
    byte[] undone(String origin, @Nullable String coding) throws FetchException {
        String name = coding == null ? "" : coding.trim().toLowerCase(Locale.ROOT);
        if (size == 0 || name.isEmpty() || name.equals("identity")) {
            if (size > maxBytes) {
                throw tooLarge(origin, maxBytes);
            }
            return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        }
        InputStream raw = new ByteArrayInputStream(bytes, 0, size);
        try {
            return switch (name) {
                case "gzip", "x-gzip" -> inflate(origin, new GZIPInputStream(raw));
                case "deflate" -> deflated(origin, raw);
                default ->
                    throw new FetchException(
                            FetchException.Kind.MALFORMED, origin + ": content coding (expected: gzip or deflate)");
            };
        } catch (FetchException e) {
            throw e;
        } catch (IOException e) {
            throw new FetchException(
                    FetchException.Kind.MALFORMED, origin + ": body does not keep to its content coding");
        }
    }

    /** Some senders leave out the zlib wrapping that RFC 9110 section 8.4.1.2 asks for; its first two bytes tell (RFC 1950). */
    private byte[] deflated(String origin, InputStream raw) throws IOException {
        boolean wrapped =
                size >= 2 && (bytes[0] & 0x0f) == 8 && (((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff)) % 31 == 0;
        Inflater inflater = new Inflater(!wrapped);
        try {
            return inflate(origin, new InflaterInputStream(raw, inflater));
        } finally {
            inflater.end();
        }
    }

    private byte[] inflate(String origin, InputStream coded) throws IOException {
        try (coded) {
            byte[] plain = coded.readNBytes(maxBytes);
            if (plain.length == maxBytes && coded.read() >= 0) {
                throw tooLarge(origin, maxBytes);
            }
            return plain;
        }
    }

    static FetchException tooLarge(String origin, int maxBytes) {
        return new FetchException(
                FetchException.Kind.TOO_LARGE, origin + ": body too large (expected: at most " + maxBytes + " bytes)");
    }
}
