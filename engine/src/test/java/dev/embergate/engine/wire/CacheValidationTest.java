package dev.embergate.engine.wire;

import static dev.embergate.engine.wire.CacheBed.MEMORY;
import static dev.embergate.engine.wire.CacheBed.answer;
import static dev.embergate.engine.wire.CacheBed.ask;
import static dev.embergate.engine.wire.CacheBed.fresh;
import static dev.embergate.engine.wire.CacheBed.get;
import static dev.embergate.engine.wire.CacheBed.proxy;
import static dev.embergate.engine.wire.CacheBed.stale;
import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.Caching;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.ReceivedRequest;
import dev.embergate.engine.testkit.Step;
import dev.embergate.engine.testkit.WireAnswer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is stale: validated, given where that is allowed, or replaced (RFC 9111 sections 4.2.4 to 4.4, RFC 5861). */
@ExtendWith(LeakCheck.class)
class CacheValidationTest {
    private static final String NOT_MODIFIED = "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n";

    private final Origin origin = Origin.start();

    @AfterEach
    void close() {
        origin.close();
    }

    @Test
    void aStaleAnswerIsAskedAboutAndGivenAgain() {
        origin.answers(stale("v1"));
        origin.answers(Step.send(NOT_MODIFIED + "Cache-Control: max-age=60\r\nX-New: yes\r\n\r\n"));
        try (Proxy proxy = proxy(origin).start()) {
            get(proxy, "/a");
            WireAnswer again = get(proxy, "/a");
            assertThat(again.status()).isEqualTo(200);
            assertThat(again.text()).isEqualTo("v1");
            assertThat(again.field("X-New")).isEqualTo("yes");
            assertThat(again.field("Cache-Status")).isEqualTo("embergate; hit; fwd=stale; fwd-status=304");
            origin.take();
            assertThat(origin.take().field("If-None-Match")).isEqualTo("\"v1\"");

            WireAnswer fresh = get(proxy, "/a");
            assertThat(fresh.field("Cache-Status")).isEqualTo("embergate; hit");
            assertThat(fresh.field("X-New")).isEqualTo("yes");
            assertThat(origin.requests()).hasSize(2);
        }
    }

    @Test
    void aChangedAnswerTakesThePlaceOfTheStaleOne() {
        origin.answers(stale("v1"));
        origin.answers(fresh("v2"));
        try (Proxy proxy = proxy(origin).start()) {
            get(proxy, "/a");
            assertThat(get(proxy, "/a").text()).isEqualTo("v2");
            assertThat(get(proxy, "/a").text()).isEqualTo("v2");
            assertThat(origin.requests()).hasSize(2);
        }
    }

    @Test
    void rangesAndConditionsOfTheClientAreForWhatWasValidated() {
        origin.answers(stale("v1"));
        origin.otherwise(Step.send(NOT_MODIFIED + "\r\n"));
        try (Proxy proxy = proxy(origin).start()) {
            get(proxy, "/a");
            WireAnswer part = ask(proxy, "GET", "/a", "Range: bytes=1-1\r\n");
            assertThat(part.status()).isEqualTo(206);
            assertThat(part.text()).isEqualTo("1");
            WireAnswer same = ask(proxy, "GET", "/a", "If-None-Match: \"v1\", \"v0\"\r\n");
            assertThat(same.status()).isEqualTo(304);
            origin.take();
            ReceivedRequest asked = origin.take();
            assertThat(asked.field("Range")).isNull();
            assertThat(asked.field("If-None-Match")).isEqualTo("\"v1\"");
            assertThat(origin.take().field("If-None-Match")).isEqualTo("\"v1\"");
        }
    }

