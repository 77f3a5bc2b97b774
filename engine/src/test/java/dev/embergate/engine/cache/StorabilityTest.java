package dev.embergate.engine.cache;

import static dev.embergate.engine.cache.CacheTables.PLAIN;
import static dev.embergate.engine.cache.CacheTables.caching;
import static dev.embergate.engine.cache.CacheTables.get;
import static dev.embergate.engine.cache.CacheTables.mayBeKept;
import static dev.embergate.engine.cache.CacheTables.of;
import static dev.embergate.engine.cache.CacheTables.pairs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.RequestEdits;
import dev.embergate.engine.testkit.HeadOf;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111 section 3: what may be kept. */
class StorabilityTest {
    private static final String FRESH = "Cache-Control: max-age=60";

    @ParameterizedTest
    @CsvSource({"GET,true", "HEAD,false", "POST,false", "PUT,false", "OPTIONS,false", "QUERY,false", "get,false"})
    void onlyGetIsUnderstood(String method, boolean kept) {
        assertThat(mayBeKept(of(method), 200, FRESH, PLAIN)).isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource({
        "200,true", "201,true", "203,true", "204,true", "300,true", "301,true", "302,true", "307,true", "308,true",
        "400,true", "401,true", "404,true", "410,true", "414,true", "451,true", "500,true", "501,true", "503,true",
        "599,true", "206,false", "304,false", "412,false", "416,false", "100,false", "101,false", "199,false"
    })
    void aFinalStatusThatIsForAllMayBeKeptWhenItSaysHowLong(int status, boolean kept) {
        assertThat(mayBeKept(get("/a"), status, FRESH, PLAIN)).isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource({
        "200,true",
        "203,true",
        "204,true",
        "300,true",
        "301,true",
        "308,true",
        "404,true",
        "405,true",
        "410,true",
        "414,true",
        "501,true",
        "201,false",
        "202,false",
        "302,false",
        "303,false",
        "307,false",
        "400,false",
        "403,false",
        "500,false",
        "503,false",
        "599,false"
    })
    void withoutALifetimeOnlyHeuristicallyCacheableStatusesAreKept(int status, boolean kept) {
        assertThat(mayBeKept(get("/a"), status, "ETag: \"v\"", PLAIN)).isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "302; Cache-Control: public | ETag: \"v\"; true",
                "302; Expires: Thu, 01 Jan 2099 00:00:00 GMT; true",
                "302; Cache-Control: s-maxage=5; true",
                "302; Cache-Control: max-age=5; true",
                "302; Last-Modified: Sat, 05 Nov 1994 08:49:37 GMT; false",
            })
    void anExplicitWordMakesAnyStatusCacheable(int status, String fields, boolean kept) {
        assertThat(mayBeKept(get("/a"), status, fields, PLAIN)).isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource({"200,true", "404,true", "503,true", "451,false", "599,false", "299,false"})
    void mustUnderstandKeepsOnlyWhatIsUnderstoodAndOverrulesNoStore(int status, boolean kept) {
        assertThat(mayBeKept(get("/a"), status, FRESH + ", must-understand, no-store", PLAIN))
                .isEqualTo(kept);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Cache-Control: max-age=60, no-store",
                "Cache-Control: NO-STORE | Cache-Control: max-age=60",
                "Cache-Control: max-age=60, no-store=\"x\"",
                "Cache-Control: x=\"unclosed, no-store, max-age=60",
                "Cache-Control: private, max-age=60",
                "Cache-Control: private=, max-age=60",
                "Cache-Control: private=\"not a token\", max-age=60",
                "Cache-Control: private=\"unclosed, max-age=60",
                "Cache-Control: private=\"x-a\", private, max-age=60",
                "Cache-Control: private, public, max-age=60",
                "Cache-Control: max-age=60 | Set-Cookie: a=b",
                "Cache-Control: max-age=60, no-cache=\"set-cookie\" | Set-Cookie: a=b",
            })
    void whatTheAnswerForbidsIsNotKept(String fields) {
        assertThat(mayBeKept(get("/a"), 200, fields, PLAIN)).isFalse();
        assertThat(mayBeKept(get("/a"), 200, fields, caching(Duration.ofHours(1), true, 9, 9)))
                .as("whatever a rule says")
                .isFalse();
    }

    @Test
    void whatTheRequestForbidsIsNotKept() {
        assertThat(mayBeKept(get("/a", "Cache-Control", "no-store"), 200, FRESH, PLAIN))
                .isFalse();
        assertThat(mayBeKept(get("/a", "Cache-Control", "no-cache"), 200, FRESH, PLAIN))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Authorization; max-age=60; false",
                "Authorization; max-age=60, public; true",
                "Authorization; s-maxage=60; true",
                "Authorization; max-age=60, must-revalidate; true",
                "Authorization; max-age=60, proxy-revalidate; false",
                "Cookie; max-age=60; false",
                "Cookie; max-age=60, public; true",
                "Cookie; s-maxage=60; true",
                "Cookie; max-age=60, must-revalidate; false",
                "x-token; max-age=60; false",
                "X-Token; max-age=60, public; true",
                "X-Other; max-age=60; true",
            })
    void anAnswerToCredentialsIsKeptOnlyWhenItSaysSo(String field, String control, boolean kept) {
        assertThat(mayBeKept(get("/a", field, "secret"), 200, "Cache-Control: " + control, PLAIN))
                .isEqualTo(kept);
        assertThat(mayBeKept(
                        get("/a", field, "secret"),
                        200,
                        "Cache-Control: " + control,
                        caching(Duration.ofHours(1), true, 0, 0)))
                .as("a rule's lifetime makes nothing public")
                .isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource({
        "/a?api_key=1,false",
        "/a?x=1&API_KEY=1,false",
        "/a?api%5Fkey=1,false",
        "/a?api_key,false",
        "/a?api_keys=1,true"
    })
    void aCredentialInTheQueryIsOne(String target, boolean kept) {
        assertThat(mayBeKept(get(target), 200, FRESH, PLAIN)).isEqualTo(kept);
        assertThat(mayBeKept(get(target), 200, FRESH + ", public", PLAIN)).isTrue();
    }

    @Test
    void credentialsCountAsTheyGoUpstream() {
        HeadOf request = HeadOf.get("/a", "Cookie", "s=1");
        RequestEdits none = RequestEdits.NONE;
        assertThat(mayBeKept(new SentRequest(request, none.without("cookie")), 200, FRESH, PLAIN))
                .isTrue();
        assertThat(mayBeKept(new SentRequest(HeadOf.get("/a"), none.setting("X-Token", "t")), 200, FRESH, PLAIN))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "200; Cache-Control: max-age=0; false",
                "200; Cache-Control: max-age=x; false",
                "200; Cache-Control: no-cache, max-age=60; false",
                "200; X: y; false",
                "200; Cache-Control: max-age=0, stale-if-error=60; true",
                "200; Cache-Control: max-age=0, must-revalidate, stale-if-error=60; false",
                "200; Cache-Control: no-cache | ETag: \"v\"; true",
                "200; Cache-Control: max-age=0 | Last-Modified: Sat, 05 Nov 1994 08:49:37 GMT; true",
            })
    void whatCanNeitherBeFreshNorAskedAboutIsNotKept(int status, String fields, boolean kept) {
        assertThat(mayBeKept(get("/a"), status, fields, PLAIN)).isEqualTo(kept);
    }

