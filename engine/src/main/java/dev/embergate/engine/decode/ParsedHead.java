package dev.embergate.engine.decode;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One checked head: the received bytes and an index of its fields. Strings are made on demand. */
public abstract class ParsedHead {
    ParsedHead() {}

    public final int fieldCount() {
        throw new AssertionError("skeleton");
    }

    public final FieldName fieldName(int index) {
        throw new AssertionError("skeleton");
    }

    /** The name as received. */
    public final String fieldNameText(int index) {
        throw new AssertionError("skeleton");
    }

    /** The value without surrounding white space, as ISO 8859-1. */
    public final String fieldValue(int index) {
        throw new AssertionError("skeleton");
    }

    /** Writes {@code name: value CRLF} with the received name and value bytes. */
    public final void copyField(int index, ByteBuf out) {
        throw new AssertionError("skeleton");
    }

    /** Whether the field at {@code index} has that name; {@code name} in any case. */
    public final boolean fieldNameIs(int index, String name) {
        throw new AssertionError("skeleton");
    }

    /** Whether Connection names this field as meant for one hop (RFC 9110 section 7.6.1). Cheap when there is none. */
    public final boolean namedByConnection(int index) {
        throw new AssertionError("skeleton");
    }

    /** First value of a known field; null when absent. */
    public final @Nullable String value(FieldName name) {
        throw new AssertionError("skeleton");
    }

    public final @Nullable String header(String name) {
        throw new AssertionError("skeleton");
    }

    public final List<String> headers(String name) {
        throw new AssertionError("skeleton");
    }

    public final void forEachHeader(BiConsumer<String, String> action) {
        throw new AssertionError("skeleton");
    }

    public final BodyFraming framing() {
        throw new AssertionError("skeleton");
    }

    /** -1 when absent. */
    public final long contentLength() {
        throw new AssertionError("skeleton");
    }

    public final boolean isHttp10() {
        throw new AssertionError("skeleton");
    }

    /** Whether the sender would keep this connection open (RFC 9112 section 9.3). */
    public final boolean keepsAlive() {
        throw new AssertionError("skeleton");
    }

    /** Size in bytes of the head as received. */
    public final int sizeBytes() {
        throw new AssertionError("skeleton");
    }

    /** Keeps this head valid after the next message begins: the decoder makes a new one for that. */
    public final void detach() {
        throw new AssertionError("skeleton");
    }
}
