package dev.embergate.engine.wire;

import dev.embergate.engine.EngineConfig;
import dev.embergate.engine.spi.Caching;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestEdits;
import dev.embergate.engine.spi.ResponsePlan;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.Step;
import dev.embergate.engine.testkit.WireAnswer;
import dev.embergate.engine.testkit.WireClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What the wire tests of the cache share: proxies with a caching forward, origins that answer, and questions to both. */
final class CacheBed {
    static final EngineConfig.Cache MEMORY = new EngineConfig.Cache(4 << 20, 0, Path.of("unused"));
    static final Caching PLAIN = caching(Duration.ZERO, Duration.ZERO, 1 << 20);

    private CacheBed() {}

    static Caching caching(Duration whileRevalidate, Duration ifError, long maxEntryBytes) {
        return new Caching(
                true,
                null,
                false,
                whileRevalidate,
                ifError,
                List.of("Cookie", "X-Token"),
                Set.of("api_key"),
                Set.of("ignored"),
                maxEntryBytes);
    }

    static Rule keeping(Caching caching) {
        Outcome forward = new Outcome.Forward("", RequestEdits.NONE, ResponsePlan.RELAY, caching);
        return (request, context) -> forward;
    }

    static Proxy.Builder proxy(Origin origin, Caching caching, EngineConfig.Cache stores) {
        return Proxy.to(origin).cache(stores).rule("keep", "/**", keeping(caching));
    }

    static Proxy.Builder proxy(Origin origin) {
        return proxy(origin, PLAIN, MEMORY);
    }

    /** An answer with those fields, each ended by CRLF, and that body. */
    static Step answer(String status, String fields, String body) {
        return Step.send(
                "HTTP/1.1 " + status + "\r\n" + fields + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    static Step fresh(String body) {
        return answer("200 OK", "Cache-Control: max-age=60\r\nETag: \"" + body + "\"\r\n", body);
    }

    static Step stale(String body) {
        return answer("200 OK", "Cache-Control: max-age=0\r\nETag: \"" + body + "\"\r\n", body);
    }

    /** @param fields each ended by CRLF */
    static WireAnswer ask(Proxy proxy, String method, String target, String fields) {
        try (WireClient client = proxy.client()) {
            client.send(method + " " + target + " HTTP/1.1\r\nHost: front\r\n" + fields + "\r\n");
            return client.readAnswerTo(method);
        }
    }

    static WireAnswer get(Proxy proxy, String target) {
        return ask(proxy, "GET", target, "");
    }

    /** Until it holds, for as long as the kit waits for anything. */
    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Origin.PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + Origin.PATIENCE_SECONDS + " s");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** The value of that line; fails when there is none. */
    static double metric(String metrics, String line) {
        for (String each : metrics.split("\n", -1)) {
            if (each.startsWith(line + " ")) {
                return Double.parseDouble(each.substring(line.length() + 1));
            }
        }
        throw new AssertionError(line + ": no such line");
    }
}
