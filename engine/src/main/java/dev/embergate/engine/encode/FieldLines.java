package dev.embergate.engine.encode;

import dev.embergate.engine.decode.ParsedHead;
import io.netty.buffer.ByteBuf;

/**
 * Writes chosen fields of a received head, in order. Neighbours that came as they would be written go out as one piece of the
 * received bytes. What is kept back between two calls is a number, so that a head costs no object: begin with {@link #NONE}, hand
 * on what {@link #keep} returns, give the last to {@link #end}.
 */
public final class FieldLines {
    /** Nothing is kept back. */
    public static final long NONE = -1;

    private FieldLines() {}

    /** The field of that index goes out; indices only rise. */
    public static long keep(ParsedHead head, ByteBuf out, long run, int index) {
        if (!head.isPlainLine(index)) {
            end(head, out, run);
            head.copyField(index, out);
            return NONE;
        }
        if (run != NONE && (int) run + 1 == index) {
            return run + 1;
        }
        end(head, out, run);
        return (long) index << 32 | index;
    }

    public static void end(ParsedHead head, ByteBuf out, long run) {
        if (run != NONE) {
            head.copyLines((int) (run >>> 32), (int) run, out);
        }
    }
}
