package dev.embergate.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.embergate.engine.EngineConfig.Limits;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.ReceivedRequest;
import dev.embergate.engine.testkit.WireAnswer;
import dev.embergate.engine.testkit.WireClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Behind another proxy: who the client is, for rules, log, limits and upstream. */
@ExtendWith(LeakCheck.class)
class EdgeTest {
    private static final String HEADER = "PROXY TCP4 192.0.2.1 10.0.0.1 4711 443\r\n";
    private static final String GET = "GET / HTTP/1.1\r\nHost: media.example\r\n\r\n";
    private static final Rule WHO = (request, context) -> Outcome.Respond.text(
            200,
            request.client().addressText() + " " + request.client().port() + " "
                    + request.client().scheme() + " " + request.client().authority());

    private Origin origin;

    @BeforeEach
    void start() {
        origin = Origin.start();
    }

    @AfterEach
    void stop() {
        origin.close();
    }

    private static byte[] v2(String hex) {
        return HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + hex.replace(" ", ""));
    }

    // ---- fields

    @Test
    void theUpstreamHearsOfTheClientOfATrustedProxyAndOfEachProxyBetween() {
        origin.answersText("1").answersText("2");
        try (Proxy proxy = Proxy.to(origin).trusts("127.0.0.0/8", "10.0.0.0/8").start();
                WireClient client = proxy.client()) {
            client.send("GET / HTTP/1.1\r\nHost: inner:8095\r\nX-Forwarded-For: 6.6.6.6, 192.0.2.1\r\n"
                    + "X-Forwarded-For: 10.0.0.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: media.example\r\n"
                    + "X-Forwarded-Port: 8443\r\nX-Real-IP: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\n\r\n");
            assertThat(client.readAnswer().text()).isEqualTo("1");
            ReceivedRequest got = origin.take();
            assertThat(got.field("X-Forwarded-For")).isEqualTo("192.0.2.1, 10.0.0.7, 127.0.0.1");
            assertThat(got.field("X-Real-IP")).isEqualTo("192.0.2.1");
            assertThat(got.field("X-Forwarded-Proto")).isEqualTo("https");
            assertThat(got.field("X-Forwarded-Host")).isEqualTo("media.example:8443");
            assertThat(got.field("X-Forwarded-Port")).isNull();
            assertThat(got.field("Forwarded")).isNull();
            assertThat(got.head()).doesNotContain("6.6.6.6");
            client.send("GET / HTTP/1.1\r\nHost: inner:8095\r\nX-Forwarded-For: 192.0.2.2\r\n\r\n");
            assertThat(client.readAnswer().text()).isEqualTo("2");
            assertThat(origin.take().field("X-Forwarded-For")).isEqualTo("192.0.2.2, 127.0.0.1");
        }
    }

    @Test
    void theFieldsOfAnybodyElseAreReplaced() {
        origin.answersText("1");
        try (Proxy proxy = Proxy.to(origin).trusts("10.0.0.0/8").start();
                WireClient client = proxy.client()) {
            client.send(
                    "GET / HTTP/1.1\r\nHost: media.example\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\n"
                            + "X-Forwarded-Host: evil\r\nForwarded: for=6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\n\r\n");
            client.readAnswer();
            ReceivedRequest got = origin.take();
            assertThat(got.field("X-Forwarded-For")).isEqualTo("127.0.0.1");
            assertThat(got.field("X-Real-IP")).isEqualTo("127.0.0.1");
            assertThat(got.field("X-Forwarded-Proto")).isEqualTo("http");
            assertThat(got.field("X-Forwarded-Host")).isEqualTo("media.example");
            assertThat(got.head()).doesNotContain("6.6.6.6").doesNotContain("evil");
        }
    }

    @Test
    void theAccessLineTellsTheSameClientAsTheRule() {
        Logger access = (Logger) LoggerFactory.getLogger("embergate.access");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        access.addAppender(lines);
        try (Proxy proxy = Proxy.to(origin)
                        .trusts("127.0.0.1")
                        .accessLog()
                        .rule("who", "/**", WHO)
                        .start();
                WireClient client = proxy.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n");
            assertThat(client.readAnswer().text()).startsWith("192.0.2.1 ");
            client.send("BROKEN\r\n\r\n").readAnswer();
            await().untilAsserted(() -> assertThat(List.copyOf(lines.list))
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .anyMatch(line -> line.contains(" client=192.0.2.1 ") && line.contains(" rule=who "))
                    .anyMatch(line -> line.contains(" client=127.0.0.1 ") && line.contains(" outcome=reject ")));
        } finally {
            access.detachAppender(lines);
        }
    }

    // ---- PROXY protocol

    private Proxy.Builder proxied() {
        return Proxy.to(origin)
                .proxyProtocol()
                .trusts("127.0.0.1", "10.0.0.0/8")
                .rule("who", "/**", WHO);
    }

    @Test
    void aHeaderOfVersionOneNamesTheClientOfAllRequests() {
        try (Proxy proxy = proxied().start();
                WireClient client = proxy.client()) {
            client.send(HEADER + GET + GET);
            assertThat(client.readAnswer().text()).isEqualTo("192.0.2.1 4711 http media.example");
            assertThat(client.readAnswer().text()).isEqualTo("192.0.2.1 4711 http media.example");
        }
    }

    @Test
    void aHeaderOfVersionTwoNamesTheClientAndItsTls() {
        try (Proxy proxy = proxied().start();
                WireClient client = proxy.client()) {
            client.send(v2("21 11 0014 c0000201 0a000001 1267 01bb 20 0005 01 00000000"));
            assertThat(client.send(GET).readAnswer().text()).isEqualTo("192.0.2.1 4711 https media.example");
        }
    }

    @Test
    void aHeaderInManyPiecesLosesNothingBehindIt() {
        try (Proxy proxy = proxied().start();
                WireClient client = proxy.client()) {
            for (char c : (HEADER + GET).toCharArray()) {
                client.send(String.valueOf(c));
            }
            assertThat(client.readAnswer().text()).startsWith("192.0.2.1 4711 ");
        }
    }

    @Test
    void aHealthCheckOfTheProxyIsThePeerItself() {
        try (Proxy proxy = proxied().start();
                WireClient local = proxy.client();
                WireClient unknown = proxy.client()) {
            assertThat(local.send(v2("20 00 0000")).send(GET).readAnswer().text())
                    .isEqualTo("127.0.0.1 " + local.localPort() + " http media.example");
            assertThat(unknown.send("PROXY UNKNOWN\r\n" + GET).readAnswer().text())
                    .isEqualTo("127.0.0.1 " + unknown.localPort() + " http media.example");
        }
    }

    @Test
    void fieldsAreBelievedOnlyWhenTheHeaderNamesATrustedProxyToo() {
        String fields = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.1\r\n\r\n";
        try (Proxy proxy = proxied().start();
                WireClient direct = proxy.client();
                WireClient chained = proxy.client()) {
            assertThat(direct.send(HEADER + fields).readAnswer().text()).startsWith("192.0.2.1 ");
            assertThat(chained.send("PROXY TCP4 10.0.0.9 10.0.0.1 1 2\r\n" + fields)
                            .readAnswer()
                            .text())
                    .startsWith("198.51.100.1 ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "PROXY TCP4 192.0.2.1 10.0.0.1 1 99999\r\n",
                "\r\n\r\n\0\r\nQUIT\n\u0011\u0011\0\0",
                "\u0016\u0003\u0001"
            })
    void withoutAHeaderAConnectionIsClosedAndCounted(String bytes) {
        try (Proxy proxy = proxied().start();
                WireClient client = proxy.client()) {
            assertThat(client.send(bytes).awaitClosed()).isZero();
            assertThat(proxy.counted("embergate_connections_refused_total{reason=\"proxy-protocol-malformed\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aHeaderThatDoesNotComeIsWaitedForAsLongAsForAHead() {
        try (Proxy proxy = proxied().head(Duration.ofMillis(200)).start();
                WireClient silent = proxy.client();
                WireClient half = proxy.client();
                WireClient good = proxy.client()) {
            assertThat(good.send(HEADER + GET).readAnswer().status()).isEqualTo(200);
            half.send(HEADER.substring(0, 20));
            assertThat(silent.awaitClosed()).isZero();
            assertThat(half.awaitClosed()).isZero();
            assertThat(proxy.counted("embergate_connections_refused_total{reason=\"proxy-protocol-timeout\"}"))
                    .isEqualTo(2);
            assertThat(good.send(GET).readAnswer().status()).isEqualTo(200);
        }
    }

    @Test
    void onlyATrustedProxyMaySendAHeader() {
        try (Proxy proxy = proxied().trusts("10.0.0.0/8").start();
                WireClient client = proxy.client()) {
            assertThat(client.awaitClosed()).isZero();
            assertThat(proxy.counted("embergate_connections_refused_total{reason=\"proxy-protocol-untrusted\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void whereNoHeaderIsAskedForItIsNoRequest() {
        try (Proxy proxy = Proxy.to(origin).trusts("127.0.0.1").start();
                WireClient client = proxy.client()) {
            assertThat(client.send(HEADER + GET).readAnswer().status()).isEqualTo(400);
        }
    }

    @Test
    void connectionsAreCountedByTheAddressInTheHeader() {
        Limits one = new Limits(100, 1, 1 << 20, 64 << 10);
        try (Proxy proxy = proxied().limits(one).start();
                WireClient first = proxy.client();
                WireClient second = proxy.client();
                WireClient other = proxy.client()) {
            assertThat(first.send(HEADER + GET).readAnswer().status()).isEqualTo(200);
            WireAnswer refused = second.send(HEADER + GET).readAnswer();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.field("Retry-After")).isEqualTo("5");
            second.awaitClosed();
            assertThat(other.send(HEADER.replace("192.0.2.1", "192.0.2.2") + GET)
                            .readAnswer()
                            .status())
                    .isEqualTo(200);
            assertThat(proxy.counted("embergate_connections_refused_total{reason=\"max-connections-per-address\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void manyConnectionsMayComeFromATrustedProxy() {
        Limits one = new Limits(100, 1, 1 << 20, 64 << 10);
        List<WireClient> clients = new ArrayList<>();
        try (Proxy proxy = Proxy.to(origin)
                .limits(one)
                .trusts("127.0.0.1")
                .rule("who", "/**", WHO)
                .start()) {
            for (int i = 0; i < 5; i++) {
                WireClient client = proxy.client();
                clients.add(client);
                assertThat(client.send(GET).readAnswer().status()).isEqualTo(200);
            }
        } finally {
            clients.forEach(WireClient::close);
        }
    }

    @Test
    void bytesBehindAHeaderOfOneWriteAreTheFirstRequest() {
        try (Proxy proxy = proxied().start();
                WireClient client = proxy.client()) {
            byte[] header = v2("21 11 000c c0000201 0a000001 1267 01bb");
            byte[] request = GET.getBytes(StandardCharsets.US_ASCII);
            byte[] both = new byte[header.length + request.length];
            System.arraycopy(header, 0, both, 0, header.length);
            System.arraycopy(request, 0, both, header.length, request.length);
            assertThat(client.send(both).readAnswer().text()).startsWith("192.0.2.1 4711 ");
        }
    }
}
