package dev.embergate.engine.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.embergate.engine.EngineConfig.Tls;
import dev.embergate.engine.EngineConfig.Tls.Provider;
import dev.embergate.engine.EngineConfig.Tls.Version;
import dev.embergate.engine.spi.Body;
import dev.embergate.engine.spi.Conversation;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestEdits;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.Step;
import dev.embergate.engine.testkit.TestCertificate;
import dev.embergate.engine.testkit.WireAnswer;
import dev.embergate.engine.testkit.WireClient;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What passes through an https listener, and how it ends, with either TLS library. */
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource(
        value = Provider.class,
        names = {"BORINGSSL", "JDK"})
class HttpsTest {
    @TempDir
    static Path folder;

    private static TestCertificate certificate;
    private static SSLContext trusting;

    private final Provider provider;
    private final Origin origin = Origin.start();

    HttpsTest(Provider provider) {
        this.provider = provider;
    }

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = TestCertificate.make(folder, "a", "RSA", "dns:a.test,ip:127.0.0.1");
        trusting = TestCertificate.trusting(certificate);
    }

    @AfterEach
    void stop() {
        origin.close();
    }

    private Tls tls(Duration hsts) {
        return new Tls(
                List.of(new Tls.Certificate(certificate.chain(), certificate.key())), Version.TLS_1_2, provider, hsts);
    }

    private Proxy.Builder proxy() {
        return Proxy.to(origin).tls(tls(Duration.ZERO));
    }

    private static WireClient connect(Proxy proxy) throws IOException {
        return TlsClient.to(proxy, trusting).connect();
    }

    @Test
    void bothVersionsCarryRequestsAndTheUpstreamHearsOfHttps() throws Exception {
        origin.otherwise(Step.send(Origin.text("hello")));
        try (Proxy proxy = proxy().start()) {
            for (String version : List.of("TLSv1.3", "TLSv1.2")) {
                try (SSLSocket socket =
                                TlsClient.to(proxy, trusting).versions(version).shaken();
                        WireClient client = WireClient.over(socket)) {
                    assertThat(socket.getSession().getProtocol()).isEqualTo(version);
                    for (int i = 0; i < 3; i++) {
                        assertThat(client.get("/" + i).readAnswer().text()).isEqualTo("hello");
                        assertThat(origin.take().field("X-Forwarded-Proto")).isEqualTo("https");
                    }
                }
            }
        }
    }

    @Test
    void rulesSeeThatTheClientIsSecure() throws Exception {
        try (Proxy proxy = proxy().rule(
                                "scheme",
                                "/**",
                                (request, context) -> new Outcome.Respond(
                                        200,
                                        Headers.EMPTY,
                                        Body.text(request.client().scheme())))
                        .start();
                WireClient client = connect(proxy)) {
            assertThat(client.get("/").readAnswer().text()).isEqualTo("https");
        }
    }

    @Test
    void longBodiesPassBothWaysToPeersThatStartLate() throws Exception {
        byte[] bytes = new byte[12 << 20];
        new Random(8446).nextBytes(bytes);
        CountDownLatch late = new CountDownLatch(1);
        origin.answers(
                Step.hold(late),
                Step.readBody(),
                Step.send("HTTP/1.1 200 OK\r\nContent-Length: " + bytes.length + "\r\n\r\n"),
                Step.send(bytes));
        try (Proxy proxy = proxy().start();
                WireClient client =
                        TlsClient.to(proxy, trusting).receiveBuffer(16 << 10).connect()) {
            CompletableFuture<?> sending = CompletableFuture.runAsync(
                    () -> client.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: " + bytes.length + "\r\n\r\n")
                            .send(bytes),
                    Thread::startVirtualThread);
            await().during(Duration.ofMillis(200)).until(() -> !sending.isDone()); // backpressure holds it
            late.countDown();
            assertThat(sending).succeedsWithin(Duration.ofSeconds(20));
            await().during(Duration.ofMillis(200)).until(() -> origin.sent() < bytes.length);
            assertThat(Arrays.equals(client.readAnswer().body(), bytes)).isTrue();
            assertThat(Arrays.equals(origin.take().body(), bytes)).isTrue();
        }
    }

    /** RFC 9112 section 9.8: a whole answer ends with close_notify, which the JDK tells as the end of the stream. */
    @Test
    void anAnswerThatEndsWithTheConnectionIsVouchedFor() throws Exception {
        origin.answers(Step.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it"), Step.close());
        try (Proxy proxy = proxy().start();
                WireClient client = connect(proxy)) {
            client.send("GET / HTTP/1.0\r\nHost: a.test\r\n\r\n");
            assertThat(new String(client.readToEnd(), ISO_8859_1)).endsWith("all of it");
        }
    }

    /** RFC 8446 section 6.1: without close_notify the client knows that something is missing. */
    @Test
    void aTruncatedAnswerThatWouldEndWithTheConnectionIsNotVouchedFor() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        origin.answers(
                Step.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
                Step.hold(arrived),
                Step.close());
        try (Proxy proxy = proxy().start();
                WireClient client = connect(proxy)) {
            client.send("GET / HTTP/1.0\r\nHost: a.test\r\n\r\n").readUntil("hello");
            arrived.countDown();
            assertThatThrownBy(client::readToEnd).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void aTruncatedAnswerWithALengthIsSeenAsTruncated() throws Exception {
        origin.answers(Step.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), Step.close());
        try (Proxy proxy = proxy().start();
                WireClient client = connect(proxy)) {
            client.get("/").readUntil("half");
            assertThatThrownBy(() -> client.readExactly(96)).isInstanceOf(AssertionError.class);
        }
    }

    /** RFC 9112 section 9.6: the answer arrives though the client was still sending. */
    @Test
    void anAnswerBeforeTheEndOfTheRequestArrivesWhole() throws Exception {
        try (Proxy proxy = proxy().rule(
                                "no",
                                "/**",
                                (request, context) ->
                                        new Outcome.Respond(403, Headers.of("Connection", "close"), Body.text("no")))
                        .start();
                WireClient client = connect(proxy)) {
            client.send("POST / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\nContent-Length: 900000\r\n\r\n");
            for (int i = 0; i < 8; i++) {
                client.send(new byte[100_000]);
            }
            assertThat(client.readAnswer().text()).isEqualTo("no");
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void aClientThatEndsItsSideEndsTheConnection() throws Exception {
        try (Proxy proxy = proxy().start();
                SSLSocket client =
                        TlsClient.to(proxy, trusting).versions("TLSv1.3").shaken()) {
            client.shutdownOutput(); // close_notify, no FIN
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            await().until(() -> proxy.engine.status().connections() == 0);
        }
    }

    @Test
    void aClientThatLeavesStopsTheUpstream() throws Exception {
        origin.answers(Step.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"), Step.endless(4096));
        try (Proxy proxy = proxy().start();
                WireClient client = connect(proxy)) {
            client.get("/").readExactly(100_000);
            client.reset();
            origin.awaitAllClosed();
        }
    }

    @Test
    void brokenRecordsAfterTheHandshakeCloseTheConnectionOnly() throws Exception {
        origin.otherwise(Step.send(Origin.text("hello")));
        try (Proxy proxy = proxy().start();
                Socket plain = new Socket("127.0.0.1", proxy.port());
                SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket(plain, "a.test", 1, true)) {
            socket.startHandshake();
            await().until(() -> proxy.engine.status().connections() == 1);
            plain.getOutputStream().write(new byte[] {23, 3, 3, 0, 40});
            plain.getOutputStream().write(new byte[40]);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SSLException.class);
            await().until(() -> proxy.engine.status().connections() == 0);
            try (WireClient other = connect(proxy)) {
                assertThat(other.get("/").readAnswer().text()).isEqualTo("hello");
            }
        }
    }

    @Test
    void aTunnelCarriesBytesBothWaysAndItsEnd() throws Exception {
        origin.answers(
                Step.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: foo\r\nConnection: Upgrade\r\n\r\n"),
                Step.echo());
        byte[] bytes = new byte[2 << 20];
        new Random(6455).nextBytes(bytes);
        try (Proxy proxy = proxy().rule(
                                "tunnel", "/**", (request, context) -> new Outcome.Tunnel("origin", RequestEdits.NONE))
                        .start();
                SSLSocket socket =
                        TlsClient.to(proxy, trusting).versions("TLSv1.3").shaken();
                WireClient client = WireClient.over(socket)) {
            client.send("GET / HTTP/1.1\r\nHost: a.test\r\nUpgrade: foo\r\nConnection: Upgrade\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            CompletableFuture.runAsync(() -> client.send(bytes), Thread::startVirtualThread);
            assertThat(Arrays.equals(client.readExactly(bytes.length), bytes)).isTrue();
            socket.shutdownOutput();
            assertThat(client.readToEnd()).isEmpty();
            await().until(() -> proxy.engine.status().connections() == 0);
        }
    }

    @Test
    void aConversationIsHeldThroughTls() throws Exception {
        Conversation echo = new Conversation() {
            private Peer peer;

            @Override
            public void opened(Peer opened) {
                peer = opened;
            }

            @Override
            public void text(String message) {
                peer.text(message);
            }

            @Override
            public void binary(byte[] message) {}

            @Override
            public void closed(int code, String reason) {}
        };
        try (Proxy proxy = proxy().rule("talk", "/**", (request, context) -> new Outcome.Converse(echo))
                        .start();
                WireClient client = connect(proxy)) {
            client.send("GET / HTTP/1.1\r\nHost: a.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            client.send(new byte[] {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, 'h', 'i'});
            assertThat(client.readExactly(4)).containsExactly(0x81, 2, 'h', 'i');
            client.send(new byte[] {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 3, (byte) 0xe8});
            assertThat(client.readExactly(4)).containsExactly(0x88, 2, 3, 0xe8);
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    /** RFC 6797 section 6.1: exactly one field, whoever else wrote one. */
    @Test
    void everyAnswerHasOneFieldOfStrictTransport() throws Exception {
        String other = "HTTP/1.1 200 OK\r\nstrict-transport-security: max-age=1\r\nContent-Length: 0\r\n\r\n";
        origin.otherwise(Step.send(other));
        try (Proxy proxy = Proxy.to(origin)
                        .tls(tls(Duration.ofDays(1)))
                        .rule(
                                "own",
                                "/own",
                                (request, context) -> new Outcome.Respond(
                                        200, Headers.of("strict-Transport-Security", "max-age=2"), Body.text("x")))
                        .rule(
                                "away",
                                "/away",
                                (request, context) -> new Outcome.Redirect(302, java.net.URI.create("https://b.test/")))
                        .rule("fault", "/fault", (request, context) -> {
                            throw new IllegalStateException("on purpose");
                        })
                        .start();
                WireClient client = connect(proxy)) {
            for (String target : List.of("/relayed", "/own", "/away", "/fault")) {
                assertThat(strictTransport(client.get(target).readAnswer()))
                        .as(target)
                        .containsExactly("Strict-Transport-Security: max-age=86400");
            }
            client.send("GET / HTTP/1.1\r\n\r\n");
            WireAnswer refused = client.readAnswer();
            assertThat(refused.status()).isEqualTo(400);
            assertThat(strictTransport(refused)).containsExactly("Strict-Transport-Security: max-age=86400");
        }
        try (Proxy proxy = proxy().start();
                WireClient client = connect(proxy)) {
            assertThat(strictTransport(client.get("/relayed").readAnswer()))
                    .containsExactly("strict-transport-security: max-age=1");
        }
    }

    private static List<String> strictTransport(WireAnswer answer) {
        return answer.head()
                .lines()
                .filter(line -> line.regionMatches(true, 0, "strict-transport-security:", 0, 26))
                .toList();
    }

    @Test
    void stoppingEndsIdleConnectionsInOrder() throws Exception {
        origin.otherwise(Step.send(Origin.text("hello")));
        try (Proxy proxy = proxy().start();
                WireClient client = connect(proxy)) {
            client.get("/").readAnswer();
            Runnable stop = proxy::close;
            stop.run();
            assertThat(client.readToEnd()).isEmpty();
        }
    }
}
