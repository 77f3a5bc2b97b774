package dev.embergate.engine.cache;

import static dev.embergate.engine.cache.CacheTables.NOW;
import static dev.embergate.engine.cache.CacheTables.PLAIN;
import static dev.embergate.engine.cache.CacheTables.caching;
import static dev.embergate.engine.cache.CacheTables.get;
import static dev.embergate.engine.cache.CacheTables.pairs;
import static dev.embergate.engine.cache.CacheTables.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.cache.Reuse.Verdict;
import dev.embergate.engine.spi.Caching;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9111 sections 4.2 and 5.2, RFC 5861: how old, how long fresh, and whether to be given. */
class FreshnessTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Cache-Control: s-maxage=5, max-age=60; 5",
                "Cache-Control: max-age=60; 60",
                "Cache-Control: MAX-AGE=60; 60",
                "Cache-Control: max-age=\"60\"; 60",
                "Cache-Control: max-age=60 | Expires: 0; 60",
                "Expires: Sun, 06 Nov 1994 08:50:37 GMT; 60",
                "Expires: Sun, 06 Nov 1994 08:50:37 GMT | Date: Sun, 06 Nov 1994 08:49:27 GMT; 70",
                "Expires: Sun, 06 Nov 1994 08:48:37 GMT; 0",
                "Expires: 0; 0",
                "Expires: -1; 0",
                "Expires: Sunday, 06-Nov-94 08:50:37 GMT; 60",
                "Expires: Sun Nov  6 08:50:37 1994; 60",
                "Expires: Sun, 06 Nov 1994 08:50:37 GMT | Expires: 0; 0",
                "Cache-Control: max-age=60, max-age=60; 60",
                "Cache-Control: max-age=60 | Cache-Control: max-age=90; 0",
                "Cache-Control: max-age=-1; 0",
                "Cache-Control: max-age=1.5; 0",
                "Cache-Control: max-age=; 0",
                "Cache-Control: max-age; 0",
                "Cache-Control: max-age=99999999999999999999; 2147483648",
                "Cache-Control: unknown=\"a, max-age=5\", max-age=60; 60",
                "X: y; 0",
            })
    void theLifetimeIsWhatTheAnswerSays(String fields, long seconds) {
        assertThat(stored(200, fields).lifetime(PLAIN)).isEqualTo(seconds);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "200; Last-Modified: Sun, 06 Nov 1994 08:32:57 GMT; 100",
                "200; Last-Modified: Sat, 06 Nov 1993 08:49:37 GMT; 86400",
                "200; Last-Modified: Sun, 06 Nov 1994 08:49:38 GMT; 0",
                "200; Last-Modified: never; 0",
                "200; Last-Modified: Sun, 06 Nov 1994 08:32:57 GMT | Cache-Control: max-age=7; 7",
                "200; Last-Modified: Sun, 06 Nov 1994 08:32:57 GMT | Expires: 0; 0",
                "302; Last-Modified: Sun, 06 Nov 1994 08:32:57 GMT; 0",
                "302; Last-Modified: Sun, 06 Nov 1994 08:32:57 GMT | Cache-Control: public; 100",
                "200; ETag: \"v\"; 0",
            })
    void aHeuristicLifetimeIsATenthOfTheTimeSinceTheLastChange(int status, String fields, long seconds) {
        assertThat(stored(status, fields).lifetime(caching(null, true, 0, 0))).isEqualTo(seconds);
    }

    @Test
    void withoutTheHeuristicNothingIsGuessed() {
        assertThat(stored(200, "Last-Modified: Sun, 06 Nov 1994 08:32:57 GMT").lifetime(PLAIN))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"200,3600", "301,3600", "302,60", "404,60", "500,60"})
    void aRulesLifetimeStandsInPlaceOfTheAnswersButNotForErrors(int status, long seconds) {
        assertThat(stored(status, "Cache-Control: max-age=60").lifetime(caching(Duration.ofHours(1), false, 0, 0)))
                .isEqualTo(seconds);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Cache-Control: max-age=0, must-revalidate; 0",
                "Cache-Control: max-age=0, proxy-revalidate; 0",
                "Cache-Control: max-age=0, no-cache; 0",
                "Cache-Control: s-maxage=0, max-age=60; 0",
                "Cache-Control: must-revalidate | Expires: 0; 0",
                "Cache-Control: max-age=0; 3600",
                "Expires: 0; 3600",
                "Cache-Control: max-age=60, must-revalidate; 3600",
            })
    void aRulesLifetimeDoesNotOverruleToBeAskedEachTime(String fields, long seconds) {
        assertThat(stored(200, fields).lifetime(caching(Duration.ofHours(1), false, 0, 0)))
                .isEqualTo(seconds);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                // fields; asked so many seconds before it came; looked at so many after; age
                "X: y; 0; 0; 0",
                "X: y; 0; 7; 7",
                "X: y; 3; 0; 3",
                "Age: 10; 0; 0; 10",
                "Age: 10; 3; 7; 20",
                "Date: Sun, 06 Nov 1994 08:49:17 GMT; 0; 0; 20",
                "Date: Sun, 06 Nov 1994 08:49:17 GMT; 5; 1; 21",
                "Date: Sun, 06 Nov 1994 08:49:17 GMT | Age: 30; 5; 1; 36",
                "Date: Sun, 06 Nov 1994 09:49:17 GMT; 0; 1; 1",
                "Age: 10, 20; 0; 0; 10",
                "Age: -1; 0; 0; 0",
                "Age: x; 0; 0; 0",
                "Age: 99999999999999; 0; 9; 2147483648",
            })
    void theAgeIsTheLargerOfBothWaysToTell(String fields, int delay, int resident, long age) {
        Stored stored = stored(200, fields, NOW - delay * 1000L, NOW);
        assertThat(stored.age(NOW + resident * 1000L)).isEqualTo(age);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                // request; answer; age; verdict
                "; max-age=60; 59; FRESH",
                "; max-age=60; 60; STALE",
                "; max-age=60, no-cache; 0; STALE",
                "; max-age=60, no-cache=\"x-a\"; 0; FRESH",
                "Cache-Control: no-cache; max-age=60; 0; DEMANDED",
                "Pragma: no-cache; max-age=60; 0; DEMANDED",
                "Pragma: x, No-Cache; max-age=60; 0; DEMANDED",
                "Pragma: no-cache | Cache-Control: max-age=50; max-age=60; 0; FRESH",
                "Pragma: no-cached; max-age=60; 0; FRESH",
                "Cache-Control: max-age=10; max-age=60; 10; FRESH",
                "Cache-Control: max-age=10; max-age=60; 11; DEMANDED",
                "Cache-Control: max-age=0; max-age=60; 1; DEMANDED",
                "Cache-Control: max-age=x; max-age=60; 1; DEMANDED",
                "Cache-Control: max-age=100; max-age=60; 70; STALE",
                "Cache-Control: min-fresh=10; max-age=60; 50; FRESH",
                "Cache-Control: min-fresh=10; max-age=60; 51; DEMANDED",
                "Cache-Control: max-stale; max-age=60; 9999; FRESH",
                "Cache-Control: max-stale=10; max-age=60; 70; FRESH",
                "Cache-Control: max-stale=10; max-age=60; 71; STALE",
                "Cache-Control: max-stale=x; max-age=60; 71; STALE",
                "Cache-Control: max-stale; max-age=60, must-revalidate; 61; STALE",
                "Cache-Control: max-stale; max-age=60, proxy-revalidate; 61; STALE",
                "Cache-Control: max-stale; s-maxage=60; 61; STALE",
                "Cache-Control: max-stale; max-age=60, no-cache; 61; STALE",
                "Cache-Control: only-if-cached; max-age=60; 0; FRESH",
                "; max-age=60, stale-while-revalidate=10; 69; WHILE_REVALIDATING",
                "; max-age=60, stale-while-revalidate=10; 70; STALE",
                "; max-age=60, stale-while-revalidate=x; 61; STALE",
                "; max-age=60, stale-while-revalidate=10, must-revalidate; 61; STALE",
                "; s-maxage=60, stale-while-revalidate=10; 61; STALE",
                "Cache-Control: no-cache; max-age=60, stale-while-revalidate=10; 61; DEMANDED",
                "Cache-Control: max-age=80; max-age=60, stale-while-revalidate=10; 61; STALE",
            })
    void whetherItMayBeGiven(String request, String control, int age, Verdict verdict) {
        Stored stored = stored(200, "ETag: \"v\"|Cache-Control: " + control);
        assertThat(Reuse.of(stored, get("/a", pairs(request == null ? "" : request)), PLAIN, NOW + age * 1000L))
                .isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "; max-age=60, stale-if-error=10; 70; true",
                "; max-age=60, stale-if-error=10; 71; false",
                "; max-age=60; 61; false",
                "; max-age=60, stale-if-error=0; 60; false",
                "Cache-Control: stale-if-error=10; max-age=60; 70; true",
                "Cache-Control: stale-if-error=10, no-cache; max-age=60; 70; false",
                "; max-age=60, stale-if-error=10, must-revalidate; 61; false",
                "; max-age=60, stale-if-error=10, proxy-revalidate; 61; false",
                "; s-maxage=60, stale-if-error=10; 61; false",
                "; no-cache, stale-if-error=10; 0; false",
            })
    void whetherItMayBeGivenInPlaceOfAnError(String request, String control, int age, boolean given) {
        Stored stored = stored(200, "ETag: \"v\"|Cache-Control: " + control);
        assertThat(Reuse.onError(stored, get("/a", pairs(request == null ? "" : request)), PLAIN, NOW + age * 1000L))
                .isEqualTo(given);
    }

    @Test
    void theRulesWordOnStaleAnswersIsForThoseThatSayNothing() {
        Caching rule = caching(null, false, 10, 20);
        Stored silent = stored(200, "Cache-Control: max-age=60");
        Stored outspoken = stored(200, "Cache-Control: max-age=60, stale-while-revalidate=0, stale-if-error=0");
        long at = NOW + 65_000;
        assertThat(Reuse.of(silent, get("/a"), rule, at)).isEqualTo(Verdict.WHILE_REVALIDATING);
        assertThat(Reuse.of(outspoken, get("/a"), rule, at)).isEqualTo(Verdict.STALE);
        assertThat(Reuse.onError(silent, get("/a"), rule, at)).isTrue();
        assertThat(Reuse.onError(outspoken, get("/a"), rule, at)).isFalse();
    }
}
