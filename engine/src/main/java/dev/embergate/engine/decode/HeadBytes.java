package dev.embergate.engine.decode;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * The octets of a head or a trailer section, with an index of the fields in them. Reused from message to message; storage that
 * an unusually large head made it grow is given back by {@link #clear}, so that an idle connection holds little.
 */
final class HeadBytes {
    private static final int FIRST_BYTES = 1 << 10;
    private static final int KEPT_BYTES = 4 << 10;
    private static final int FIRST_FIELDS = 24;
    private static final int KEPT_FIELDS = 96;
    private static final int STRIDE = 5;
    private static final byte[] NO_BYTES = {};
    private static final int[] NO_INDEX = {};

    private byte[] bytes = NO_BYTES;
    private int length;
    /** For each field: start and end of its name, start and end of its value, ordinal of its {@link FieldName}. */
    private int[] index = NO_INDEX;

    private int fieldCount;

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    int fieldCount() {
        return fieldCount;
    }

    int capacity() {
        return bytes.length;
    }

    /**
     * Copies what is readable, without consuming it, as far as storage of one step and the limit go.
     *
     * @return how many octets; 0 only at the limit or when nothing is readable
     */
    int append(ByteBuf in, int limit) {
        if (length == bytes.length) {
            grow(limit);
        }
        int count = Math.min(Math.min(in.readableBytes(), bytes.length - length), limit - length);
        in.getBytes(in.readerIndex(), bytes, length, count);
        length += count;
        return count;
    }

    private void grow(int limit) {
        int wanted = Math.max(FIRST_BYTES, bytes.length * 2);
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length, Math.min(wanted, limit)));
    }

    /** Forgets what was copied beyond the end of the head. */
    void truncate(int newLength) {
        length = newLength;
    }

    void addField(int nameStart, int nameEnd, int valueStart, int valueEnd, int ordinal) {
        int at = fieldCount * STRIDE;
        if (at == index.length) {
            index = Arrays.copyOf(index, Math.max(FIRST_FIELDS * STRIDE, index.length * 2));
        }
        index[at] = nameStart;
        index[at + 1] = nameEnd;
        index[at + 2] = valueStart;
        index[at + 3] = valueEnd;
        index[at + 4] = ordinal;
        fieldCount++;
    }

    int nameStart(int field) {
        return index[checked(field)];
    }

    int nameEnd(int field) {
        return index[checked(field) + 1];
    }

    int valueStart(int field) {
        return index[checked(field) + 2];
    }

    int valueEnd(int field) {
        return index[checked(field) + 3];
    }

    int ordinal(int field) {
        return index[checked(field) + 4];
    }

    /** The index may be longer than this head and hold offsets of an earlier one. */
    private int checked(int field) {
        if (field < 0 || field >= fieldCount) {
            throw new IndexOutOfBoundsException("field: " + field + " (expected: 0 to " + (fieldCount - 1) + ")");
        }
        return field * STRIDE;
    }

    /** Whether the line reads {@code name: value CRLF}, and nothing stands between it and the next. */
    boolean isPlainLine(int field) {
        int at = checked(field);
        int colon = index[at + 1];
        int end = index[at + 3];
        return index[at + 2] == colon + 2
                && bytes[colon + 1] == ' '
                && end + 1 < length
                && bytes[end] == '\r'
                && bytes[end + 1] == '\n'
                && (field + 1 == fieldCount || index[at + STRIDE] == end + 2);
    }

    /** The next field of that name at or after {@code from}; -1 when none. */
    int next(FieldName name, int from) {
        int ordinal = name.ordinal();
        for (int field = from; field < fieldCount; field++) {
            if (index[field * STRIDE + 4] == ordinal) {
                return field;
            }
        }
        return -1;
    }

    String name(int field) {
        return Octets.text(bytes, nameStart(field), nameEnd(field));
    }

    String value(int field) {
        return Octets.text(bytes, valueStart(field), valueEnd(field));
    }

    boolean valueIs(int field, String text) {
        return Octets.equalsIgnoreCase(bytes, valueStart(field), valueEnd(field), text);
    }

    void clear() {
        length = 0;
        fieldCount = 0;
        if (bytes.length > KEPT_BYTES) {
            bytes = NO_BYTES;
        }
        if (index.length > KEPT_FIELDS * STRIDE) {
            index = NO_INDEX;
        }
    }
}
