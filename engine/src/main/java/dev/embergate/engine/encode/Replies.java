package dev.embergate.engine.encode;

import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestHead;
import io.netty.channel.EventLoop;
import java.util.function.Consumer;

/**
 * Makes a {@link Reply} of a rule's Respond: HEAD, conditional requests (RFC 9110 section 13.2), Range and If-Range (section 14),
 * single and multipart.
 */
public final class Replies {
    private Replies() {}

    /**
     * Answers through {@code then} on {@code loop}: at once for bytes, later for what has to be opened from disk.
     * Never fails: a missing file becomes 404, an unreadable one 500.
     */
    public static void prepare(RequestHead request, Outcome.Respond respond, EventLoop loop, Consumer<Reply> then) {
        throw new AssertionError("skeleton");
    }
}
