package dev.embergate.engine.wire;

import static dev.embergate.engine.testkit.Step.close;
import static dev.embergate.engine.testkit.Step.endless;
import static dev.embergate.engine.testkit.Step.hold;
import static dev.embergate.engine.testkit.Step.readBody;
import static dev.embergate.engine.testkit.Step.reset;
import static dev.embergate.engine.testkit.Step.send;
import static dev.embergate.engine.testkit.Step.stall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.embergate.engine.EngineConfig.Limits;
import dev.embergate.engine.spi.BodyRewriter;
import dev.embergate.engine.spi.BodySink;
import dev.embergate.engine.spi.BodyTransform;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestEdits;
import dev.embergate.engine.spi.ResponseHead;
import dev.embergate.engine.spi.ResponsePlan;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.WireAnswer;
import dev.embergate.engine.testkit.WireClient;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that misbehave: each costs one clear answer, and nobody else anything. */
@ExtendWith(LeakCheck.class)
class FaultsTest {
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n";

    private Origin origin;

    @BeforeEach
    void start() {
        origin = Origin.start();
    }

    @AfterEach
    void stop() {
        origin.close();
    }

    // ---- upstreams

    @Test
    void anUpstreamThatRefusesIs502() {
        try (Proxy proxy = Proxy.to(URI.create("http://127.0.0.1:" + Origin.closedPort()))
                        .start();
                WireClient client = proxy.client()) {
            WireAnswer answer = client.get("/").readAnswer();
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.text()).contains("origin");
            assertThat(client.get("/").readAnswer().status()).isEqualTo(502);
            assertThat(proxy.engine.status().upstreams().getFirst().reachable()).isFalse();
            await().untilAsserted(() -> assertThat(proxy.engine.status().bytesRelayed())
                    .as("the two texts count as sent")
                    .isGreaterThanOrEqualTo(2 * answer.body().length - 2));
        }
    }

    @Test
    void anUpstreamThatIsSilentIs504() {
        origin.answers(readBody(), stall()).answersText("next");
        try (Proxy proxy = Proxy.to(origin).firstByte(Duration.ofMillis(200)).start();
                WireClient client = proxy.client()) {
            assertThat(client.get("/").readAnswer().status()).isEqualTo(504);
            origin.connection(0).awaitClosed();
            assertThat(client.get("/").readAnswer().text()).isEqualTo("next");
        }
    }

    @Test
    void anUpstreamThatClosesMidHeadIs502() {
        origin.answers(readBody(), send("HTTP/1.1 200 OK\r\nCont"), close()).answersText("next");
        try (Proxy proxy = Proxy.to(origin).start();
                WireClient client = proxy.client()) {
            assertThat(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
                            .readAnswer()
                            .status())
                    .isEqualTo(502);
            assertThat(client.get("/").readAnswer().text()).isEqualTo("next");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nx",
                "HTTP/1.1 2OO OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n"
            })
    void anUpstreamThatAnswersGarbageIs502AndItsConnectionNeverReused(String garbage) {
        origin.answers(readBody(), send(garbage), stall()).answersText("next");
        try (Proxy proxy = Proxy.to(origin).start();
                WireClient client = proxy.client()) {
            assertThat(client.get("/").readAnswer().status()).isEqualTo(502);
            origin.connection(0).awaitClosed();
            assertThat(client.get("/").readAnswer().text()).isEqualTo("next");
        }
    }

    /** RFC 9112 section 8: the client must see that the message is incomplete. */
    @Test
    void anAnswerCutShortIsCutForTheClientToo() {
        CountDownLatch arrived = new CountDownLatch(1);
        origin.answers(readBody(), send(HEAD + "half"), hold(arrived), reset())
                .answers(
                        readBody(),
                        send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"),
                        close());
        try (Proxy proxy = Proxy.to(origin).start()) {
            try (WireClient client = proxy.client()) {
                client.get("/").readUntil("half");
                arrived.countDown();
                client.awaitClosed();
            }
            try (WireClient client = proxy.client()) {
                client.get("/").readUntil("half");
                assertThat(new String(client.readToEnd(), java.nio.charset.StandardCharsets.ISO_8859_1))
                        .doesNotContain("0\r\n\r\n");
            }
        }
    }

    /** Where only the close tells the end, a clean close would pass for it. */
    @Test
    void anHttp10ClientSeesAResetWhenItsAnswerIsCutShort() {
        CountDownLatch arrived = new CountDownLatch(1);
        origin.answers(
                readBody(),
                send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"),
                hold(arrived),
                close());
        try (Proxy proxy = Proxy.to(origin).start();
                WireClient client = proxy.client()) {
            client.send("GET / HTTP/1.0\r\n\r\n").readUntil("half");
            arrived.countDown();
            org.assertj.core.api.Assertions.assertThatThrownBy(client::readToEnd)
                    .isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void anUpstreamThatStallsMidBodyIsGivenUp() {
        origin.answers(readBody(), send(HEAD + "half"), stall());
        try (Proxy proxy = Proxy.to(origin).idle(Duration.ofMillis(200)).start();
                WireClient client = proxy.client()) {
            client.get("/").readUntil("half");
            client.awaitClosed();
            origin.connection(0).awaitClosed();
        }
    }

    @Test
    void bytesAfterTheAnswerNeverReachTheClientAndSpoilTheConnection() {
        origin.answers(
                        readBody(),
                        send(
                                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"),
                        stall())
                .answersText("true");
        try (Proxy proxy = Proxy.to(origin).start();
                WireClient client = proxy.client()) {
            WireAnswer first = client.get("/1").readAnswer();
            assertThat(first.text()).isEqualTo("ok");
            assertThat(client.get("/2").readAnswer().text()).isEqualTo("true");
            assertThat(origin.connections()).isEqualTo(2);
        }
    }

    // ---- clients

    @Test
    void aClientThatLeavesStopsTheUpstreamWithinASecond() {
        origin.answers(
                readBody(),
                send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
                send("5\r\nhello\r\n"),
                stall());
        try (Proxy proxy = Proxy.to(origin).start()) {
            WireClient client = proxy.client();
            client.get("/").readUntil("hello");
            client.leave();
            origin.connection(0).awaitClosed(1, TimeUnit.SECONDS);
            await().until(() -> proxy.engine.status().exchanges() == 0);
        }
    }

    @Test
    void aClientThatLeavesMidUploadStopsTheUpstream() {
        origin.answers(readBody(), send(HEAD));
        try (Proxy proxy = Proxy.to(origin).start()) {
            WireClient client = proxy.client();
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nstart");
            await().until(() -> origin.connections() == 1);
            client.reset();
            origin.connection(0).awaitClosed(1, TimeUnit.SECONDS);
        }
    }

    @Test
    void aReaderSlowerThanItsUpstreamHoldsItBack() throws Exception {
        origin.answers(readBody(), send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"), endless(64 << 10));
        try (Proxy proxy = Proxy.to(origin).start();
                WireClient client = proxy.slowClient(8 << 10)) {
            client.get("/").readHead();
            AtomicInteger quiet = new AtomicInteger();
            long[] last = {-1};
            await().pollInterval(Duration.ofMillis(100))
                    .atMost(Duration.ofSeconds(8))
                    .until(() -> {
                        long now = origin.sent();
                        quiet.set(now == last[0] && now > 0 ? quiet.get() + 1 : 0);
                        last[0] = now;
                        return quiet.get() >= 5;
                    });
            // Socket buffers of both hops, and at most one high-water mark and one large read of ours.
            assertThat(origin.sent()).isLessThan(16 << 20);
            client.leave();
            origin.connection(0).awaitClosed(1, TimeUnit.SECONDS);
        }
    }

    @Test
    void aClientThatTakesNothingIsClosedAfterTheWriteTimeout() {
        origin.answers(readBody(), send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"), endless(64 << 10));
        try (Proxy proxy = Proxy.to(origin).write(Duration.ofMillis(300)).start();
                WireClient client = proxy.slowClient(8 << 10)) {
            client.get("/");
            origin.connection(0).awaitClosed();
        }
    }

    @Test
    void aHeadThatDoesNotEndIs408() {
        try (Proxy proxy = Proxy.to(origin).head(Duration.ofMillis(200)).start();
                WireClient client = proxy.client()) {
            client.send("GET / HTTP/1.1\r\nHos");
            WireAnswer answer = client.readAnswer();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.field("Connection")).isEqualTo("close");
            client.awaitClosed();
        }
    }

    @Test
    void aBodyThatDoesNotComeIs408() {
        origin.answers(readBody(), stall());
        try (Proxy proxy = Proxy.to(origin).body(Duration.ofMillis(200)).start();
                WireClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
            assertThat(client.readAnswer().status()).isEqualTo(408);
            origin.connection(0).awaitClosed();
        }
    }

    /** RFC 9110 section 10.1.1: until the upstream gives permission it is not the client who is late. */
    @Test
    void aClientThatWaitsForPermissionIsNotTimedOut() {
        CountDownLatch permission = new CountDownLatch(1);
        origin.answers(
                hold(permission),
                send("HTTP/1.1 100 Continue\r\n\r\n"),
                readBody(),
                send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
        try (Proxy proxy = Proxy.to(origin).body(Duration.ofMillis(200)).start();
                WireClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            await().until(() -> origin.requests().size() == 1);
            long began = System.nanoTime();
            await().until(() -> System.nanoTime() - began > TimeUnit.MILLISECONDS.toNanos(500));
            permission.countDown();
            assertThat(client.readHead()).startsWith("HTTP/1.1 100");
            client.send("body");
            assertThat(client.readAnswer().text()).isEqualTo("ok");
        }
    }

    @Test
    void anIdleConnectionIsClosedWithoutAWord() {
        origin.answersText("x");
        try (Proxy proxy = Proxy.to(origin).keepAlive(Duration.ofMillis(200)).start();
                WireClient client = proxy.client()) {
            client.get("/").readAnswer();
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
                "GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nA : b\r\n\r\n"
            })
    void aMalformedRequestIs400AndClosesAndNeverReachesTheUpstream(String request) {
        try (Proxy proxy = Proxy.to(origin).start();
                WireClient client = proxy.client()) {
            client.send(request + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readAnswer().status()).isEqualTo(400);
            client.awaitClosed();
        }
        assertThat(origin.connections()).isZero();
    }

    @Test
    void aMalformedChunkMidBodyCutsTheUploadAndIs400() {
        origin.answers(readBody(), stall());
        try (Proxy proxy = Proxy.to(origin).start();
                WireClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            await().until(() -> origin.connections() == 1);
            client.send("zz\r\n");
            assertThat(client.readAnswer().status()).isEqualTo(400);
            origin.connection(0).awaitClosed();
        }
    }

    @Test
    void aMalformedSecondRequestDoesNotDisturbTheFirst() {
        CountDownLatch sent = new CountDownLatch(1);
        origin.answers(readBody(), hold(sent), send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
        try (Proxy proxy = Proxy.to(origin).start();
                WireClient client = proxy.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nBROKEN\r\n\r\n");
            sent.countDown();
            assertThat(client.readAnswer().text()).isEqualTo("ok");
            assertThat(client.readAnswer().status()).isEqualTo(400);
        }
    }

    @Test
    void oneConnectionTooManyIsClosedAndOthersGoOn() {
        origin.answersText("1").answersText("2");
        try (Proxy proxy = Proxy.to(origin)
                        .limits(new Limits(1, 0, 1 << 20, 64 << 10))
                        .start();
                WireClient first = proxy.client()) {
            assertThat(first.get("/").readAnswer().text()).isEqualTo("1");
            try (WireClient second = proxy.client()) {
                second.awaitClosed();
            }
            assertThat(first.get("/").readAnswer().text()).isEqualTo("2");
        }
    }

    // ---- rules

    private static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static BodyTransform failingAt(String point, AtomicInteger closed) {
        return new BodyTransform() {
            @Override
            public boolean accepts(ResponseHead head) {
                failIf("accepts");
                return true;
            }

            @Override
            public BodyRewriter open(ResponseHead head) {
                failIf("open");
                return new BodyRewriter() {
                    @Override
                    public void accept(ByteBuffer chunk, BodySink out) throws IOException {
                        out.write(chunk);
                        failIf("accept");
                    }

                    @Override
                    public void finish(BodySink out) {
                        failIf("finish");
                    }

                    @Override
                    public void close() {
                        closed.incrementAndGet();
                    }
                };
            }

            private void failIf(String here) {
                if (here.equals(point)) {
                    throw new Broken();
                }
            }
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "decide",
                "offload",
                "later",
                "after-body",
                "accepts",
                "open",
                "accept",
                "finish",
                "edit-head",
                "null"
            })
    void aRuleThatThrowsAnywhereCostsOneRequest(String point) {
        AtomicInteger closed = new AtomicInteger();
        Map<String, Rule> broken = Map.of(
                "decide",
                (request, context) -> {
                    throw new Broken();
                },
                "offload",
                (request, context) -> context.offload(() -> {
                    throw new Broken();
                }),
                "later",
                (request, context) -> new Outcome.Later(CompletableFuture.failedFuture(new Broken())),
                "after-body",
                (request, context) -> new Outcome.AfterBody(10, body -> {
                    throw new Broken();
                }),
                "edit-head",
                (request, context) -> new Outcome.Forward("", RequestEdits.NONE, new ResponsePlan.EditHead(head -> {
                    throw new Broken();
                })),
                "null",
                (request, context) -> null);
        Rule rule = broken.getOrDefault(
                point,
                (request, context) ->
                        new Outcome.Forward("", RequestEdits.NONE, new ResponsePlan.Rewrite(failingAt(point, closed))));
        origin.otherwise(
                readBody(), send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"));
        try (Proxy proxy = Proxy.to(origin).rule("broken", "/broken", rule).start();
                WireClient client = proxy.client()) {
            WireAnswer answer = client.get("/broken").readAnswer();
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.text()).contains("broken").doesNotContain("Broken");
            assertThat(client.get("/").readAnswer().text()).isEqualTo("hello");
            if (point.equals("accept") || point.equals("finish")) {
                assertThat(closed).hasValue(1);
            }
        }
    }

    /** RFC 9112 section 9.5: the rest of a request that is answered already is nobody's concern. */
    @Test
    void anEarlyAnswerIsNotCutBecauseTheRestOfTheRequestDoesNotCome() {
        CountDownLatch go = new CountDownLatch(1);
        origin.answers(send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst"), hold(go), send("later"));
        try (Proxy proxy = Proxy.to(origin).body(Duration.ofMillis(200)).start();
                WireClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx");
            client.readUntil("first");
            await().during(Duration.ofMillis(600))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> proxy.engine.status().exchanges() == 1);
            go.countDown();
            assertThat(client.readToEnd()).asString().isEqualTo("later");
        }
    }
}
