package dev.embergate.engine.decode;

import org.jspecify.annotations.Nullable;

/**
 * Decides how long a message is (RFC 9112 section 6). Where two readers could disagree, and one request hide in another, the
 * message is refused.
 */
final class FramingGuard {
    private FramingGuard() {}

    /** RFC 9112 section 6.3, rules 3 to 7. */
    static @Nullable Rejection request(ParsedHead head) {
        Rejection fault = fields(head);
        if (fault != null) {
            return fault;
        }
        if (head.raw.next(FieldName.TRANSFER_ENCODING, 0) >= 0) {
            head.framing = BodyFraming.CHUNKED;
        } else {
            head.framing = head.contentLength >= 0 ? BodyFraming.LENGTH : BodyFraming.NONE;
        }
        return null;
    }

    /** RFC 9112 section 6.3, all rules; CONNECT is never sent. */
    static @Nullable Rejection response(ParsedHead head, int status, boolean toHeadRequest) {
        Rejection fault = fields(head);
        if (fault != null) {
            return fault;
        }
        if (toHeadRequest || status < 200 || status == 204 || status == 304) {
            head.framing = BodyFraming.NONE;
        } else if (head.raw.next(FieldName.TRANSFER_ENCODING, 0) >= 0) {
            head.framing = BodyFraming.CHUNKED;
        } else {
            head.framing = head.contentLength >= 0 ? BodyFraming.LENGTH : BodyFraming.UNTIL_CLOSE;
        }
        return null;
    }

    private static @Nullable Rejection fields(ParsedHead head) {
        HeadBytes raw = head.raw;
        int length = raw.next(FieldName.CONTENT_LENGTH, 0);
        if (length >= 0) {
            if (raw.next(FieldName.CONTENT_LENGTH, length + 1) >= 0) {
                return Rejection.malformed("Content-Length: more than one (expected: at most one)");
            }
            head.contentLength = contentLength(raw.bytes(), raw.valueStart(length), raw.valueEnd(length));
            if (head.contentLength < 0) {
                return Rejection.malformed("Content-Length: not a length (expected: digits, at most 2^63 - 1)");
            }
        }
        int coding = raw.next(FieldName.TRANSFER_ENCODING, 0);
        if (coding < 0) {
            return null;
        }
        if (length >= 0) {
            return Rejection.malformed("Content-Length: beside Transfer-Encoding (expected: one of them)");
        }
        if (head.http10) {
            return Rejection.malformed("Transfer-Encoding: in HTTP/1.0 (expected: Content-Length)");
        }
        return transferEncoding(raw, coding);
    }

    /** RFC 9112 section 6.1. A length is digits only: no sign, no list, also not of equal values. -1 when it is none. */
    private static long contentLength(byte[] bytes, int from, int to) {
        long length = 0;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9 || length > (Long.MAX_VALUE - digit) / 10) {
                return -1;
            }
            length = length * 10 + digit;
        }
        return from == to ? -1 : length;
    }

    /** RFC 9112 section 6.1: other codings before a final chunked are 501, everything else than a single chunked is 400. */
    private static @Nullable Rejection transferEncoding(HeadBytes raw, int first) {
        int codings = 0;
        int chunked = 0;
        boolean lastIsChunked = false;
        byte[] bytes = raw.bytes();
        for (int field = first; field >= 0; field = raw.next(FieldName.TRANSFER_ENCODING, field + 1)) {
            int end = raw.valueEnd(field);
            int at = raw.valueStart(field);
            do {
                int comma = ConnectionOptions.elementEnd(bytes, at, end);
                int from = ConnectionOptions.skipBlanks(bytes, at, comma);
                int to = ConnectionOptions.trimBlanks(bytes, from, comma);
                if (!Octets.isToken(bytes, from, to)) {
                    return Rejection.malformed("Transfer-Encoding: malformed (expected: chunked)");
                }
                lastIsChunked = Octets.equalsIgnoreCase(bytes, from, to, "chunked");
                codings++;
                chunked += lastIsChunked ? 1 : 0;
                at = comma + 1;
            } while (at <= end);
        }
        if (!lastIsChunked || chunked > 1) {
            return Rejection.malformed("Transfer-Encoding: chunked is not last, or twice (expected: chunked)");
        }
        return codings == 1 ? null : new Rejection(501, "Transfer-Encoding: unknown coding (expected: chunked)");
    }
}
