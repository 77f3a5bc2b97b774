package dev.embergate.engine.cache;

import dev.embergate.engine.spi.Caching;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.RequestEdits;
import dev.embergate.engine.testkit.HeadOf;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Short words for the tables of this package's tests. All answers come at {@link #NOW}. */
final class CacheTables {
    /** Sun, 06 Nov 1994 08:49:37 GMT */
    static final long NOW = 784_111_777_000L;

    static final String DATE = "Sun, 06 Nov 1994 08:49:37 GMT";
    static final Caching PLAIN = caching(null, false, 0, 0);

    private CacheTables() {}

    static Caching caching(@Nullable Duration freshFor, boolean heuristic, int whileRevalidate, int ifError) {
        return new Caching(
                true,
                freshFor,
                heuristic,
                Duration.ofSeconds(whileRevalidate),
                Duration.ofSeconds(ifError),
                List.of("Cookie", "X-Token"),
                Set.of("api_key"),
                Set.of(),
                1 << 20);
    }

    static SentRequest get(String target, String... fields) {
        return new SentRequest(HeadOf.get(target, fields), RequestEdits.NONE);
    }

    static SentRequest of(String method, String... fields) {
        return new SentRequest(HeadOf.of(method, "/a", fields), RequestEdits.NONE);
    }

    /** @param fields {@code Name: value} lines, separated by {@code |} */
    static Headers fields(String fields) {
        Headers all = Headers.EMPTY;
        for (String line : fields.split("\\|", -1)) {
            if (!line.isBlank()) {
                int colon = line.indexOf(':');
                all = all.with(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip());
            }
        }
        return all;
    }

    static String[] pairs(String fields) {
        return fields(fields).fields().stream()
                .flatMap(field -> java.util.stream.Stream.of(field.name(), field.value()))
                .toArray(String[]::new);
    }

    static Stored stored(int status, String fields) {
        return stored(status, fields, NOW, NOW);
    }

    static Stored stored(int status, String fields, long requestMillis, long responseMillis) {
        return new Stored(
                StoredHead.of(status, fields(fields), 0, responseMillis),
                List.of(),
                "",
                requestMillis,
                responseMillis,
                KeptBody.Memory.EMPTY);
    }

    static boolean mayBeKept(SentRequest request, int status, String fields, Caching caching) {
        return Storability.mayBeKept(request, fields(fields), stored(status, fields), caching);
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within 10 s");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }
}
