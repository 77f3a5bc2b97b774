package dev.embergate.engine.encode;

import dev.embergate.engine.spi.Body;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestHead;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Reply} of an answer an upstream gave earlier: HEAD, If-None-Match and If-Modified-Since (RFC 9111 section
 * 4.3.2), Range and If-Range, single and multipart. Its head is written with {@link ClientHead#kept}.
 */
public final class KeptReplies {
    /** Bodies in memory come in chunks of this size, but for the last. */
    public static final int CHUNK_BYTES = 64 << 10;

    private KeptReplies() {}

    /** @param headers all fields to send but Content-Length, Date included */
    public static Reply ofChunks(RequestHead request, int status, Headers headers, byte[][] chunks, long length) {
        return of(request, status, headers, length, new ChunkSource(chunks, length));
    }

    /** @param file closed with the reply's source, or before this returns when there is none */
    public static Reply ofFile(
            RequestHead request, int status, Headers headers, FileChannel file, long offset, long length) {
        return of(request, status, headers, length, new FileSource(file, "a kept answer", offset, length));
    }

    private static Reply of(RequestHead request, int status, Headers headers, long length, WindowSource source) {
        if (status == 204 || status == 304) {
            source.close();
            return new Reply(status, headers, -1, null);
        }
        Outcome.Respond respond = new Outcome.Respond(status, headers, Body.EMPTY);
        String modified = headers.first("Last-Modified");
        if (status == 200 && modified == null && unchangedSinceDate(request, headers)) {
            source.close();
            return new Reply(304, notModified(headers), -1, null);
        }
        String date = headers.first("Date");
        // Without one nobody can tell whether it changed again in the same second.
        long made = date == null ? HttpDates.NONE : HttpDates.parse(date.strip());
        Reply reply =
                new Selection(request, respond, made).reply(new Content("", null, HttpDates.NONE, length, source));
        return switch (reply.status()) {
            case 304 -> new Reply(304, notModified(headers), -1, null);
            case 416 -> new Reply(416, withAges(reply.headers(), headers), 0, null);
            default ->
                new Reply(reply.status(), withAges(reply.headers(), headers), reply.contentLength(), reply.source());
        };
    }

    /** RFC 9111 section 4.3.2: without a Last-Modified, If-Modified-Since is compared with Date. */
    private static boolean unchangedSinceDate(RequestHead request, Headers headers) {
        if (request.header("If-None-Match") != null || headers.first("ETag") != null) {
            return false;
        }
        String since = request.header("If-Modified-Since");
        String date = headers.first("Date");
        if (since == null
                || date == null
                || request.headers("If-Modified-Since").size() > 1) {
            return false;
        }
        long asked = HttpDates.parse(since.strip());
        long made = HttpDates.parse(date.strip());
        return asked != HttpDates.NONE && made != HttpDates.NONE && made <= asked;
    }

    /** RFC 9110 section 15.4.5, and what tells of the cache. */
    private static Headers notModified(Headers headers) {
        Headers kept = ReplyHead.ofNotModified(headers).headers();
        String modified = headers.first("Last-Modified");
        if (modified != null && headers.first("ETag") == null) {
            kept = kept.with("Last-Modified", modified);
        }
        return withAges(kept, headers);
    }

    private static Headers withAges(Headers reply, Headers all) {
        Headers fields = reply;
        for (String name : new String[] {"Date", "Age", "Cache-Status"}) {
            @Nullable String value = all.first(name);
            if (value != null && fields.first(name) == null) {
                fields = fields.with(name, value);
            }
        }
        return fields;
    }
}
