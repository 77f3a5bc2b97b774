package dev.embergate.engine.encode;

import dev.embergate.engine.spi.Body;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestHead;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a {@link Reply} of a rule's Respond: HEAD, conditional requests (RFC 9110 section 13.2), Range and If-Range (section 14),
 * single and multipart.
 *
 * <p>Preconditions and Range are looked at for GET and HEAD (Range: GET only) answered 200, and only for bodies that exist:
 * {@link Body.Empty} is sent as it is. What the rule set stands above what the engine would set: its Content-Type, its ETag and
 * Last-Modified, by which preconditions are then decided, and {@code Accept-Ranges: none}, which turns ranges off.
 */
public final class Replies {
    private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

    private Replies() {}

    /**
     * Answers through {@code then} on {@code loop}: at once for bytes, later for what has to be opened from disk.
     * Never fails: a missing file becomes 404, an unreadable one 500. The receiver owns {@link Reply#source}, even when nobody
     * wants the answer any more. When the loop stops meanwhile {@code then} is not called and nothing stays open.
     *
     * @param request read before this returns, not kept
     */
    public static void prepare(RequestHead request, Outcome.Respond respond, EventLoop loop, Consumer<Reply> then) {
        if (hasNoContent(respond.status())) {
            then.accept(withoutContent(respond));
            return;
        }
        switch (respond.body()) {
            case Body.Empty ignored ->
                then.accept(new Reply(
                        respond.status(), ReplyHead.of(respond.headers()).headers(), 0, null));
            case Body.Bytes bytes -> then.accept(ofBytes(request, respond, bytes));
            case Body.Resource resource -> {
                ResourceCache.Loaded loaded = ResourceCache.cached(resource);
                if (loaded != null) {
                    then.accept(new Selection(request, respond).reply(loaded.content(resource)));
                } else {
                    openThenReply(new Selection(request, respond), loop, then);
                }
            }
            case Body.File ignored -> openThenReply(new Selection(request, respond), loop, then);
        }
    }

    /** RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5. */
    private static boolean hasNoContent(int status) {
        return status == 204 || status == 205 || status == 304;
    }

    private static Reply withoutContent(Outcome.Respond respond) {
        Headers headers = ReplyHead.of(respond.headers()).headers();
        return new Reply(respond.status(), headers, respond.status() == 205 ? 0 : -1, null);
    }

    private static Reply ofBytes(RequestHead request, Outcome.Respond respond, Body.Bytes body) {
        Selection selection = new Selection(request, respond);
        try {
            byte[] bytes = body.bytes();
            return selection.reply(
                    new Content(body.mediaType(), body.etag(), HttpDates.NONE, bytes.length, new MemorySource(bytes)));
        } catch (RuntimeException e) {
            LOG.error("a rule's answer cannot be sent", e);
            return selection.error(500, "internal error\n");
        }
    }

    private static void openThenReply(Selection selection, EventLoop loop, Consumer<Reply> then) {
        Thread.ofVirtual().name("embergate-open").start(() -> {
            Reply reply = opened(selection);
            try {
                loop.execute(() -> then.accept(reply));
            } catch (RejectedExecutionException e) {
                if (reply.source() != null) {
                    reply.source().close();
                }
            }
        });
    }

    private static Reply opened(Selection selection) {
        Body body = selection.respond().body();
        Content content = null;
        try {
            content = open(body);
            return content == null ? selection.error(404, "not found\n") : selection.reply(content);
        } catch (IOException e) {
            LOG.warn(
                    "{}: not readable: {} (expected: a regular file this process may read)",
                    nameOf(body),
                    e.toString());
            return selection.error(500, "internal error\n");
        } catch (RuntimeException e) {
            if (content != null) {
                content.source().close();
            }
            LOG.error("{}: a rule's answer cannot be sent", nameOf(body), e);
            return selection.error(500, "internal error\n");
        }
    }

    private static @Nullable Content open(Body body) throws IOException {
        return switch (body) {
            case Body.File file -> FileOpening.open(file);
            case Body.Resource resource -> {
                ResourceCache.Loaded loaded = ResourceCache.load(resource);
                yield loaded == null ? null : loaded.content(resource);
            }
            case Body.Bytes ignored -> throw new IllegalStateException("bytes: opened (expected: never)");
            case Body.Empty ignored -> throw new IllegalStateException("no body: opened (expected: never)");
        };
    }

    private static String nameOf(Body body) {
        return switch (body) {
            case Body.File file -> file.path().toString();
            case Body.Resource resource ->
                resource.name() + " of " + resource.owner().getName();
            case Body.Bytes ignored -> "bytes";
            case Body.Empty ignored -> "no body";
        };
    }
}
