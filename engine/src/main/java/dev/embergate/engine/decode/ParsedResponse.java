package dev.embergate.engine.decode;

import dev.embergate.engine.spi.ResponseHead;
import io.netty.buffer.ByteBuf;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A checked answer head. */
public final class ParsedResponse extends ParsedHead implements ResponseHead {
    private int status;
    private int reasonStart;
    private int reasonEnd;
    private boolean toHeadRequest;
    private @Nullable String mediaType;

    ParsedResponse() {}

    @Override
    @Nullable
    Rejection startLine(byte[] bytes, int from, int to) {
        return StatusLine.read(bytes, from, to, this);
    }

    void line(int code, int reasonFrom, int reasonTo) {
        status = code;
        reasonStart = reasonFrom;
        reasonEnd = reasonTo;
    }

    /** Told before the head is read: an answer to HEAD has no body whatever it says (RFC 9112 section 6.3). */
    void toHeadRequest(boolean head) {
        toHeadRequest = head;
    }

    @Override
    @Nullable
    Rejection complete() {
        readConnection();
        return FramingGuard.response(this, status, toHeadRequest);
    }

    @Override
    void recycle() {
        super.recycle();
        line(0, 0, 0);
        mediaType = null;
    }

    @Override
    public int status() {
        return status;
    }

    /** The reason phrase as received; may be empty. */
    public String reason() {
        return reasonStart == reasonEnd ? "" : Octets.text(raw.bytes(), reasonStart, reasonEnd);
    }

    /** Writes the received reason phrase, which may be empty. */
    public void copyReason(ByteBuf out) {
        out.writeBytes(raw.bytes(), reasonStart, reasonEnd - reasonStart);
    }

    @Override
    public String mediaType() {
        String made = mediaType;
        if (made == null) {
            int field = raw.next(FieldName.CONTENT_TYPE, 0);
            made = field < 0 ? "" : mediaType(field);
            mediaType = made;
        }
        return made;
    }

    private String mediaType(int field) {
        byte[] bytes = raw.bytes();
        int from = raw.valueStart(field);
        int end = from;
        while (end < raw.valueEnd(field) && bytes[end] != ';') {
            end++;
        }
        end = ConnectionOptions.trimBlanks(bytes, from, end);
        return Octets.text(bytes, from, end).toLowerCase(Locale.ROOT);
    }
}