    @Test
    void aNotModifiedOfAnotherTagIsNoAnswer() {
        origin.answers(stale("v1"));
        origin.answers(Step.send("HTTP/1.1 304 Not Modified\r\nETag: \"v9\"\r\n\r\n"));
        origin.answers(fresh("v2"));
        try (Proxy proxy = proxy(origin).start()) {
            get(proxy, "/a");
            WireAnswer whole = get(proxy, "/a");
            assertThat(whole.status()).isEqualTo(200);
            assertThat(whole.text()).isEqualTo("v2");
            assertThat(origin.requests()).hasSize(3);
            assertThat(origin.requests().getLast().field("If-None-Match")).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Cache-Control: no-cache", "Pragma: no-cache", "Cache-Control: max-age=0"})
    void aClientMayDemandToHaveTheUpstreamAsked(String field) {
        // One that is a while old: max-age=0 takes one of this very second.
        origin.answers(answer("200 OK", "Cache-Control: max-age=60\r\nAge: 5\r\nETag: \"v1\"\r\n", "v1"));
        origin.answers(Step.send(NOT_MODIFIED + "\r\n"));
        try (Proxy proxy = proxy(origin).start()) {
            get(proxy, "/a");
            WireAnswer asked = ask(proxy, "GET", "/a", field + "\r\n");
            assertThat(asked.text()).isEqualTo("v1");
            assertThat(asked.field("Cache-Status")).isEqualTo("embergate; hit; fwd=request; fwd-status=304");
            assertThat(origin.requests()).hasSize(2);
        }
    }

    @Test
    void onlyIfCachedIs504WhenTheUpstreamWouldHaveToBeAsked() {
        origin.answers(fresh("v1"));
        try (Proxy proxy = proxy(origin).start()) {
            assertThat(ask(proxy, "GET", "/a", "Cache-Control: only-if-cached\r\n")
                            .status())
                    .isEqualTo(504);
            assertThat(origin.requests()).isEmpty();
            get(proxy, "/a");
            assertThat(ask(proxy, "GET", "/a", "Cache-Control: only-if-cached\r\n")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aStaleAnswerIsGivenWhileItIsAskedForAnew() {
        origin.answers(answer(
                "200 OK", "Cache-Control: max-age=1, stale-while-revalidate=60\r\nAge: 2\r\nETag: \"v1\"\r\n", "v1"));
        origin.answers(fresh("v2"));
        try (Proxy proxy = proxy(origin).start()) {
            get(proxy, "/a");
            assertThat(get(proxy, "/a").text()).isEqualTo("v1");
            origin.take();
            assertThat(origin.take().field("If-None-Match")).isEqualTo("\"v1\"");
            CacheBed.await(() -> get(proxy, "/a").text().equals("v2"));
            assertThat(origin.requests()).hasSize(2);
        }
    }

    @Test
    void theRulesWordOnStaleAnswersCountsWhereTheAnswerSaysNothing() {
        Caching caching = CacheBed.caching(Duration.ofMinutes(1), Duration.ofMinutes(1), 1000);
        origin.answers(stale("v1"));
        origin.answers(Step.send(NOT_MODIFIED + "Cache-Control: max-age=60\r\n\r\n"));
        try (Proxy proxy = proxy(origin, caching, MEMORY).start()) {
            get(proxy, "/a");
            assertThat(get(proxy, "/a").field("Cache-Status")).isEqualTo("embergate; hit");
            CacheBed.await(() -> origin.requests().size() == 2
                    && get(proxy, "/a").field("Cache-Status").equals("embergate; hit"));
            assertThat(proxy.engine.metricsText()).contains("cache_requests_total{result=\"stale\"}");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504})
    void aStaleAnswerIsGivenInPlaceOfAnError(int status) {
        origin.answers(answer("200 OK", "Cache-Control: max-age=0, stale-if-error=60\r\nETag: \"v1\"\r\n", "v1"));
        origin.answers(answer(status + " Broken", "", "sorry"));
        origin.answers(answer("404 Gone", "", "no"));
        try (Proxy proxy = proxy(origin).start()) {
            get(proxy, "/a");
            WireAnswer stale = get(proxy, "/a");
            assertThat(stale.status()).isEqualTo(200);
            assertThat(stale.text()).isEqualTo("v1");
            assertThat(stale.field("Cache-Status")).isEqualTo("embergate; hit; fwd=stale; fwd-status=" + status);
            assertThat(get(proxy, "/a").status()).as("no error in that sense").isEqualTo(404);
        }
    }

    @Test
    void aStaleAnswerIsGivenWhenTheUpstreamCannotBeReached() {
        origin.answers(answer(
                "200 OK",
                "Cache-Control: max-age=0, stale-if-error=60\r\nETag: \"v1\"\r\nConnection: close\r\n",
                "v1"));
        try (Proxy proxy = proxy(origin).start()) {
            get(proxy, "/a");
            origin.close();
            WireAnswer stale = get(proxy, "/a");
            assertThat(stale.text()).isEqualTo("v1");
            assertThat(stale.field("Cache-Status")).startsWith("embergate; hit; fwd=stale; detail=");
        }
    }

    @Test
    void whatMustBeRevalidatedIsNeverGivenStale() {
        Caching caching = CacheBed.caching(Duration.ofMinutes(1), Duration.ofMinutes(1), 1000);
        for (String word : List.of("must-revalidate", "proxy-revalidate", "no-cache", "s-maxage=0")) {
            origin.answers(answer("200 OK", "Cache-Control: max-age=0, " + word + "\r\nETag: \"v1\"\r\n", "v1"));
            origin.answers(answer("503 Broken", "", "sorry"));
            try (Proxy proxy = proxy(origin, caching, MEMORY).start()) {
                get(proxy, "/a");
                assertThat(get(proxy, "/a").status()).as(word).isEqualTo(503);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "PURGE"})
    void anUnsafeRequestEndsWhatIsKept(String method) {
        origin.answers(fresh("v1"));
        origin.answers(fresh("other"));
        origin.answers(answer("400 Bad", "", ""));
        origin.answers(answer("201 Created", "Location: /b?x\r\nContent-Location: http://elsewhere.example/c\r\n", ""));
        origin.answers(fresh("v2"));
        origin.answers(fresh("v3"));
        try (Proxy proxy = proxy(origin).start()) {
            get(proxy, "/a");
            get(proxy, "/b?x");
            ask(proxy, method, "/a", "Content-Length: 0\r\n");
            assertThat(get(proxy, "/a").text()).as("after an error").isEqualTo("v1");
            WireAnswer answer = ask(proxy, method, "/a", "Content-Length: 0\r\n");
            assertThat(answer.field("Cache-Status")).isEqualTo("embergate; fwd=method");
            assertThat(get(proxy, "/a").text()).isEqualTo("v2");
            assertThat(get(proxy, "/b?x").text()).isEqualTo("v3");
        }
    }

    @Test
    void anotherOriginIsNotInvalidated() {
        origin.answers(fresh("v1"));
        origin.answers(answer("201 Created", "Location: http://elsewhere.example/a\r\n", ""));
        try (Proxy proxy = proxy(origin).start()) {
            get(proxy, "/a");
            ask(proxy, "POST", "/other", "Content-Length: 0\r\n");
            assertThat(get(proxy, "/a").text()).isEqualTo("v1");
        }
    }

    @Test
    void anAnswerAskedForBeforeAnInvalidationIsNotKeptAfterIt() throws Exception {
        java.util.concurrent.CountDownLatch go = new java.util.concurrent.CountDownLatch(1);
        origin.answers(
                Step.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 2\r\n\r\n"),
                Step.hold(go),
                Step.send("v1"));
        origin.answers(answer("200 OK", "", "done"));
        origin.answers(fresh("v2"));
        try (Proxy proxy = proxy(origin).start();
                var client = proxy.client()) {
            client.send("GET /a HTTP/1.1\r\nHost: front\r\n\r\n");
            client.readHead();
            ask(proxy, "POST", "/a", "Content-Length: 0\r\n");
            go.countDown();
            client.readExactly(2);
            assertThat(get(proxy, "/a").text()).isEqualTo("v2");
        }
    }

    @Test
    void anAnswerToHeadFreshensOrEndsWhatIsKept() {
        String kept = "Cache-Control: max-age=0\r\nETag: \"v1\"\r\nContent-Length: 2\r\n";
        origin.answers(Step.send("HTTP/1.1 200 OK\r\n" + kept + "\r\nv1"));
        origin.answers(Step.send("HTTP/1.1 200 OK\r\n" + kept.replace("=0", "=60") + "\r\n"));
        origin.answers(Step.send("HTTP/1.1 200 OK\r\n" + kept.replace("2", "3") + "\r\n"));
        origin.answers(fresh("v2"));
        try (Proxy proxy = proxy(origin).start()) {
            get(proxy, "/a");
            ask(proxy, "HEAD", "/a", "");
            assertThat(get(proxy, "/a").field("Cache-Status")).isEqualTo("embergate; hit");
            ask(proxy, "HEAD", "/a", "Cache-Control: no-cache\r\n");
            assertThat(get(proxy, "/a").text()).isEqualTo("v2");
        }
    }
}
