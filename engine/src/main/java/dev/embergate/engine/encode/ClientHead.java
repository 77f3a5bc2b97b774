package dev.embergate.engine.encode;

import dev.embergate.engine.decode.FieldName;
import dev.embergate.engine.decode.ParsedRequest;
import dev.embergate.engine.decode.ParsedResponse;
import dev.embergate.engine.spi.HeadEdits;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Heads on their way to the client. The engine alone writes framing and connection fields (RFC 9112 sections 6 and 9); what a
 * rule or an upstream says of them is left out.
 */
public final class ClientHead {
    private static final AsciiString CONNECTION_CLOSE = AsciiString.cached("Connection: close\r\n");
    private static final AsciiString CONNECTION_KEEP_ALIVE = AsciiString.cached("Connection: keep-alive\r\n");
    private static final AsciiString CHUNKED = AsciiString.cached("Transfer-Encoding: chunked\r\n");
    private static final AsciiString NO_STORE = AsciiString.cached("Cache-Control: no-store\r\n");
    private static final AsciiString TEXT = AsciiString.cached("Content-Type: text/plain; charset=utf-8\r\n");
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("Content-Length");
    private static final AsciiString DATE = AsciiString.cached("Date");
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** A piece up to this size is worth copying behind a head. */
    public static final int JOINED_BYTES = 2048;

    private ClientHead() {}

    /** Permission to send the body, for a client that asked (RFC 9110 section 10.1.1). */
    public static ByteBuf continue100() {
        return Unpooled.wrappedBuffer(CONTINUE);
    }

    /** An answer given here; {@code contentLength} -1 for a status without one. */
    public static ByteBuf reply(
            ByteBufAllocator alloc,
            ParsedRequest request,
            AsciiString strictTransport,
            int status,
            Headers headers,
            long contentLength,
            boolean keepAlive) {
        ByteBuf out = alloc.ioBuffer(512 + room(false, contentLength));
        HeadWriter.statusLine(out, status, ReasonPhrases.of(status));
        HeadWriter.field(out, DATE, HttpDates.now());
        HeadWriter.line(out, strictTransport);
        fields(out, headers.fields(), strictTransport);
        if (contentLength >= 0) {
            HeadWriter.field(out, CONTENT_LENGTH, contentLength);
        }
        String wanted = status == 426 ? headers.first("Upgrade") : null;
        if (wanted == null) {
            connection(out, request, keepAlive);
        } else {
            // The one answer that must name a protocol (RFC 9110 section 15.5.22).
            HeadWriter.field(out, "Upgrade", wanted);
            HeadWriter.field(out, "Connection", keepAlive ? "Upgrade" : "Upgrade, close");
        }
        HeadWriter.end(out);
        return out;
    }

    /** An answer an upstream gave earlier: with its own Date (RFC 9111 section 4). */
    public static ByteBuf kept(
            ByteBufAllocator alloc,
            ParsedRequest request,
            AsciiString strictTransport,
            int status,
            Headers headers,
            long contentLength,
            boolean keepAlive) {
        ByteBuf out = alloc.ioBuffer(1024 + room(false, contentLength));
        HeadWriter.statusLine(out, status, ReasonPhrases.of(status));
        String date = headers.first("Date");
        if (date == null) {
            HeadWriter.field(out, DATE, HttpDates.now());
        } else {
            HeadWriter.field(out, "Date", date);
        }
        HeadWriter.line(out, strictTransport);
        fields(out, headers.fields(), strictTransport);
        if (contentLength >= 0) {
            HeadWriter.field(out, CONTENT_LENGTH, contentLength);
        }
        connection(out, request, keepAlive);
        HeadWriter.end(out);
        return out;
    }

