package dev.embergate.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.embergate.engine.EngineConfig.Limits;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.WireAnswer;
import dev.embergate.engine.testkit.WireClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How much one client may ask at once. */
@ExtendWith(LeakCheck.class)
class ClientLimitsTest {
    private static final String HELD = "embergate_connections_refused_total{reason=\"max-connections\"}";
    private static final String RATE = "embergate_requests_refused_total{reason=\"request-rate\"}";
    private static final Rule HI = (request, context) -> Outcome.Respond.text(200, "hi");

    private Origin origin;

    @BeforeEach
    void start() {
        origin = Origin.start();
    }

    @AfterEach
    void stop() {
        origin.close();
    }

    /** So slow a rate that no test runs into a new permission. */
    private static Limits burst(int requests) {
        return new Limits(1000, 0, 1 << 20, 64 << 10, 1, requests, 0, 0, 0);
    }

    @Test
    void aConnectionTooManyIsToldToComeAgain() {
        try (Proxy proxy = Proxy.to(origin)
                        .limits(new Limits(1, 0, 1 << 20, 64 << 10))
                        .rule("hi", "/**", HI)
                        .start();
                WireClient first = proxy.client()) {
            assertThat(first.get("/").readAnswer().status()).isEqualTo(200);
            try (WireClient second = proxy.client()) {
                WireAnswer answer = second.get("/").readAnswer();
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.field("Retry-After")).isEqualTo("5");
                assertThat(answer.field("Connection")).isEqualTo("close");
                assertThat(second.readToEnd()).isEmpty();
            }
            assertThat(proxy.counted(HELD)).isEqualTo(1);
            assertThat(first.get("/").readAnswer().status()).isEqualTo(200);
            first.leave();
            await().until(() -> {
                try (WireClient third = proxy.client()) {
                    return third.get("/").readAnswer().status() == 200;
                }
            });
        }
    }

    @Test
    void aConnectionTooManyThatSaysNothingIsNotHeldForLong() {
        try (Proxy proxy = Proxy.to(origin)
                        .limits(new Limits(1, 0, 1 << 20, 64 << 10))
                        .start();
                WireClient first = proxy.client();
                WireClient second = proxy.client()) {
            await().until(() -> proxy.engine.status().connections() == 1);
            assertThat(second.awaitClosed()).isZero();
            assertThat(proxy.engine.status().connections()).isEqualTo(1);
            first.leave();
        }
    }

    @Test
    void onlySoManyAreToldTheRestAreClosedAtOnce() {
        List<WireClient> told = new ArrayList<>();
        try (Proxy proxy = Proxy.to(origin)
                        .limits(new Limits(1, 0, 1 << 20, 64 << 10))
                        .start();
                WireClient first = proxy.client()) {
            await().until(() -> proxy.engine.status().connections() == 1);
            for (int i = 0; i < 256; i++) {
                told.add(proxy.client());
            }
            await().until(() -> proxy.counted(HELD) == 256);
            try (WireClient another = proxy.client()) {
                assertThat(another.awaitClosed()).isZero();
            }
            // Those before it are held still: each is answered.
            int last = told.size() - 1;
            assertThat(told.get(last).get("/").readAnswer().status()).isEqualTo(503);
            first.leave();
        } finally {
            told.forEach(WireClient::close);
        }
    }

    @Test
    void aRequestBeyondTheBurstIs429AndTheConnectionStays() {
        try (Proxy proxy =
                        Proxy.to(origin).limits(burst(2)).rule("hi", "/**", HI).start();
                WireClient client = proxy.client();
                WireClient another = proxy.client()) {
            assertThat(client.get("/").readAnswer().status()).isEqualTo(200);
            assertThat(client.get("/").readAnswer().status()).isEqualTo(200);
            WireAnswer refused = client.get("/").readAnswer();
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.field("Retry-After")).isEqualTo("1");
            assertThat(refused.field("Connection")).isNull();
            assertThat(another.get("/").readAnswer().status())
                    .as("one rate for all connections of an address")
                    .isEqualTo(429);
            client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readAnswerTo("HEAD").status()).isEqualTo(429);
            await().untilAsserted(() ->
                    assertThat(client.get("/").readAnswer().status()).isEqualTo(200));
            assertThat(proxy.counted(RATE)).isGreaterThanOrEqualTo(3);
            assertThat(origin.connections()).isZero();
        }
    }

    @Test
    void theBodyOfARefusedRequestIsReadWhenSmallAndEndsTheConnectionWhenLarge() {
        try (Proxy proxy =
                        Proxy.to(origin).limits(burst(1)).rule("hi", "/**", HI).start();
                WireClient client = proxy.client()) {
            client.get("/").readAnswer();
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
            assertThat(client.readAnswer().status()).isEqualTo(429);
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\nhello");
            WireAnswer answer = client.readAnswer();
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.field("Connection")).isEqualTo("close");
            client.awaitClosed();
        }
    }

    @Test
    void behindATrustedProxyEachClientHasItsOwnRateAndTheProxyItselfNone() {
        try (Proxy proxy = Proxy.to(origin)
                        .limits(burst(1))
                        .trusts("127.0.0.1")
                        .rule("hi", "/**", HI)
                        .start();
                WireClient client = proxy.client()) {
            assertThat(statusFor(client, "192.0.2.1")).isEqualTo(200);
            assertThat(statusFor(client, "192.0.2.1")).isEqualTo(429);
            assertThat(statusFor(client, "192.0.2.2")).isEqualTo(200);
            assertThat(statusFor(client, "2001:db8::1")).isEqualTo(200);
            assertThat(statusFor(client, "2001:db8::2")).as("the same /64").isEqualTo(429);
            assertThat(statusFor(client, "6.6.6.6, 192.0.2.2")).isEqualTo(429);
            for (int i = 0; i < 5; i++) {
                assertThat(client.get("/").readAnswer().status()).isEqualTo(200);
            }
        }
    }

    private static int statusFor(WireClient client, String forwardedFor) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: " + forwardedFor + "\r\n\r\n");
        return client.readAnswer().status();
    }
}
