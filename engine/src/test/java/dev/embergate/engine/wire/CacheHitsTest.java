package dev.embergate.engine.wire;

import static dev.embergate.engine.wire.CacheBed.answer;
import static dev.embergate.engine.wire.CacheBed.ask;
import static dev.embergate.engine.wire.CacheBed.fresh;
import static dev.embergate.engine.wire.CacheBed.get;
import static dev.embergate.engine.wire.CacheBed.proxy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.encode.HttpDates;
import dev.embergate.engine.spi.HeadEdits;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestEdits;
import dev.embergate.engine.spi.ResponsePlan;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.Step;
import dev.embergate.engine.testkit.WireAnswer;
import dev.embergate.engine.testkit.WireClient;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers given from what is kept: whole, in part, as 304, to HEAD (RFC 9111 section 4). */
@ExtendWith(LeakCheck.class)
class CacheHitsTest {
    private static final String DATED = "Cache-Control: max-age=60\r\nETag: \"v1\"\r\nAge: 7\r\n"
            + "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nLast-Modified: Sat, 05 Nov 1994 08:49:37 GMT\r\n";

    private final Origin origin = Origin.start();

    @AfterEach
    void close() {
        origin.close();
    }

    @Test
    void theSecondRequestIsAnsweredWithoutTheUpstream() {
        origin.answers(answer("200 OK", "Cache-Control: max-age=60\r\nAge: 7\r\nETag: \"v1\"\r\nX-A: b\r\n", "hello"));
        try (Proxy proxy = proxy(origin).start()) {
            WireAnswer miss = get(proxy, "/a");
            WireAnswer hit = get(proxy, "/a");

            assertThat(miss.field("Cache-Status")).isEqualTo("embergate; fwd=miss; stored");
            assertThat(hit.field("Cache-Status")).isEqualTo("embergate; hit");
            assertThat(hit.status()).isEqualTo(200);
            assertThat(hit.text()).isEqualTo("hello");
            assertThat(hit.field("ETag")).isEqualTo("\"v1\"");
            assertThat(hit.field("X-A")).isEqualTo("b");
            assertThat(Integer.parseInt(hit.field("Age"))).isBetween(7, 20);
            assertThat(hit.fields("Date")).hasSize(1);
            assertThat(origin.requests()).hasSize(1);
            assertThat(proxy.engine.metricsText())
                    .contains("embergate_cache_requests_total{result=\"hit\"} 1.0")
                    .contains("embergate_cache_stored_total{store=\"memory\"} 1.0")
                    .contains("outcome=\"cache\"");
        }
    }

    @Test
    void theOriginsOwnDateIsGiven() {
        origin.answers(answer("200 OK", DATED.replace("60", "2147483648"), "hello"));
        try (Proxy proxy = proxy(origin).start()) {
            get(proxy, "/a");
            WireAnswer hit = get(proxy, "/a");
            assertThat(hit.field("Date")).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
            assertThat(Long.parseLong(hit.field("Age"))).isGreaterThan(900_000_000);
        }
    }

    @Test
    void aConditionThatHoldsIsAnswered304() {
        origin.answers(fresh("v1"));
        try (Proxy proxy = proxy(origin).start()) {
            get(proxy, "/a");
            WireAnswer same = ask(proxy, "GET", "/a", "If-None-Match: W/\"v1\"\r\n");
            assertThat(same.status()).isEqualTo(304);
            assertThat(same.field("ETag")).isEqualTo("\"v1\"");
            assertThat(same.field("Cache-Control")).isEqualTo("max-age=60");
            assertThat(same.field("Age")).isNotNull();
            assertThat(same.field("Date")).isNotNull();
            assertThat(same.field("Cache-Status")).isEqualTo("embergate; hit");
            assertThat(same.body()).isEmpty();
            assertThat(ask(proxy, "GET", "/a", "If-None-Match: \"v2\"\r\n").status())
                    .isEqualTo(200);
            assertThat(origin.requests()).hasSize(1);
        }
    }

