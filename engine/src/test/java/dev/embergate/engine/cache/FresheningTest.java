package dev.embergate.engine.cache;

import static dev.embergate.engine.cache.CacheTables.NOW;
import static dev.embergate.engine.cache.CacheTables.PLAIN;
import static dev.embergate.engine.cache.CacheTables.fields;
import static dev.embergate.engine.cache.CacheTables.get;
import static dev.embergate.engine.cache.CacheTables.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111 sections 3.2 and 4.3: what is asked, and what a 304 or an answer to HEAD changes. */
class FresheningTest {
    private static final String MODIFIED = "Last-Modified: Sat, 05 Nov 1994 08:49:37 GMT";

    @Test
    void validatorsBecomeConditions() {
        assertThat(Freshening.conditions(stored(200, "ETag: W/\"v\"|" + MODIFIED)))
                .isEqualTo(
                        Headers.of("If-None-Match", "W/\"v\"", "If-Modified-Since", "Sat, 05 Nov 1994 08:49:37 GMT"));
        assertThat(Freshening.conditions(stored(200, "Last-Modified: soon"))).isEqualTo(Headers.EMPTY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "ETag: \"v\"; ETag: \"v\"; true",
                "ETag: \"w\"; ETag: \"v\"; false",
                "ETag: W/\"v\"; ETag: \"v\"; true",
                "ETag: \"v\"; ETag: W/\"v\"; false",
                "ETag: \"v\"; Last-Modified: Sat, 05 Nov 1994 08:49:37 GMT; false",
                "Last-Modified: Sat, 05 Nov 1994 08:49:37 GMT; Last-Modified: Sat, 05 Nov 1994 08:49:37 GMT; true",
                "Last-Modified: Sat, 05 Nov 1994 08:49:38 GMT; Last-Modified: Sat, 05 Nov 1994 08:49:37 GMT; false",
                "X: y; ETag: \"v\"; true",
            })
    void aNotModifiedSpeaksOfWhatHasItsValidators(String notModified, String kept, boolean speaks) {
        StoredHead head = StoredHead.of(304, fields(notModified), 0, NOW);
        assertThat(Freshening.speaksOf(head, stored(200, kept))).isEqualTo(speaks);
    }

    @Test
    void theFieldsOfTheNewerHeadReplaceTheOlderOnes() {
        Stored old = stored(
                200,
                "ETag: \"v\"|Cache-Control: max-age=1|X-A: 1|X-A: 2|Age: 9|Content-Encoding: gzip|Content-Type: a/b");
        StoredHead newer = StoredHead.of(
                304,
                fields(
                        "ETag: \"v\"|Cache-Control: max-age=60|X-A: 3|Content-Length: 0|Content-Encoding: br|Set-Cookie: a"
                                + "|Content-Range: x"),
                0,
                NOW + 5000);
        Stored fresh = Freshening.freshened(old, newer, get("/a"), PLAIN, NOW + 4000, NOW + 5000);
        assertThat(fresh.head().status()).isEqualTo(200);
        assertThat(fresh.head().headers("X-A")).containsExactly("3");
        assertThat(fresh.head().header("Content-Encoding")).isEqualTo("gzip");
        assertThat(fresh.head().header("Content-Type")).isEqualTo("a/b");
        assertThat(fresh.head().header("Content-Range")).isNull();
        assertThat(fresh.head().header("Set-Cookie")).isNull();
        assertThat(fresh.head().header("Age")).isNull();
        assertThat(fresh.head().header("Date")).isEqualTo("Sun, 06 Nov 1994 08:49:42 GMT");
        assertThat(fresh.lifetime(CacheTables.PLAIN)).isEqualTo(60);
        assertThat(fresh.age(NOW + 5000)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Cache-Control: no-store", "Cache-Control: private", "Vary: X-New"})
    void anAnswerThatMayNotBeKeptAnyMoreDoesNotStay(String field) {
        Stored old = stored(200, "ETag: \"v\"");
        StoredHead newer = StoredHead.of(304, fields("ETag: \"v\"|" + field), 0, NOW);
        assertThat(Freshening.mayStay(Freshening.freshened(old, newer, get("/a"), PLAIN, NOW, NOW)))
                .isFalse();
        assertThat(Freshening.mayStay(old)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "200; ETag: \"v\"; 0; true; true",
                "200; ETag: \"w\"; 0; true; false",
                "200; X: y; 0; true; false",
                "200; ETag: \"v\"; 5; true; false",
                "200; ETag: \"v\"; 5; false; true",
                "404; ETag: \"v\"; 0; true; false",
            })
    void anAnswerToHeadConfirmsWhatHasItsValidatorsAndLength(
            int status, String head, long length, boolean stated, boolean confirms) {
        assertThat(Freshening.confirms(
                        StoredHead.of(status, fields(head), length, NOW), stated, stored(200, "ETag: \"v\"")))
                .isEqualTo(confirms);
    }

    @Test
    void anAnswerToHeadWithoutValidatorAndLengthConfirmsNothing() {
        StoredHead head = StoredHead.of(200, fields("X: y"), 0, NOW);
        assertThat(Freshening.confirms(head, false, stored(200, "X: y"))).isFalse();
        assertThat(Freshening.confirms(head, true, stored(200, "X: y"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "Authorization,max-age=60,false",
        "X-Token,max-age=60,false",
        "Cookie,max-age=60,false",
        "X-Token,'max-age=60, public',true",
        "X-Token,s-maxage=60,true",
        "X-Other,max-age=60,true",
    })
    void ofWhatIsSaidToOneUserOnlyLifetimeAndValidatorsAreTaken(String asker, String control, boolean all) {
        Stored old = stored(200, "ETag: \"v\"|Cache-Control: max-age=0|X-A: 1");
        StoredHead newer = StoredHead.of(
                304,
                fields("ETag: W/\"v\"|Cache-Control: " + control + "|Last-Modified: Sat, 05 Nov 1994 08:49:37 GMT"
                        + "|Expires: 0|Age: 7|X-A: alice|X-User: alice"),
                0,
                NOW + 5000);
        Stored fresh = Freshening.freshened(old, newer, get("/a", asker, "alice"), PLAIN, NOW + 5000, NOW + 5000);
        assertThat(fresh.head().header("X-User")).isEqualTo(all ? "alice" : null);
        assertThat(fresh.head().headers("X-A")).containsExactly(all ? "alice" : "1");
        assertThat(fresh.head().header("ETag")).isEqualTo("W/\"v\"");
        assertThat(fresh.head().header("Last-Modified")).isEqualTo("Sat, 05 Nov 1994 08:49:37 GMT");
        assertThat(fresh.head().header("Expires")).isEqualTo("0");
        assertThat(fresh.lifetime(PLAIN)).isEqualTo(60);
        assertThat(fresh.age(NOW + 5000)).isEqualTo(7);
    }

    @Test
    void anotherVaryToOneUserStillEndsWhatIsKept() {
        StoredHead newer = StoredHead.of(304, fields("ETag: \"v\"|Vary: X-Token"), 0, NOW);
        Stored fresh =
                Freshening.freshened(stored(200, "ETag: \"v\""), newer, get("/a", "X-Token", "alice"), PLAIN, NOW, NOW);
        assertThat(Freshening.mayStay(fresh)).isFalse();
    }
}
