package dev.embergate.engine.encode;

import dev.embergate.engine.decode.ParsedHead;
import io.netty.buffer.ByteBuf;

/**
 * Writes chosen fields of a received head, in order. Neighbours that came as they would be written go out as one piece of the
 * received bytes. Made anew for each head, on the stack: call {@link #end} last.
 */
public final class FieldLines {
    private final ParsedHead head;
    private final ByteBuf out;
    private int first = -1;
    private int last;

    public FieldLines(ParsedHead head, ByteBuf out) {
        this.head = head;
        this.out = out;
    }

    /** The field of that index goes out; indices only rise. */
    public void keep(int index) {
        if (first >= 0 && last + 1 != index) {
            end();
        }
        if (!head.isPlainLine(index)) {
            end();
            head.copyField(index, out);
            return;
        }
        if (first < 0) {
            first = index;
        }
        last = index;
    }

    public void end() {
        if (first >= 0) {
            head.copyLines(first, last, out);
            first = -1;
        }
    }
}