    @Test
    void aDateThatHoldsIsAnswered304() {
        origin.answers(answer("200 OK", DATED.replace("60", "2147483648"), "hello"));
        try (Proxy proxy = proxy(origin).start()) {
            get(proxy, "/a");
            assertThat(ask(proxy, "GET", "/a", "If-Modified-Since: Sat, 05 Nov 1994 08:49:37 GMT\r\n")
                            .status())
                    .isEqualTo(304);
            assertThat(ask(proxy, "GET", "/a", "If-Modified-Since: Fri, 04 Nov 1994 08:49:37 GMT\r\n")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void withoutLastModifiedTheDateOfTheAnswerCounts() {
        origin.answers(answer("200 OK", "Cache-Control: max-age=60\r\n", "hello"));
        try (Proxy proxy = proxy(origin).start()) {
            String date = get(proxy, "/a").field("Date");
            assertThat(ask(proxy, "GET", "/a", "If-Modified-Since: " + date + "\r\n")
                            .status())
                    .isIn(304, 200);
            String kept = get(proxy, "/a").field("Date");
            assertThat(ask(proxy, "GET", "/a", "If-Modified-Since: " + kept + "\r\n")
                            .status())
                    .isEqualTo(304);
        }
    }

    @Test
    void aRangeIsCutOutOfWhatIsKept() {
        origin.answers(fresh("0123456789"));
        try (Proxy proxy = proxy(origin).start()) {
            get(proxy, "/a");
            WireAnswer part = ask(proxy, "GET", "/a", "Range: bytes=2-4\r\n");
            assertThat(part.status()).isEqualTo(206);
            assertThat(part.text()).isEqualTo("234");
            assertThat(part.field("Content-Range")).isEqualTo("bytes 2-4/10");
            assertThat(part.field("Age")).isNotNull();

            WireAnswer parts = ask(proxy, "GET", "/a", "Range: bytes=0-1,8-\r\n");
            assertThat(parts.status()).isEqualTo(206);
            assertThat(parts.field("Content-Type")).startsWith("multipart/byteranges");
            assertThat(parts.text()).contains("bytes 0-1/10\r\n\r\n01", "bytes 8-9/10\r\n\r\n89");

            WireAnswer none = ask(proxy, "GET", "/a", "Range: bytes=10-\r\n");
            assertThat(none.status()).isEqualTo(416);
            assertThat(none.field("Content-Range")).isEqualTo("bytes */10");

            assertThat(ask(proxy, "GET", "/a", "Range: bytes=2-4\r\nIf-Range: \"other\"\r\n")
                            .text())
                    .isEqualTo("0123456789");
            assertThat(ask(proxy, "GET", "/a", "Range: bytes=2-4\r\nIf-Range: \"0123456789\"\r\n")
                            .text())
                    .isEqualTo("234");
            assertThat(origin.requests()).hasSize(1);
        }
    }

    /** RFC 9110 section 8.8.2.2: what was changed in the second it was made may have changed again in it. */
    @ParameterizedTest
    @CsvSource({"0,200", "1,206"})
    void aDateInIfRangeIsComparedWithWhenTheAnswerWasMade(int secondsBefore, int status) {
        long made = System.currentTimeMillis() / 1000 - 10;
        String modified = HttpDates.format(made - secondsBefore);
        origin.answers(answer(
                "200 OK",
                "Cache-Control: max-age=60\r\nDate: " + HttpDates.format(made) + "\r\nLast-Modified: " + modified
                        + "\r\n",
                "0123456789"));
        try (Proxy proxy = proxy(origin).start()) {
            get(proxy, "/a");
            assertThat(ask(proxy, "GET", "/a", "Range: bytes=1-2\r\nIf-Range: " + modified + "\r\n")
                            .status())
                    .isEqualTo(status);
            assertThat(origin.requests()).hasSize(1);
        }
    }

    @Test
    void headIsAnsweredFromWhatGetLeft() {
        origin.answers(fresh("hello"));
        try (Proxy proxy = proxy(origin).start()) {
            get(proxy, "/a");
            WireAnswer head = ask(proxy, "HEAD", "/a", "");
            assertThat(head.field("Content-Length")).isEqualTo("5");
            assertThat(head.field("Cache-Status")).isEqualTo("embergate; hit");
            assertThat(origin.requests()).hasSize(1);
        }
    }

    @Test
    void bodiesOfSeveralChunksComeBackByteForByte() {
        StringBuilder body = new StringBuilder();
        for (int i = 0; body.length() < 200_000; i++) {
            body.append(i).append(' ');
        }
        String chunked = Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";
        origin.answers(Step.send(
                "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked));
        origin.answers(answer("200 OK", "Cache-Control: max-age=60\r\n", body.toString()));
        try (Proxy proxy = proxy(origin).start()) {
            assertThat(get(proxy, "/chunked").text().equals(body.toString())).isTrue();
            WireAnswer hit = get(proxy, "/chunked");
            assertThat(hit.text().equals(body.toString())).isTrue();
            assertThat(hit.field("Content-Length")).isEqualTo(Integer.toString(body.length()));
            get(proxy, "/length");
            assertThat(get(proxy, "/length").text().equals(body.toString())).isTrue();
            assertThat(ask(proxy, "GET", "/length", "Range: bytes=65530-131080\r\n")
                            .text())
                    .isEqualTo(body.substring(65530, 131081));
            assertThat(origin.requests()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"204 No Content", "301 Moved Permanently", "404 Not Found", "410 Gone"})
    void otherStatusesAreKeptWhenTheySayHowLong(String status) {
        String fields = "Cache-Control: max-age=60\r\nLocation: /b\r\n";
        origin.answers(
                status.startsWith("204")
                        ? Step.send("HTTP/1.1 " + status + "\r\n" + fields + "\r\n")
                        : answer(status, fields, "text"));
        try (Proxy proxy = proxy(origin).start()) {
            WireAnswer miss = get(proxy, "/a");
            WireAnswer hit = get(proxy, "/a");
            assertThat(hit.statusLine()).isEqualTo(miss.statusLine());
            assertThat(hit.text()).isEqualTo(miss.text());
            assertThat(hit.field("Location")).isEqualTo("/b");
            assertThat(hit.field("Content-Length")).isEqualTo(miss.field("Content-Length"));
            assertThat(origin.requests()).hasSize(1);
        }
    }

    @Test
    void theRulesEditOfTheHeadIsMadeAnewForEachAnswer() {
        origin.answers(fresh("hello"));
        AtomicInteger count = new AtomicInteger();
        Outcome forward = new Outcome.Forward(
                "",
                RequestEdits.NONE,
                new ResponsePlan.EditHead(head -> HeadEdits.set("X-Count", "" + count.incrementAndGet())),
                CacheBed.PLAIN);
        try (Proxy proxy = Proxy.to(origin)
                .cache(CacheBed.MEMORY)
                .rule("keep", "/**", (request, context) -> forward)
                .start()) {
            assertThat(get(proxy, "/a").field("X-Count")).isEqualTo("1");
            assertThat(get(proxy, "/a").field("X-Count")).isEqualTo("2");
            assertThat(get(proxy, "/a").field("Cache-Status")).isEqualTo("embergate; hit");
            assertThat(origin.requests()).hasSize(1);
        }
    }

    @Test
    void aHitKeepsTheConnectionAndServesHttp10() {
        origin.answers(fresh("hello"));
        try (Proxy proxy = proxy(origin).start();
                WireClient client = proxy.client()) {
            client.get("/a");
            client.readAnswer();
            client.get("/a");
            assertThat(client.readAnswer().field("Cache-Status")).isEqualTo("embergate; hit");
            client.send("GET /a HTTP/1.0\r\nHost: test\r\n\r\n");
            assertThat(client.readAnswer().text()).isEqualTo("hello");
        }
    }
}
