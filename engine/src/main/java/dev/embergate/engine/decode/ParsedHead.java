package dev.embergate.engine.decode;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One checked head: the received bytes and an index of its fields. Strings are made on demand.
 *
 * <p>Written by the decoder on its event loop until it hands the head out, only read from then on: other threads that got it in
 * an orderly way may read it too, until the next message begins, or for ever after {@link #detach}.
 */
public abstract class ParsedHead {
    final HeadBytes raw = new HeadBytes();
    boolean http10;
    BodyFraming framing = BodyFraming.NONE;
    long contentLength = -1;
    private int connection;
    private boolean detached;

    ParsedHead() {}

    abstract @Nullable Rejection startLine(byte[] bytes, int from, int to);

    /** What needs all fields to be there: framing, and what a side asks for besides. */
    abstract @Nullable Rejection complete();

    /** Ready for the next message. */
    void recycle() {
        raw.clear();
        http10 = false;
        framing = BodyFraming.NONE;
        contentLength = -1;
        connection = 0;
    }

    final void readConnection() {
        connection = ConnectionOptions.of(raw);
    }

    final boolean connectionHas(int option) {
        return (connection & option) != 0;
    }

    final boolean isDetached() {
        return detached;
    }

    public final int fieldCount() {
        return raw.fieldCount();
    }

    public final FieldName fieldName(int index) {
        return KnownNames.VALUES[raw.ordinal(index)];
    }

    /** The name as received. */
    public final String fieldNameText(int index) {
        return raw.name(index);
    }

    /** The value without surrounding white space, as ISO 8859-1. */
    public final String fieldValue(int index) {
        return raw.value(index);
    }

    /**
     * Whether this field's line was received as {@link #copyField} would write it, with the next field right behind it: then a
     * run of such fields is one piece of the received bytes.
     */
    public final boolean isPlainLine(int index) {
        return raw.isPlainLine(index);
    }

    /** Writes the lines from one field to another, as received; each of them {@link #isPlainLine}. */
    public final void copyLines(int first, int last, ByteBuf out) {
        int from = raw.nameStart(first);
        out.writeBytes(raw.bytes(), from, raw.valueEnd(last) + 2 - from);
    }

    /** Writes {@code name: value CRLF} with the received name and value bytes. */
    public final void copyField(int index, ByteBuf out) {
        byte[] bytes = raw.bytes();
        int nameStart = raw.nameStart(index);
        int nameEnd = raw.nameEnd(index);
        int valueStart = raw.valueStart(index);
        int valueEnd = raw.valueEnd(index);
        // Nearly always the line came just as it is to go out.
        if (valueStart == nameEnd + 2 && bytes[nameEnd + 1] == ' ' && bytes[valueEnd] == '\r') {
            out.writeBytes(bytes, nameStart, valueEnd + 2 - nameStart);
            return;
        }
        out.writeBytes(bytes, nameStart, nameEnd - nameStart);
        out.writeShort(':' << 8 | ' ');
        out.writeBytes(bytes, valueStart, valueEnd - valueStart);
        out.writeShort('\r' << 8 | '\n');
    }

    /** Whether the field at {@code index} has that name; {@code name} in any case. */
    public final boolean fieldNameIs(int index, String name) {
        return Octets.equalsIgnoreCase(raw.bytes(), raw.nameStart(index), raw.nameEnd(index), name);
    }

    /**
     * Whether Connection names this field as meant for one hop (RFC 9110 section 7.6.1). Cheap when there is none. Told as it
     * stands: a peer may name fields it should not, such as Host, and whoever drops fields decides which it never drops.
     */
    public final boolean namedByConnection(int index) {
        return ConnectionOptions.name(raw, connection, index);
    }

    /** First value of a known field; null when absent. */
    public final @Nullable String value(FieldName name) {
        int field = raw.next(name, 0);
        return field < 0 ? null : raw.value(field);
    }

    public final @Nullable String header(String name) {
        for (int i = 0; i < raw.fieldCount(); i++) {
            if (fieldNameIs(i, name)) {
                return raw.value(i);
            }
        }
        return null;
    }

    public final List<String> headers(String name) {
        List<String> values = List.of();
        for (int i = 0; i < raw.fieldCount(); i++) {
            if (fieldNameIs(i, name)) {
                if (values.isEmpty()) {
                    values = new ArrayList<>(4);
                }
                values.add(raw.value(i));
            }
        }
        return values;
    }

    public final void forEachHeader(BiConsumer<String, String> action) {
        for (int i = 0; i < raw.fieldCount(); i++) {
            action.accept(raw.name(i), raw.value(i));
        }
    }

    public final BodyFraming framing() {
        return framing;
    }

    /** -1 when absent. */
    public final long contentLength() {
        return contentLength;
    }

    public final boolean isHttp10() {
        return http10;
    }

    /** Whether the sender would keep this connection open (RFC 9112 section 9.3). */
    public final boolean keepsAlive() {
        if (connectionHas(ConnectionOptions.CLOSE) || framing == BodyFraming.UNTIL_CLOSE) {
            return false;
        }
        return !http10 || connectionHas(ConnectionOptions.KEEP_ALIVE);
    }

    /** Size in bytes of the head as received. */
    public final int sizeBytes() {
        return raw.length();
    }

    /** Keeps this head valid after the next message begins: the decoder makes a new one for that. */
    public final void detach() {
        detached = true;
    }
}
