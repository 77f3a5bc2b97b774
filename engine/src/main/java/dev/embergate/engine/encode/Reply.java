package dev.embergate.engine.encode;

import dev.embergate.engine.spi.Headers;
import org.jspecify.annotations.Nullable;

/**
 * An answer given here, after method, validators and Range have been considered.
 *
 * @param headers Content-Type, validators, Content-Range and what the rule set; no framing fields and no Date
 * @param contentLength value of Content-Length; -1 where the status has none (1xx, 204, 304)
 * @param source null when no body follows (HEAD, 204, 304, or length 0); otherwise whoever has the reply closes it, even
 *     when the client has left before it came
 */
public record Reply(
        int status,
        Headers headers,
        long contentLength,
        @Nullable BodySource source) {}
