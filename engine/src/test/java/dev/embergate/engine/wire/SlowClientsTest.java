package dev.embergate.engine.wire;

import static dev.embergate.engine.testkit.Step.endless;
import static dev.embergate.engine.testkit.Step.hold;
import static dev.embergate.engine.testkit.Step.readBody;
import static dev.embergate.engine.testkit.Step.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.embergate.engine.EngineConfig.Limits;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.Step;
import dev.embergate.engine.testkit.WireAnswer;
import dev.embergate.engine.testkit.WireClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that take their time, to hold a connection for nothing. */
@ExtendWith(LeakCheck.class)
class SlowClientsTest {
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n";

    private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
    private Origin origin;

    @BeforeEach
    void start() {
        origin = Origin.start();
    }

    @AfterEach
    void stop() {
        pace.shutdownNow();
        origin.close();
    }

    private static Limits rates(int upload, int download) {
        return new Limits(100, 0, 1 << 20, 64 << 10, 0, 100, upload, download, 0);
    }

    /** One piece after the other, in even steps; ends with the first that cannot be sent. */
    private void dribble(WireClient client, String text, int pieceChars, long everyMillis) {
        AtomicInteger at = new AtomicInteger();
        pace.scheduleAtFixedRate(
                () -> {
                    int from = at.getAndAdd(pieceChars);
                    if (from < text.length()) {
                        client.send(text.substring(from, Math.min(text.length(), from + pieceChars)));
                    }
                },
                0,
                everyMillis,
                TimeUnit.MILLISECONDS);
    }

    private static long refused(Proxy proxy, String reason) {
        return proxy.counted("embergate_requests_refused_total{reason=\"" + reason + "\"}");
    }

    // ---- heads

    @Test
    void aHeadByteByByteHasNoMoreTimeThanAnyOther() {
        try (Proxy proxy = Proxy.to(origin).head(Duration.ofMillis(400)).start();
                WireClient client = proxy.client()) {
            long began = System.nanoTime();
            dribble(client, "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(10_000), 1, 20);
            assertThat(client.readAnswer().status()).isEqualTo(408);
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(Duration.ofMillis(300), Duration.ofSeconds(3));
            assertThat(refused(proxy, "slow-head")).isEqualTo(1);
        }
    }

    @Test
    void emptyLinesBeforeAHeadGainNoTime() {
        try (Proxy proxy = Proxy.to(origin).head(Duration.ofMillis(400)).start();
                WireClient client = proxy.client()) {
            dribble(client, "\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(10_000), 1, 20);
            assertThat(client.readAnswer().status()).isEqualTo(408);
        }
    }

    @Test
    void aConnectionThatNeverAsksIsClosedWithoutWaitingForTheKeepAlive() {
        try (Proxy proxy = Proxy.to(origin).head(Duration.ofMillis(200)).start();
                WireClient client = proxy.client()) {
            assertThat(client.readToEnd()).isEmpty();
            assertThat(refused(proxy, "no-request")).isEqualTo(1);
        }
    }

    @Test
    void aConnectionThatHasAskedIsKeptLonger() {
        origin.answersText("1").answersText("2");
        try (Proxy proxy = Proxy.to(origin).head(Duration.ofMillis(200)).start();
                WireClient client = proxy.client()) {
            client.get("/").readAnswer();
            await().during(Duration.ofMillis(600))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> proxy.engine.status().connections() == 1);
            assertThat(client.get("/").readAnswer().text()).isEqualTo("2");
        }
    }

    // ---- bodies

    @Test
    void aBodySlowerThanTheRateIs408() {
        origin.answers(readBody(), send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        try (Proxy proxy = Proxy.to(origin)
                        .body(Duration.ofMillis(500))
                        .limits(rates(1000, 0))
                        .start();
                WireClient client = proxy.client()) {
            client.send(POST);
            dribble(client, "x".repeat(1000), 1, 20); // 50 a second, and never silent for as long as the time-out
            WireAnswer answer = client.readAnswer();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.text()).contains("upload rate");
            assertThat(refused(proxy, "slow-body")).isEqualTo(1);
            origin.connection(0).awaitClosed();
        }
    }

    @Test
    void aBodyThatKeepsToTheRateTakesAsLongAsItTakes() {
        origin.answersText("whole");
        try (Proxy proxy = Proxy.to(origin)
                        .body(Duration.ofMillis(500))
                        .limits(rates(200, 0))
                        .start();
                WireClient client = proxy.client()) {
            client.send(POST);
            dribble(client, "x".repeat(1000), 20, 40); // 500 a second, for two seconds
            assertThat(client.readAnswer().text()).isEqualTo("whole");
        }
    }

    @Test
    void timeInWhichTheUpstreamTakesNothingIsNotTheClients() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        origin.answers(hold(go), readBody(), send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
        int size = 24 << 20;
        try (Proxy proxy = Proxy.to(origin)
                        .body(Duration.ofMillis(300))
                        .limits(rates(1 << 20, 0))
                        .start();
                WireClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + size + "\r\n\r\n");
            AtomicLong sent = new AtomicLong();
            Thread sending = Thread.ofVirtual().start(() -> {
                byte[] piece = new byte[1 << 20];
                for (int at = 0; at < size; at += piece.length) {
                    client.send(piece);
                    sent.addAndGet(piece.length);
                }
            });
            await().during(Duration.ofMillis(1500))
                    .atMost(Duration.ofSeconds(8))
                    .until(() -> sent.get() < size && proxy.engine.status().exchanges() == 1);
            go.countDown();
            assertThat(client.readAnswer().text()).isEqualTo("ok");
            sending.join();
            assertThat(refused(proxy, "slow-body")).isZero();
        }
    }

