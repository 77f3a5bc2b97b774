package dev.embergate.engine.decode;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds the lines of a head or a trailer section and checks its fields (RFC 9112 sections 2.2 and 5), whatever the pieces it
 * comes in: each octet is copied once and searched once, and a verdict does not depend on where the pieces were cut.
 */
final class HeadParser {
    enum Progress {
        MORE,
        COMPLETE,
        REJECTED
    }

    private final String section;
    private final int maxLineBytes;
    private final int maxBytes;
    private final int maxFields;
    private HeadBytes store = new HeadBytes();
    /** Whose start line is still to come; null behind it. */
    private @Nullable ParsedHead startOf;

    private int lineStart;
    private int searched;
    private @Nullable Rejection rejection;

    private HeadParser(String section, int maxLineBytes, int maxBytes, int maxFields) {
        this.section = section;
        this.maxLineBytes = maxLineBytes;
        this.maxBytes = maxBytes;
        this.maxFields = maxFields;
    }

    static HeadParser forHeads(DecodeLimits limits) {
        return new HeadParser("head", limits.maxLineBytes(), limits.maxHeadBytes(), limits.maxFields());
    }

    /** The empty line that ends a trailer section does not count. */
    static HeadParser forTrailers(DecodeLimits limits) {
        return new HeadParser("trailers", 0, limits.maxTrailerBytes() + 2, limits.maxFields());
    }

    void beginHead(ParsedHead head) {
        begin(head.raw, head);
    }

    void beginTrailers(HeadBytes into) {
        begin(into, null);
    }

    private void begin(HeadBytes into, @Nullable ParsedHead head) {
        store = into;
        startOf = head;
        lineStart = 0;
        searched = 0;
        rejection = null;
    }

    /** Consumes octets of the head, none behind its end. */
    Progress read(ByteBuf in) {
        while (in.isReadable()) {
            int before = store.length();
            int copied = store.append(in, maxBytes);
            Progress progress = lines();
            if (progress == Progress.COMPLETE) {
                in.skipBytes(lineStart - before);
                store.truncate(lineStart);
                return progress;
            }
            in.skipBytes(copied);
            if (progress == Progress.REJECTED || tooLong()) {
                return Progress.REJECTED;
            }
        }
        return Progress.MORE;
    }

    /** Why {@link #read} said {@link Progress#REJECTED}. */
    Rejection rejection() {
        return Objects.requireNonNull(rejection, "rejection");
    }

    private Progress lines() {
        byte[] bytes = store.bytes();
        int end = store.length();
        while (true) {
            int lf = Octets.indexOfLf(bytes, searched, end);
            if (lf < 0) {
                searched = end;
                return Progress.MORE;
            }
            int from = lineStart;
            int to = lf - 1;
            searched = lf + 1;
            if (startOf != null && to - from > maxLineBytes) {
                rejection = startLineTooLong();
                return Progress.REJECTED;
            }
            if (to < from || bytes[to] != '\r') {
                rejection = Rejection.malformed("line end: LF without CR (expected: CRLF)");
                return Progress.REJECTED;
            }
            lineStart = lf + 1;
            ParsedHead head = startOf;
            if (head != null) {
                startOf = null;
                rejection = head.startLine(bytes, from, to);
            } else if (from == to) {
                return Progress.COMPLETE;
            } else {
                rejection = field(bytes, from, to);
            }
            if (rejection != null) {
                return Progress.REJECTED;
            }
        }
    }

    private boolean tooLong() {
        int length = store.length();
        if (startOf != null && (length - lineStart >= maxLineBytes + 2 || length >= maxBytes)) {
            rejection = startLineTooLong();
        } else if (length >= maxBytes) {
            rejection =
                    new Rejection(431, section + ": longer than allowed (expected: at most " + maxBytes + " bytes)");
        }
        return rejection != null;
    }

    private Rejection startLineTooLong() {
        return new Rejection(414, "start line: longer than allowed (expected: at most " + maxLineBytes + " bytes)");
    }

    /** RFC 9112 section 5: {@code field-name ":" OWS field-value OWS}. */
    private @Nullable Rejection field(byte[] bytes, int from, int to) {
        int colon = from;
        while (colon < to && Octets.isToken(bytes[colon])) {
            colon++;
        }
        if (colon == from || colon == to || bytes[colon] != ':') {
            return badName(bytes, from, colon, to);
        }
        int valueStart = colon + 1;
        int valueEnd = to;
        while (valueStart < valueEnd && Octets.isBlank(bytes[valueStart])) {
            valueStart++;
        }
        while (valueEnd > valueStart && Octets.isBlank(bytes[valueEnd - 1])) {
            valueEnd--;
        }
        if (Octets.hasControl(bytes, valueStart, valueEnd)) {
            return Rejection.malformed("field value: control character (expected: visible characters, space or tab)");
        }
        if (store.fieldCount() == maxFields) {
            return new Rejection(431, section + ": more fields than allowed (expected: at most " + maxFields + ")");
        }
        store.addField(from, colon, valueStart, valueEnd, KnownNames.ordinal(bytes, from, colon));
        return null;
    }

    private static Rejection badName(byte[] bytes, int from, int at, int to) {
        if (Octets.isBlank(bytes[from])) {
            // RFC 9112 section 5.2 lets a server refuse obs-fold; section 2.2 wants space before the first field
            // refused.
            return Rejection.malformed(
                    "field line: begins with white space (expected: a field name; folding is obsolete)");
        }
        if (at == to) {
            return Rejection.malformed("field line: no colon (expected: name, colon, value)");
        }
        if (bytes[at] == ':') {
            return Rejection.malformed("field name: empty (expected: a token)");
        }
        if (Octets.isBlank(bytes[at])) {
            // RFC 9112 section 5.1: space before the colon has led to smuggling and must be refused.
            return Rejection.malformed("field name: white space before the colon (expected: none)");
        }
        return Rejection.malformed("field name: illegal character (expected: a token)");
    }
}
