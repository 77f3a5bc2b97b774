package dev.embergate.engine.encode;

import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestHead;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What one request gets of a content. Holds all it needs of the head, so that the head may go. */
final class Selection {
    private final Outcome.Respond respond;
    private final boolean head;
    private final boolean get;
    private final Conditions conditions;
    private final @Nullable String range;
    private final long made;

    /** Of an answer that is made now. */
    Selection(RequestHead request, Outcome.Respond respond) {
        this(request, respond, System.currentTimeMillis() / 1000);
    }

    /** @param made when the answer was made, in seconds since 1970 */
    Selection(RequestHead request, Outcome.Respond respond, long made) {
        this.respond = respond;
        this.made = made;
        this.head = request.method().equals("HEAD");
        this.get = request.method().equals("GET");
        this.conditions = Conditions.of(request);
        // Range is no list: two lines of it are malformed, and a malformed one is ignored (RFC 9110 section 14.2).
        String first = request.header("Range");
        this.range = first == null || request.headers("Range").size() > 1 ? null : first.strip();
    }

    Outcome.Respond respond() {
        return respond;
    }

    /** Takes the content over. */
    Reply reply(Content content) {
        ReplyHead fields = ReplyHead.of(respond.headers());
        if (respond.status() != 200 || !(get || head)) {
            return whole(typed(fields, content), content);
        }
        String ownTag = respond.headers().first("ETag");
        String ownDate = respond.headers().first("Last-Modified");
        String etag = ownTag == null ? content.etag() : ownTag.strip();
        long lastModified = ownDate == null ? content.lastModified() : HttpDates.parse(ownDate.strip());
        return switch (conditions.evaluate(etag, lastModified)) {
            case FAILED -> {
                content.source().close();
                yield new Reply(412, ReplyHead.ofError(respond.headers()).headers(), 0, null);
            }
            case NOT_MODIFIED -> {
                content.source().close();
                ReplyHead kept = ReplyHead.ofNotModified(respond.headers());
                yield new Reply(304, validators(kept, etag, lastModified, false).headers(), -1, null);
            }
            case PERFORM -> {
                typed(fields, content);
                yield perform(validators(fields, etag, lastModified, true), content, etag, lastModified);
            }
        };
    }

    /** An answer that came without a type keeps none. */
    private static ReplyHead typed(ReplyHead fields, Content content) {
        return content.mediaType().isEmpty() ? fields : fields.orElse("Content-Type", content.mediaType());
    }

    /** @param both whether the date goes beside a tag: a 304 needs only one of them (RFC 9110 section 15.4.5) */
    private static ReplyHead validators(ReplyHead fields, @Nullable String etag, long lastModified, boolean both) {
        if (etag != null) {
            fields.orElse("ETag", etag);
        }
        if (lastModified != HttpDates.NONE && (both || etag == null)) {
            fields.orElse("Last-Modified", HttpDates.format(lastModified));
        }
        return fields;
    }

    private Reply perform(ReplyHead fields, Content content, @Nullable String etag, long lastModified) {
        if ("none".equalsIgnoreCase(respond.headers().first("Accept-Ranges"))) {
            return whole(fields, content);
        }
        fields.orElse("Accept-Ranges", "bytes");
        if (!get || range == null || !conditions.rangeCounts(etag, lastModified, made)) {
            return whole(fields, content);
        }
        return switch (ByteRanges.of(range, content.length())) {
            case ByteRanges.Whole ignored -> whole(fields, content);
            case ByteRanges.Unsatisfiable ignored -> {
                content.source().close();
                ReplyHead error = ReplyHead.ofError(respond.headers());
                yield new Reply(
                        416,
                        error.set("Content-Range", "bytes */" + content.length())
                                .headers(),
                        0,
                        null);
            }
            case ByteRanges.Parts parts -> partial(fields, content, parts);
        };
    }

    private static Reply partial(ReplyHead fields, Content content, ByteRanges.Parts parts) {
        if (parts.parts().size() == 1) {
            ByteRanges.Part part = parts.parts().getFirst();
            content.source().window(part.first(), part.length());
            fields.set("Content-Range", part.contentRange(content.length()));
            return new Reply(206, fields.headers(), part.length(), content.source());
        }
        String otherwise = content.mediaType().isEmpty() ? "application/octet-stream" : content.mediaType();
        String mediaType = fields.first("Content-Type", otherwise);
        MultipartRanges multipart = new MultipartRanges(content.source(), parts.parts(), mediaType, content.length());
        fields.set("Content-Type", multipart.mediaType());
        return new Reply(206, fields.headers(), multipart.length(), multipart);
    }

    private Reply whole(ReplyHead fields, Content content) {
        boolean sent = !head && content.length() > 0;
        if (!sent) {
            content.source().close();
        }
        return new Reply(respond.status(), fields.headers(), content.length(), sent ? content.source() : null);
    }

    Reply error(int status, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        ReplyHead fields = ReplyHead.ofError(respond.headers())
                .set("Content-Type", "text/plain; charset=utf-8")
                .set("Cache-Control", "no-store");
        return new Reply(status, fields.headers(), bytes.length, head ? null : new MemorySource(bytes));
    }
}
