package dev.embergate.engine.wire;

import static dev.embergate.engine.wire.CacheBed.MEMORY;
import static dev.embergate.engine.wire.CacheBed.answer;
import static dev.embergate.engine.wire.CacheBed.ask;
import static dev.embergate.engine.wire.CacheBed.fresh;
import static dev.embergate.engine.wire.CacheBed.get;
import static dev.embergate.engine.wire.CacheBed.proxy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.EngineConfig;
import dev.embergate.engine.spi.Caching;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.Step;
import dev.embergate.engine.testkit.WireAnswer;
import dev.embergate.engine.testkit.WireClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets whose answer, and who waits for whom (RFC 9111 sections 3, 3.5, 4.1). */
@ExtendWith(LeakCheck.class)
class CacheSharingTest {
    private final Origin origin = Origin.start();

    @AfterEach
    void close() {
        origin.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Cache-Control: no-store, max-age=60",
                "Cache-Control: private, max-age=60",
                "Cache-Control: max-age=60\r\nSet-Cookie: a=b",
                "Cache-Control: max-age=60\r\nVary: *",
                "Cache-Control: max-age=60\r\nVary: X-Request-Id",
                "Cache-Control: max-age=60, must-understand, no-store\r\nVary: *",
                "X-Says: nothing",
            })
    void whatIsForOneClientIsAskedForEachTime(String fields) {
        origin.otherwise(answer("200 OK", fields + "\r\n", "text"));
        try (Proxy proxy = proxy(origin).start()) {
            assertThat(get(proxy, "/a").field("Cache-Status")).isEqualTo("embergate; fwd=miss");
            get(proxy, "/a");
            assertThat(origin.requests()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization: Basic YTpi", "Cookie: s=1", "X-Token: t"})
    void twoUsersNeverSeeEachOthersAnswers(String field) {
        origin.answers(answer("200 OK", "Cache-Control: max-age=60\r\n", "one's"));
        origin.answers(answer("200 OK", "Cache-Control: max-age=60\r\n", "other's"));
        origin.answers(answer("200 OK", "Cache-Control: max-age=60, public\r\n", "all's"));
        try (Proxy proxy = proxy(origin).start()) {
            assertThat(ask(proxy, "GET", "/a", field + "\r\n").text()).isEqualTo("one's");
            assertThat(ask(proxy, "GET", "/a", field + "2\r\n").text()).isEqualTo("other's");
            assertThat(ask(proxy, "GET", "/a", field + "3\r\n").text()).isEqualTo("all's");
            assertThat(ask(proxy, "GET", "/a", field + "4\r\n").text()).isEqualTo("all's");
            assertThat(get(proxy, "/a").text()).isEqualTo("all's");
        }
    }

    @Test
    void aTokenInTheQueryIsACredentialAndPartOfTheKey() {
        origin.answers(answer("200 OK", "Cache-Control: max-age=60\r\n", "one's"));
        origin.answers(answer("200 OK", "Cache-Control: max-age=60, public\r\n", "public"));
        origin.answers(answer("200 OK", "Cache-Control: max-age=60, public\r\n", "other's"));
        try (Proxy proxy = proxy(origin).start()) {
            assertThat(get(proxy, "/a?API_KEY=1").text()).isEqualTo("one's");
            assertThat(get(proxy, "/a?API_KEY=1").text()).isEqualTo("public");
            assertThat(get(proxy, "/a?API_KEY=1").text()).isEqualTo("public");
            assertThat(get(proxy, "/a?API_KEY=2").text()).isEqualTo("other's");
        }
    }

    @Test
    void ignoredParametersMakeNoOtherAnswerButOthersDo() {
        origin.answers(fresh("v1"));
        origin.answers(fresh("v2"));
        try (Proxy proxy = proxy(origin).start()) {
            get(proxy, "/a?ignored=1&x=1");
            assertThat(get(proxy, "/a?x=1&ignored=2").text()).isEqualTo("v1");
            assertThat(get(proxy, "/a?x=2").text()).isEqualTo("v2");
        }
    }

    @Test
    void whoSendsAnotherHostGetsHisOwnAnswer() {
        origin.answers(fresh("evil"));
        origin.answers(fresh("good"));
        try (Proxy proxy = proxy(origin).start();
                WireClient client = proxy.client()) {
            client.send("GET /a HTTP/1.1\r\nHost: evil.example\r\n\r\n");
            assertThat(client.readAnswer().text()).isEqualTo("evil");
            assertThat(get(proxy, "/a").text()).isEqualTo("good");
        }
    }

    @Test
    void answersAreKeptByWhatVaryNames() {
        origin.answers(answer("200 OK", "Cache-Control: max-age=60\r\nVary: Accept-Encoding, X-A\r\n", "gzip"));
        origin.answers(answer("200 OK", "Cache-Control: max-age=60\r\nVary: X-A, accept-encoding\r\n", "none"));
        try (Proxy proxy = proxy(origin).start()) {
            assertThat(ask(proxy, "GET", "/a", "Accept-Encoding: gzip,br\r\n").text())
                    .isEqualTo("gzip");
            assertThat(get(proxy, "/a").text()).isEqualTo("none");
            assertThat(ask(proxy, "GET", "/a", "Accept-Encoding: GZIP,BR\r\n").text())
                    .isEqualTo("gzip");
            assertThat(get(proxy, "/a").text()).isEqualTo("none");
            assertThat(origin.requests()).hasSize(2);
        }
    }

    @Test
    void aRequestThatForbidsToStoreIsServedButNotKept() {
        origin.otherwise(fresh("v1"));
        try (Proxy proxy = proxy(origin).start()) {
            ask(proxy, "GET", "/a", "Cache-Control: no-store\r\n");
            assertThat(get(proxy, "/a").field("Cache-Status")).isEqualTo("embergate; fwd=miss; stored");
            assertThat(origin.requests()).hasSize(2);
        }
    }

    @Test
    void aMissWithARangeIsRelayedAndKeptOnlyWhenWhole() {
        origin.answers(Step.send("HTTP/1.1 206 Partial Content\r\nCache-Control: max-age=60\r\n"
                + "Content-Range: bytes 0-0/2\r\nContent-Length: 1\r\n\r\nv"));
        origin.answers(fresh("v1"));
        try (Proxy proxy = proxy(origin).start()) {
            assertThat(ask(proxy, "GET", "/a", "Range: bytes=0-0\r\n").status()).isEqualTo(206);
            assertThat(origin.take().field("Range")).isEqualTo("bytes=0-0");
            assertThat(get(proxy, "/a").field("Cache-Status")).isEqualTo("embergate; fwd=miss; stored");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"If-Match: \"v1\"", "If-Unmodified-Since: Sat, 05 Nov 1994 08:49:37 GMT", "Content-Length: 2"})
    void whatOnlyTheOriginCanDecidePassesBy(String field) {
        origin.answers(fresh("v1"));
        origin.answers(Step.readBody(), fresh("v2"));
        try (Proxy proxy = proxy(origin).start()) {
            get(proxy, "/a");
            String body = field.startsWith("Content-Length") ? "\r\nhi" : "";
            WireAnswer answer;
            try (WireClient client = proxy.client()) {
                client.send("GET /a HTTP/1.1\r\nHost: front\r\n" + field + "\r\n\r\n" + body.strip());
                answer = client.readAnswer();
            }
            assertThat(answer.text()).isEqualTo("v2");
            assertThat(answer.field("Cache-Status")).isEqualTo("embergate; fwd=bypass");
            assertThat(get(proxy, "/a").text()).isEqualTo("v1");
        }
    }

    @Test
    void fiftyClientsThatAskTheSameAskTheUpstreamOnce() {
        CountDownLatch go = new CountDownLatch(1);
        origin.answers(Step.hold(go), fresh("v1"));
        try (Proxy proxy = proxy(origin).loops(2).start()) {
            List<WireClient> clients = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                clients.add(proxy.client().get("/a"));
            }
            origin.take();
            CacheBed.await(() -> proxy.engine.status().exchanges() == 50);
            go.countDown();
            for (WireClient client : clients) {
                assertThat(client.readAnswer().text()).isEqualTo("v1");
                client.close();
            }
            assertThat(origin.requests()).hasSize(1);
        }
    }

    @Test
    void whenTheAnswerIsForNobodyElseAllAskAtOnce() {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        origin.answers(
                Step.hold(go),
                Step.send("HTTP/1.1 200 OK\r\nCache-Control: private\r\nContent-Length: 2\r\n\r\nv"),
                Step.hold(never));
        origin.otherwise(answer("200 OK", "Cache-Control: private\r\n", "own"));
        try (Proxy proxy = proxy(origin).start();
                WireClient leader = proxy.client().get("/a")) {
            origin.take();
            try (WireClient second = proxy.client().get("/a");
                    WireClient third = proxy.client().get("/a")) {
                CacheBed.await(() -> proxy.engine.status().exchanges() == 3);
                go.countDown();
                assertThat(second.readAnswer().text()).isEqualTo("own");
                assertThat(third.readAnswer().text()).isEqualTo("own");
                leader.readHead();
            }
        }
    }

    @Test
    void aLeaderThatLeavesHandsOn() {
        CountDownLatch never = new CountDownLatch(1);
        origin.answers(Step.hold(never));
        origin.answers(fresh("v1"));
        try (Proxy proxy = proxy(origin).start();
                WireClient leader = proxy.client().get("/a")) {
            origin.take();
            try (WireClient second = proxy.client().get("/a");
                    WireClient third = proxy.client().get("/a")) {
                CacheBed.await(() -> proxy.engine.status().exchanges() == 3);
                leader.leave();
                assertThat(second.readAnswer().text()).isEqualTo("v1");
                assertThat(third.readAnswer().text()).isEqualTo("v1");
                assertThat(origin.requests()).hasSize(2);
            }
        }
    }

    @Test
    void nobodyWaitsLongerThanForADecision() {
        CountDownLatch never = new CountDownLatch(1);
        origin.answers(Step.hold(never));
        origin.answers(fresh("v1"));
        try (Proxy proxy = proxy(origin).decision(Duration.ofMillis(200)).start();
                WireClient leader = proxy.client().get("/a")) {
            origin.take();
            try (WireClient second = proxy.client().get("/a")) {
                assertThat(second.readAnswer().text()).isEqualTo("v1");
            }
            leader.leave();
        }
    }

    @Test
    void anAnswerThatIsCutIsNotKept() {
        origin.answers(
                Step.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 9\r\n\r\nhal"),
                Step.close());
        origin.answers(
                Step.send(
                        "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhal\r\n"),
                Step.close());
        origin.answers(Step.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n\r\nhal"), Step.close());
        origin.answers(fresh("whole"));
        try (Proxy proxy = proxy(origin).start()) {
            for (int i = 0; i < 3; i++) {
                try (WireClient client = proxy.client()) {
                    client.send("GET /a HTTP/1.1\r\nHost: front\r\nConnection: close\r\n\r\n");
                    client.readToEnd();
                }
            }
            assertThat(get(proxy, "/a").text()).isEqualTo("whole");
        }
    }

    @Test
    void aClientThatLeavesTakesItsAnswerAlong() {
        CountDownLatch never = new CountDownLatch(1);
        origin.answers(
                Step.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 9\r\n\r\nhal"),
                Step.hold(never));
        origin.answers(fresh("whole"));
        try (Proxy proxy = proxy(origin).start()) {
            try (WireClient client = proxy.client()) {
                client.send("GET /a HTTP/1.1\r\nHost: front\r\n\r\n");
                client.readHead();
                client.leave();
            }
            CacheBed.await(() -> proxy.engine.status().exchanges() == 0);
            assertThat(get(proxy, "/a").text()).isEqualTo("whole");
        }
    }

    @Test
    void aBodyBeyondTheLimitGoesOnAndIsNotKept() {
        Caching caching = CacheBed.caching(Duration.ZERO, Duration.ZERO, 10);
        String ten = "0123456789";
        origin.answers(answer("200 OK", "Cache-Control: max-age=60\r\n", ten + "x"));
        origin.answers(Step.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "a\r\n" + ten + "\r\n1\r\nx\r\n0\r\n\r\n"));
        origin.answers(answer("200 OK", "Cache-Control: max-age=60\r\n", ten));
        try (Proxy proxy = proxy(origin, caching, MEMORY).start()) {
            assertThat(get(proxy, "/a").text()).isEqualTo(ten + "x");
            assertThat(get(proxy, "/a").text()).isEqualTo(ten + "x");
            assertThat(get(proxy, "/a").text()).isEqualTo(ten);
            assertThat(get(proxy, "/a").field("Cache-Status")).isEqualTo("embergate; hit");
            assertThat(origin.requests()).hasSize(3);
        }
    }

    @Test
    void memoryHoldsNoMoreThanItsBytes() {
        String body = "x".repeat(10_000);
        origin.otherwise(answer("200 OK", "Cache-Control: max-age=60\r\n", body));
        try (Proxy proxy = proxy(origin, CacheBed.PLAIN, new EngineConfig.Cache(100_000, 0, Path.of("unused")))
                .start()) {
            for (int i = 0; i < 50; i++) {
                get(proxy, "/" + i);
            }
            String metrics = proxy.engine.metricsText();
            assertThat(CacheBed.metric(metrics, "embergate_cache_bytes{store=\"memory\"}"))
                    .isBetween(50_000d, 100_000d);
            assertThat(CacheBed.metric(metrics, "embergate_cache_evicted_total{store=\"memory\"}"))
                    .isGreaterThan(30);
        }
    }
}
