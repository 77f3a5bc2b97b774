package dev.embergate.engine.encode;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Joins the fragments of one message at a time (RFC 6455 section 5.4), no longer than the limit. */
final class MessageParts {
    private final int maxBytes;
    private @Nullable ByteArrayOutputStream parts;
    private boolean text;

    MessageParts(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    boolean isStarted() {
        return parts != null;
    }

    /** Of the message begun. */
    boolean isText() {
        return text;
    }

    void start(boolean isText) {
        text = isText;
        parts = new ByteArrayOutputStream();
    }

    /** False when the message would be longer than the limit. */
    boolean add(ByteBuf fragment) {
        ByteArrayOutputStream started = parts;
        if (started == null) {
            throw new IllegalStateException("fragment: of no message (expected: after start)");
        }
        int length = fragment.readableBytes();
        if (length > maxBytes - started.size()) {
            return false;
        }
        byte[] bytes = new byte[length];
        fragment.getBytes(fragment.readerIndex(), bytes);
        started.writeBytes(bytes);
        return true;
    }

    byte[] finish() {
        ByteArrayOutputStream started = parts;
        parts = null;
        return started == null ? new byte[0] : started.toByteArray();
    }

    /** Null when the bytes are no UTF-8 (section 8.1). */
    static @Nullable String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
