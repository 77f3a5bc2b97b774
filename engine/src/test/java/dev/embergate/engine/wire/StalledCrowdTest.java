package dev.embergate.engine.wire;

import static dev.embergate.engine.testkit.Step.readBody;
import static dev.embergate.engine.testkit.Step.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.embergate.engine.EngineConfig.Limits;
import dev.embergate.engine.spi.Body;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.WireAnswer;
import dev.embergate.engine.testkit.WireClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Crowds of clients that ask for much and take nothing. Their write time-out is a minute; nobody else waits for it. */
@ExtendWith(LeakCheck.class)
class StalledCrowdTest {
    private static final int LARGE = 8 << 20;

    private Origin origin;

    @BeforeEach
    void start() {
        origin = Origin.start();
    }

    @AfterEach
    void stop() {
        origin.close();
    }

    private static long refused(Proxy proxy) {
        return proxy.counted("embergate_requests_refused_total{reason=\"stalled\"}");
    }

    /** The pool of a {@link Proxy} has 64 connections. */
    @Test
    void theLongestStalledGiveTheirUpstreamConnectionToWhoeverWaitsForOne() {
        byte[] large = new byte[LARGE];
        origin.otherwise(readBody(), send("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n"), send(large));
        List<WireClient> crowd = new ArrayList<>();
        try (Proxy proxy = Proxy.to(origin).start()) {
            for (int i = 0; i < 64; i++) {
                WireClient client = proxy.slowClient(8 << 10);
                crowd.add(client);
                client.get("/" + i);
            }
            await().until(() -> origin.requests().size() == 64);
            for (int i = 0; i < 3; i++) {
                try (WireClient client = proxy.client()) {
                    WireAnswer answer = client.get("/ordinary").readAnswer();
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.body()).hasSize(LARGE);
                }
            }
            // As many as were needed, and no more: the one freed serves all three, or one each.
            assertThat(proxy.counted("embergate_upstream_failures_total{kind=\"stalled\",upstream=\"origin\"}"))
                    .isBetween(1L, 3L);
        } finally {
            crowd.forEach(WireClient::close);
        }
    }

    @Test
    void whatIsQueuedForAllIsBoundedAndTheReadingOnesAreServed() {
        Limits limits = new Limits(1000, 0, 1 << 20, 256 << 10, 0, 100, 0, 0, 4 << 20);
        Outcome large =
                new Outcome.Respond(200, Headers.EMPTY, new Body.Bytes(new byte[LARGE], "application/octet-stream"));
        List<WireClient> crowd = new ArrayList<>();
        try (Proxy proxy = Proxy.to(origin)
                .limits(limits)
                .rule("large", "/**", (request, context) -> large)
                .start()) {
            for (int i = 0; i < 100; i++) {
                WireClient client = proxy.slowClient(8 << 10);
                crowd.add(client);
                client.get("/" + i);
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> refused(proxy) > 0);
            try (WireClient client = proxy.client()) {
                assertThat(client.get("/ordinary").readAnswer().body()).hasSize(LARGE);
            }
            // 4 MiB are not spent by those who are left: 100 would have queued 25 MiB.
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> proxy.engine.status().connections() < 100);
            long left = proxy.engine.status().connections();
            assertThat(left).isPositive();
            await().during(Duration.ofSeconds(2))
                    .until(() -> proxy.engine.status().connections() >= left / 2);
        } finally {
            crowd.forEach(WireClient::close);
        }
    }

    /** What the free connections can serve in turn costs nobody who has only paused. */
    @Test
    void aBurstThatIsServedInTurnCutsNobody() {
        for (int i = 0; i < 60; i++) {
            origin.answers(
                    readBody(),
                    send("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n"),
                    send(new byte[LARGE]));
        }
        origin.otherwise(readBody(), send(Origin.text("thumb")));
        List<WireClient> clients = new ArrayList<>();
        try (Proxy proxy = Proxy.to(origin).start()) {
            for (int i = 0; i < 60; i++) {
                WireClient client = proxy.slowClient(8 << 10);
                clients.add(client);
                client.get("/" + i);
            }
            await().until(() -> origin.requests().size() == 60);
            // All of them are paused, and for longer than makes them stalled.
            await().during(Duration.ofMillis(500))
                    .until(() -> proxy.engine.status().exchanges() == 60);
            List<WireClient> burst = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                WireClient client = proxy.client();
                clients.add(client);
                burst.add(client);
            }
            burst.forEach(client -> client.get("/thumb"));
            burst.forEach(client -> assertThat(client.readAnswer().text()).isEqualTo("thumb"));
            assertThat(proxy.engine.status().exchanges()).isEqualTo(60);
        } finally {
            clients.forEach(WireClient::close);
        }
    }

    /** Their exchange is over; what is queued for them counts all the same. */
    @Test
    void clientsThatAskToCloseAreLetGoLikeOthers() {
        Limits limits = new Limits(1000, 0, 1 << 20, 256 << 10, 0, 100, 0, 0, 4 << 20);
        Outcome some = new Outcome.Respond(
                200, Headers.EMPTY, new Body.Bytes(new byte[470 << 10], "application/octet-stream"));
        List<WireClient> crowd = new ArrayList<>();
        try (Proxy proxy = Proxy.to(origin)
                .limits(limits)
                .rule("some", "/**", (request, context) -> some)
                .start()) {
            for (int i = 0; i < 100; i++) {
                WireClient client = proxy.slowClient(8 << 10);
                crowd.add(client);
                client.send("GET /" + i + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> refused(proxy) > 20);
        } finally {
            crowd.forEach(WireClient::close);
        }
    }
}
