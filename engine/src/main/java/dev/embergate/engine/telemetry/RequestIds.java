package dev.embergate.engine.telemetry;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Names exchanges: eight random characters of the engine's life and a count, such as {@code k3x9q2ab-1f}. Unique within an engine,
 * and between engines for all practical purposes; no secret. Thread-safe.
 */
public final class RequestIds {
    private static final byte[] DIGITS = "0123456789abcdefghjkmnpqrstvwxyz".getBytes(StandardCharsets.US_ASCII);
    private static final int PREFIX = 8;

    /** Prefix, dash, and the most digits a count can have. */
    public static final int MAX_LENGTH = PREFIX + 1 + 13;

    private final byte[] prefix = new byte[PREFIX + 1];
    private final AtomicLong count = new AtomicLong();

    public RequestIds() {
        this(ThreadLocalRandom.current().nextLong());
    }

    RequestIds(long random) {
        for (int i = 0; i < PREFIX; i++) {
            prefix[i] = DIGITS[(int) (random >>> (5 * i)) & 31];
        }
        prefix[PREFIX] = '-';
    }

    /** The number of the next exchange; its name is made of it when somebody asks. */
    public long nextNumber() {
        return count.incrementAndGet();
    }

    public String next() {
        return name(nextNumber());
    }

    public String name(long number) {
        byte[] id = new byte[MAX_LENGTH];
        return new String(id, 0, copy(number, id), StandardCharsets.ISO_8859_1);
    }

    /**
     * Writes a name and tells its length.
     *
     * @param into at least {@link #MAX_LENGTH} long
     */
    public int copy(long number, byte[] into) {
        int length = PREFIX + 1 + digits(number);
        System.arraycopy(prefix, 0, into, 0, PREFIX + 1);
        long rest = number;
        for (int i = length - 1; i > PREFIX; i--) {
            into[i] = DIGITS[(int) rest & 31];
            rest >>>= 5;
        }
        return length;
    }

    /** Writes a name. */
    public void write(long number, ByteBuf out) {
        out.writeBytes(prefix);
        for (int digit = digits(number) - 1; digit >= 0; digit--) {
            out.writeByte(DIGITS[(int) (number >>> (5 * digit)) & 31]);
        }
    }

    private static int digits(long number) {
        return Math.max(1, (68 - Long.numberOfLeadingZeros(number)) / 5);
    }
}
