package dev.embergate.rules.testkit.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110 sections 13 and 14. */
class ContentTest {
    private static final Content TEN =
            new Content("0123456789".getBytes(), "text/plain", "\"v1\"", Instant.parse("2026-01-06T08:00:00Z"));

    private static FakeAnswer ask(String... headers) {
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        for (int i = 0; i < headers.length; i += 2) {
            fields.add(Map.entry(headers[i], headers[i + 1]));
        }
        return TEN.answer(new FakeRequest("GET", "/", "/", Map.of(), fields, new byte[0]));
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-3, 206, 0123, bytes 0-3/10",
        "bytes=8-, 206, 89, bytes 8-9/10",
        "bytes=-3, 206, 789, bytes 7-9/10",
        "bytes=-30, 206, 0123456789, bytes 0-9/10",
        "bytes=5-99999999999999999999, 206, 56789, bytes 5-9/10",
        "bytes=10-, 416, '', bytes */10",
        "bytes=-0, 416, '', bytes */10",
        "bytes=3-1, 200, 0123456789, ",
        "'bytes=0-1,3-4', 200, 0123456789, ",
        "lines=0-1, 200, 0123456789, ",
        "bytes=-, 200, 0123456789, "
    })
    void aRangeIsCutOutWhereItIsOne(String range, int status, String body, String contentRange) {
        FakeAnswer answer = ask("Range", range);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).asString().isEqualTo(body);
        assertThat(answer.headers().get("Content-Range")).isEqualTo(contentRange);
    }

    @Test
    void aRangeCountsOnlyIfTheContentIsStillTheSame() {
        assertThat(ask("Range", "bytes=0-0", "If-Range", "\"v1\"").status()).isEqualTo(206);
        assertThat(ask("Range", "bytes=0-0", "If-Range", "W/\"v1\"").status()).isEqualTo(200);
        assertThat(ask("Range", "bytes=0-0", "If-Range", "\"v0\"").status()).isEqualTo(200);
        assertThat(ask("Range", "bytes=0-0", "If-Range", "Tue, 6 Jan 2026 08:00:00 GMT")
                        .status())
                .isEqualTo(206);
        assertThat(ask("Range", "bytes=0-0", "If-Range", "Mon, 5 Jan 2026 08:00:00 GMT")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aKnownTagIsNotSentAgain() {
        assertThat(ask("If-None-Match", "\"v0\", W/\"v1\"").status()).isEqualTo(304);
        assertThat(ask("If-None-Match", "\"v0\"").status()).isEqualTo(200);
    }

    @Test
    void theFilmBeginsToPlayWithItsFirstBytes() {
        String start = new String(Film.content().bytes(), 0, 4096, java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(start).contains("ftyp").contains("moov");
        assertThat(Film.content().bytes()).hasSizeLessThan(400_000);
    }
}