    @Test
    void fieldsForOneHopProxyOrUserAreNotKept() {
        Headers received = Headers.of(pairs("Cache-Control: max-age=60, private=\"X-Mine, x-too\", no-cache=\"X-Ask\""
                + "|X-Mine: 1|X-Too: 2|X-Ask: 3|X-All: 4|Content-Length: 5|Proxy-Authenticate: Basic|"
                + "Proxy-Authentication-Info: a|Date: " + CacheTables.DATE));
        StoredHead head = StoredHead.of(200, received, 5, CacheTables.NOW);
        assertThat(head.fields().fields())
                .extracting(Headers.Field::name)
                .containsExactly("Cache-Control", "X-All", "Date");
    }

    @ParameterizedTest
    @ValueSource(strings = {"private", "no-cache"})
    void noListOfFieldsHidesWhatDecides(String directive) {
        String list = directive + "=\"cache-control, vary, date, age, expires, set-cookie\"";
        String told = "Vary: X-A|Date: " + CacheTables.DATE + "|Age: 5|Expires: 0";
        Headers received = CacheTables.fields("Cache-Control: " + list + "|" + told);
        assertThat(StoredHead.of(200, received, 0, CacheTables.NOW).fields()).isEqualTo(received);
        assertThat(mayBeKept(get("/a"), 200, "Cache-Control: no-store, max-age=60, " + list, PLAIN))
                .isFalse();
        assertThat(mayBeKept(get("/a"), 200, "Cache-Control: max-age=60, " + list + "|Set-Cookie: a", PLAIN))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"X: y", "Date: yesterday", "Date: Sun, 06 Nov 1994 08:49:36 GMT | Date: " + CacheTables.DATE})
    void anAnswerWithoutAUsableDateGetsTheTimeItCame(String fields) {
        StoredHead head = StoredHead.of(200, CacheTables.fields(fields), 0, CacheTables.NOW);
        assertThat(head.headers("Date")).containsExactly(CacheTables.DATE);
    }
}
