package dev.embergate.engine.telemetry;

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

    public String next() {
        long number = count.incrementAndGet();
        int digits = Math.max(1, (68 - Long.numberOfLeadingZeros(number)) / 5);
        byte[] id = new byte[PREFIX + 1 + digits];
        System.arraycopy(prefix, 0, id, 0, PREFIX + 1);
        for (int i = id.length - 1; i > PREFIX; i--) {
            id[i] = DIGITS[(int) number & 31];
            number >>>= 5;
        }
        return new String(id, StandardCharsets.ISO_8859_1);
    }
}
