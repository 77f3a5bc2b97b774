package dev.embergate.engine.act;

import dev.embergate.engine.spi.Body;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import java.util.concurrent.TimeUnit;

/** A request that is answered before any rule is asked, because of who sent it. Its body is treated as that of any other answer. */
final class Refusal {
    private Refusal() {}

    /** 429 (RFC 6585 section 4). */
    static void tooManyRequests(Exchange exchange, long waitNanos) {
        exchange.failure = "over the request rate of its address";
        exchange.room.telemetry.requestRefused("request-rate");
        exchange.deciding.decided("reject");
        long seconds = Math.max(1, TimeUnit.NANOSECONDS.toSeconds(waitNanos + TimeUnit.SECONDS.toNanos(1) - 1));
        Headers headers = Headers.of("Retry-After", Long.toString(seconds), "Cache-Control", "no-store");
        LocalAnswer.give(
                exchange,
                new Outcome.Respond(
                        429, headers, Body.text("429 Too Many Requests\nrequest " + exchange.requestId() + "\n")));
    }
}
