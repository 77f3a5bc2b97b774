package dev.embergate.engine.telemetry;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The {@code traceparent} field of W3C Trace Context: {@code 00-<trace id>-<parent id>-<flags>}, all in lower-case hexadecimal.
 *
 * <p>A valid one of version 00 (section 3.2.2) is continued: same trace, the engine as the new parent, of the flags those that are
 * defined (sampled, random). Anything else begins a new trace, unsampled because nobody here records; a {@code tracestate} that
 * came with it must then be dropped (section 3.3.1).
 */
public final class TraceContext {
    /** Length of the value. */
    public static final int LENGTH = 55;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int TRACE_ID = 3;
    private static final int PARENT_ID = 36;
    private static final int FLAGS = 53;
    private static final int KNOWN_FLAGS = 0x03;

    private TraceContext() {}

    /** Whether a received value can be continued, and its {@code tracestate} relayed. */
    public static boolean isValid(@Nullable String received) {
        return received != null
                && received.length() == LENGTH
                && received.startsWith("00-")
                && received.charAt(PARENT_ID - 1) == '-'
                && received.charAt(FLAGS - 1) == '-'
                && isId(received, TRACE_ID, PARENT_ID - 1)
                && isId(received, PARENT_ID, FLAGS - 1)
                && digit(received.charAt(FLAGS)) >= 0
                && digit(received.charAt(FLAGS + 1)) >= 0;
    }

    /** Writes the value for the next hop: {@link #LENGTH} bytes. {@code received} may be anything. */
    public static void write(ByteBuf out, @Nullable String received) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        out.writeByte('0').writeByte('0').writeByte('-');
        int flags = 0;
        if (received != null && isValid(received)) {
            for (int i = TRACE_ID; i < PARENT_ID - 1; i++) {
                out.writeByte(received.charAt(i));
            }
            flags = digit(received.charAt(FLAGS + 1)) & KNOWN_FLAGS;
        } else {
            writeId(out, notZero(random));
            writeId(out, random.nextLong());
        }
        out.writeByte('-');
        writeId(out, notZero(random));
        out.writeByte('-').writeByte('0').writeByte(HEX[flags]);
    }

    private static long notZero(ThreadLocalRandom random) {
        long id = random.nextLong();
        return id == 0 ? 1 : id;
    }

    private static void writeId(ByteBuf out, long id) {
        for (int shift = 60; shift >= 0; shift -= 4) {
            out.writeByte(HEX[(int) (id >>> shift) & 15]);
        }
    }

    /** All zeros are no id (sections 3.2.2.3 and 3.2.2.4). */
    private static boolean isId(String text, int start, int end) {
        int any = 0;
        for (int i = start; i < end; i++) {
            int digit = digit(text.charAt(i));
            if (digit < 0) {
                return false;
            }
            any |= digit;
        }
        return any != 0;
    }

    /** Lower case only (section 3.2.2). */
    private static int digit(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    }
}
