package dev.embergate.rules.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes gathered from loans up to a limit; the array is used again after {@link #clear}. */
final class Gathered {
    private static final byte[] NONE = new byte[0];

    private final int maxBytes;
    private final String tooLong;
    private byte[] bytes = NONE;
    private int length;

    Gathered(int maxBytes, String what) {
        this(maxBytes, 0, what);
    }

    /**
     * @param spare bytes more than the limit that is told: for endings that do not count
     * @param what names it in the failure beyond the limit
     */
    Gathered(int maxBytes, int spare, String what) {
        this.maxBytes = maxBytes + spare;
        this.tooLong = what + ": longer than the limit (expected: at most " + maxBytes + " bytes)";
    }

    /** Copies from {@code from} to {@code to} of a loan, positions not regarded. */
    void append(ByteBuffer loan, int from, int to) throws IOException {
        int more = to - from;
        if (more > maxBytes - length) {
            throw tooLong();
        }
        makeRoom(more);
        loan.get(from, bytes, length, more);
        length += more;
    }

    private void makeRoom(int more) {
        if (more > bytes.length - length) {
            int doubled = (int) Math.min(maxBytes, Math.max(512L, bytes.length * 2L));
            bytes = Arrays.copyOf(bytes, Math.max(doubled, length + more));
        }
    }

    IOException tooLong() {
        return new IOException(tooLong);
    }

    /** Valid until the next change; as long as {@link #length} says. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    void clear() {
        length = 0;
    }
}