    public static ByteBuf redirect(
            ByteBufAllocator alloc,
            ParsedRequest request,
            AsciiString strictTransport,
            Outcome.Redirect redirect,
            boolean keepAlive) {
        ByteBuf out = alloc.ioBuffer(1024);
        HeadWriter.statusLine(out, redirect.status(), ReasonPhrases.of(redirect.status()));
        HeadWriter.field(out, DATE, HttpDates.now());
        HeadWriter.line(out, strictTransport);
        HeadWriter.field(out, "Location", redirect.location().toASCIIString());
        fields(out, redirect.headers().fields(), strictTransport);
        HeadWriter.field(out, CONTENT_LENGTH, 0);
        connection(out, request, keepAlive);
        HeadWriter.end(out);
        return out;
    }

    /** The text of an error: what happened, and where to look for it in the log. */
    public static byte[] errorText(int status, String why, String requestId) {
        String text = status + " " + ReasonPhrases.of(status) + "\n" + why + "\n"
                + (requestId.isEmpty() ? "" : "request " + requestId + "\n");
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A whole answer: a head and its text (no text for HEAD). */
    public static ByteBuf error(
            ByteBufAllocator alloc,
            String method,
            AsciiString strictTransport,
            int status,
            byte[] body,
            boolean keepAlive) {
        ByteBuf out = alloc.ioBuffer(512);
        HeadWriter.statusLine(out, status, ReasonPhrases.of(status));
        HeadWriter.field(out, DATE, HttpDates.now());
        HeadWriter.line(out, strictTransport);
        HeadWriter.line(out, TEXT);
        HeadWriter.line(out, NO_STORE);
        HeadWriter.field(out, CONTENT_LENGTH, body.length);
        if (!keepAlive) {
            HeadWriter.line(out, CONNECTION_CLOSE);
        }
        HeadWriter.end(out);
        if (!method.equals("HEAD")) {
            out.writeBytes(body);
        }
        return out;
    }

    /** An interim answer of the upstream's: end-to-end fields only. */
    public static ByteBuf interim(ByteBufAllocator alloc, ParsedResponse head) {
        ByteBuf out = alloc.ioBuffer(128);
        HeadWriter.statusLine(out, head.status(), head.reason());
        for (int i = 0; i < head.fieldCount(); i++) {
            if (!HopByHop.stops(head, i) && head.fieldName(i) != FieldName.CONTENT_LENGTH) {
                head.copyField(i, out);
            }
        }
        HeadWriter.end(out);
        return out;
    }

    /** A 101 of the upstream's, Upgrade included: what follows is no HTTP. */
    public static ByteBuf upgraded(ByteBufAllocator alloc, ParsedResponse head) {
        ByteBuf out = alloc.ioBuffer(256);
        HeadWriter.statusLine(out, head.status(), head.reason());
        for (int i = 0; i < head.fieldCount(); i++) {
            FieldName name = head.fieldName(i);
            if (name == FieldName.UPGRADE || (!HopByHop.stops(head, i) && name != FieldName.CONTENT_LENGTH)) {
                head.copyField(i, out);
            }
        }
        HeadWriter.field(out, "Connection", "Upgrade");
        HeadWriter.end(out);
        return out;
    }

    /**
     * The final head of an upstream's answer.
     *
     * @param strictTransport in place of the upstream's, if it is not {@link StrictTransport#NONE}
     * @param rewritten the body is another one: validators and ranges of the old one are left out
     * @param chunked whether the body that follows is
     * @param contentLength -1 for none
     */
    public static ByteBuf relay(
            ByteBufAllocator alloc,
            ParsedRequest request,
            AsciiString strictTransport,
            ParsedResponse head,
            HeadEdits edits,
            boolean rewritten,
            boolean chunked,
            long contentLength,
            boolean keepAlive) {
        ByteBuf out = alloc.ioBuffer(head.sizeBytes() + 128 + room(chunked, contentLength));
        if (edits.status() == 0) {
            HeadWriter.statusLine(out, head);
        } else {
            HeadWriter.statusLine(out, edits.status(), ReasonPhrases.of(edits.status()));
        }
        int status = edits.status() == 0 ? head.status() : edits.status();
        long run = FieldLines.NONE;
        boolean dated = false;
        int count = head.fieldCount();
        boolean edited = !edits.isNone();
        boolean strict = !strictTransport.isEmpty();
        for (int i = 0; i < count; i++) {
            FieldName name = head.fieldName(i);
            if (name == FieldName.CONTENT_LENGTH
                    || HopByHop.stops(head, i)
                    || (rewritten && describesOldBody(name))
                    || (strict && head.fieldNameIs(i, StrictTransport.NAME))
                    || (edited && (names(edits.remove(), head, i) || namesField(edits.set(), head, i)))) {
                continue;
            }
            dated |= name == FieldName.DATE;
            run = FieldLines.keep(head, out, run, i);
        }
        FieldLines.end(head, out, run);
        if (edited) {
            fields(out, edits.set().fields(), strictTransport);
        }
        HeadWriter.line(out, strictTransport);
        if (!dated) {
            HeadWriter.field(out, DATE, HttpDates.now());
        }
        if (chunked) {
            HeadWriter.line(out, CHUNKED);
        } else if (contentLength >= 0 && status != 204) {
            HeadWriter.field(out, CONTENT_LENGTH, contentLength);
        }
        connection(out, request, keepAlive);
        HeadWriter.end(out);
        return out;
    }

    /** For a short body right behind the head, so that both go out as one buffer. */
    private static int room(boolean chunked, long contentLength) {
        if (chunked) {
            return JOINED_BYTES / 2;
        }
        return contentLength > 0 && contentLength <= JOINED_BYTES ? (int) contentLength : 0;
    }

    private static boolean describesOldBody(FieldName name) {
        return switch (name) {
            case ETAG, LAST_MODIFIED, ACCEPT_RANGES, CONTENT_ENCODING -> true;
            default -> false;
        };
    }

    private static boolean names(List<String> names, ParsedResponse head, int index) {
        for (String name : names) {
            if (head.fieldNameIs(index, name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean namesField(Headers headers, ParsedResponse head, int index) {
        for (Headers.Field field : headers.fields()) {
            if (head.fieldNameIs(index, field.name())) {
                return true;
            }
        }
        return false;
    }

    private static void fields(ByteBuf out, List<Headers.Field> fields, AsciiString strictTransport) {
        for (int i = 0; i < fields.size(); i++) {
            Headers.Field field = fields.get(i);
            boolean written = !strictTransport.isEmpty() && field.name().equalsIgnoreCase(StrictTransport.NAME);
            if (!written && !HopByHop.isEngines(field.name())) {
                HeadWriter.field(out, field.name(), field.value());
            }
        }
    }

    private static void connection(ByteBuf out, ParsedRequest request, boolean keepAlive) {
        if (!keepAlive) {
            HeadWriter.line(out, CONNECTION_CLOSE);
        } else if (request.isHttp10()) {
            HeadWriter.line(out, CONNECTION_KEEP_ALIVE);
        }
    }

    /** What stands before a chunk's bytes: the end of the one before, and the size (RFC 9112 section 7.1). */
    public static ByteBuf chunk(ByteBufAllocator alloc, int length, boolean first) {
        ByteBuf out = alloc.ioBuffer(16);
        if (!first) {
            HeadWriter.end(out);
        }
        HeadWriter.hex(out, length);
        HeadWriter.end(out);
        return out;
    }

    /** The end of a chunked body, trailers included. */
    public static ByteBuf lastChunk(ByteBufAllocator alloc, Headers trailers, boolean first) {
        ByteBuf out = alloc.ioBuffer(16);
        if (!first) {
            HeadWriter.end(out);
        }
        out.writeByte('0');
        HeadWriter.end(out);
        fields(out, trailers.fields(), StrictTransport.NONE);
        HeadWriter.end(out);
        return out;
    }
}
