package dev.embergate.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.Step;
import dev.embergate.engine.testkit.WireAnswer;
import dev.embergate.engine.testkit.WireClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A listener that sends everybody to https (RFC 9110 section 15.4.9). */
@ExtendWith(LeakCheck.class)
class HttpsRedirectTest {
    private final Origin origin = Origin.start();

    @AfterEach
    void stop() {
        origin.close();
    }

    private Proxy start(int port) {
        return Proxy.to(origin).redirectToHttps(port).start();
    }

    @ParameterizedTest
    @CsvSource({
        "443, a.test, /, https://a.test/",
        "443, a.test:8095, /web/index.html?a=b&c=%2F, https://a.test/web/index.html?a=b&c=%2F",
        "8094, a.test:8095, /a%20b//c;d, https://a.test:8094/a%20b//c;d",
        "8094, A.test., //evil.test/x, https://A.test.:8094//evil.test/x",
        "8094, 192.0.2.1, /?q=https://evil.test, https://192.0.2.1:8094/?q=https://evil.test",
        "443, [2001:db8::1]:8095, /x, https://[2001:db8::1]/x",
        "8094, [2001:db8::1], /x, https://[2001:db8::1]:8094/x",
        "443, a.test, http://a.test/absolute?q, https://a.test/absolute?q",
    })
    void theAddressIsKeptInHttps(int port, String host, String target, String location) {
        try (Proxy proxy = start(port);
                WireClient client = proxy.client()) {
            client.send("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            WireAnswer answer = client.readAnswer();
            assertThat(answer.status()).isEqualTo(308);
            assertThat(answer.fields("Location")).containsExactly(location);
            assertThat(answer.field("Strict-Transport-Security")).isNull();
            assertThat(client.send("GET /again HTTP/1.1\r\nHost: b\r\n\r\n")
                            .readAnswer()
                            .status())
                    .isEqualTo(308);
            assertThat(origin.requests()).isEmpty();
        }
    }

    @Test
    void theServerAsSuchHasNoPath() {
        try (Proxy proxy = start(8094);
                WireClient client = proxy.client()) {
            client.send("OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n");
            assertThat(client.readAnswer().field("Location")).isEqualTo("https://a.test:8094");
        }
    }

    @Test
    void bodiesAreReadPast() {
        try (Proxy proxy = start(8094);
                WireClient client = proxy.client()) {
            client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
                    + "HEAD /y HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readAnswer().field("Location")).isEqualTo("https://a:8094/x");
            assertThat(client.readAnswerTo("HEAD").field("Location")).isEqualTo("https://a:8094/y");
        }
    }

    @Test
    void withoutAHostThereIsNowhereToSendAClientTo() {
        try (Proxy proxy = start(8094);
                WireClient client = proxy.client();
                WireClient kept = proxy.client()) {
            client.send("GET / HTTP/1.0\r\n\r\n");
            WireAnswer answer = client.readAnswer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.field("Location")).isNull();
            kept.send("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
            assertThat(kept.readAnswer().field("Connection")).isEqualTo("keep-alive");
        }
    }

    /** What is no host cannot become part of an answer. */
    @ParameterizedTest
    @ValueSource(strings = {"a.test\tb", "a.test/evil", "a@evil.test", "a.test:99999", "a.test,evil.test", "[::1"})
    void aHostThatIsNoneIsRefused(String host) {
        try (Proxy proxy = start(8094);
                WireClient client = proxy.client()) {
            client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            WireAnswer answer = client.readAnswer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.field("Location")).isNull();
        }
    }

    /** RFC 8555 section 8.3: certificates are had in plain http. */
    @Test
    void theChallengeOfACertificateAuthorityIsAnswered() {
        origin.otherwise(Step.send(Origin.text("token")));
        try (Proxy proxy = start(8094);
                WireClient client = proxy.client()) {
            assertThat(client.get("/.well-known/acme-challenge/abc")
                            .readAnswer()
                            .text())
                    .isEqualTo("token");
            assertThat(origin.take().target()).isEqualTo("/.well-known/acme-challenge/abc");
            assertThat(client.get("/.well-known/acme-challenge").readAnswer().status())
                    .isEqualTo(308);
        }
    }
}