    @Test
    void bodiesThatDoNotComeLeaveConnectionsForOtherRequests() {
        origin.otherwise(readBody(), send(Origin.text("hi")));
        List<WireClient> slow = new ArrayList<>();
        try (Proxy proxy = Proxy.to(origin).start()) {
            for (int i = 0; i < 48; i++) { // three quarters of the 64 connections there are
                WireClient client = proxy.client();
                slow.add(client.send(POST));
            }
            await().until(() -> origin.connections() == 48);
            try (WireClient tooMany = proxy.client();
                    WireClient ordinary = proxy.client()) {
                assertThat(tooMany.send(POST).readAnswer().status()).isEqualTo(503);
                assertThat(refused(proxy, "uploads")).isEqualTo(1);
                assertThat(ordinary.get("/").readAnswer().text()).isEqualTo("hi");
                slow.getFirst().send("x".repeat(1000));
                assertThat(slow.getFirst().readAnswer().text()).isEqualTo("hi");
                slow.getLast().reset();
                await().untilAsserted(() -> {
                    try (WireClient another = proxy.client()) {
                        another.send(POST + "x".repeat(1000));
                        assertThat(another.readAnswer().text()).isEqualTo("hi");
                    }
                });
            }
        } finally {
            slow.forEach(WireClient::close);
        }
    }

    // ---- answers

    private static Step[] large() {
        return new Step[] {readBody(), send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"), endless(64 << 10)
        };
    }

    @Test
    void anAnswerTakenSlowerThanTheRateIsCut() {
        origin.answers(large());
        try (Proxy proxy = Proxy.to(origin)
                        .write(Duration.ofMillis(1000))
                        .limits(rates(0, 100 << 20))
                        .start();
                WireClient client = proxy.slowClient(8 << 10)) {
            client.get("/");
            AtomicLong taken = take(client, 4 << 10, 10); // never nothing for as long as the time-out
            origin.connection(0).awaitClosed();
            assertThat(refused(proxy, "slow-read")).isEqualTo(1);
            assertThat(taken.get()).isPositive();
        }
    }

    @Test
    void anAnswerTakenSteadilyAboveTheRateGoesOn() {
        origin.answers(large());
        try (Proxy proxy = Proxy.to(origin)
                        .write(Duration.ofMillis(1000))
                        .limits(rates(0, 1000))
                        .start();
                WireClient client = proxy.slowClient(8 << 10)) {
            client.get("/");
            AtomicLong taken = take(client, 4 << 10, 10);
            await().during(Duration.ofSeconds(4))
                    .atMost(Duration.ofSeconds(8))
                    .until(() -> proxy.engine.status().connections() == 1);
            assertThat(taken.get()).isPositive();
            assertThat(refused(proxy, "slow-read")).isZero();
            client.leave();
        }
    }

    private AtomicLong take(WireClient client, int bytes, long everyMillis) {
        AtomicLong taken = new AtomicLong();
        pace.scheduleAtFixedRate(
                () -> taken.addAndGet(client.readExactly(bytes).length), 0, everyMillis, TimeUnit.MILLISECONDS);
        return taken;
    }

    @Test
    void aTunnelMayBeAsSlowAsItLikes() {
        origin.answers(
                send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"),
                Step.echo());
        Duration brief = Duration.ofMillis(200);
        try (Proxy proxy = Proxy.to(origin)
                        .head(brief)
                        .body(brief)
                        .write(brief)
                        .keepAlive(brief)
                        .limits(rates(1 << 20, 1 << 20))
                        .start();
                WireClient client = proxy.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            await().during(Duration.ofSeconds(1))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> proxy.engine.status().connections() == 1);
            assertThat(client.send("x").readExactly(1)).containsExactly('x');
        }
    }
}
