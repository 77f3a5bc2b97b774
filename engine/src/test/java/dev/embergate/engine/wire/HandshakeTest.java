package dev.embergate.engine.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.embergate.engine.EngineConfig.Tls;
import dev.embergate.engine.EngineConfig.Tls.Provider;
import dev.embergate.engine.EngineConfig.Tls.Version;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.Step;
import dev.embergate.engine.testkit.TestCertificate;
import dev.embergate.engine.testkit.WireAnswer;
import dev.embergate.engine.testkit.WireClient;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
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

/** How clients come to TLS, or do not, with either TLS library. */
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource(
        value = Provider.class,
        names = {"BORINGSSL", "JDK"})
class HandshakeTest {
    @TempDir
    static Path folder;

    private static TestCertificate first;
    private static TestCertificate exact;
    private static TestCertificate wildcard;
    private static SSLContext trusting;

    private final Provider provider;
    private final Origin origin = Origin.start();

    HandshakeTest(Provider provider) {
        this.provider = provider;
        origin.otherwise(Step.send(Origin.text("hello")));
    }

    @BeforeAll
    static void makeCertificates() throws Exception {
        first = TestCertificate.make(folder, "first", "EC", "dns:a.test,ip:127.0.0.1");
        wildcard = TestCertificate.make(folder, "wildcard", "RSA", "dns:*.b.test");
        exact = TestCertificate.make(folder, "exact", "EC", "dns:Film.B.test");
        trusting = TestCertificate.trusting(first, exact, wildcard);
    }

    @AfterEach
    void stop() {
        origin.close();
    }

    private Tls tls(Version version) {
        return new Tls(
                List.of(first, wildcard, exact).stream()
                        .map(one -> new Tls.Certificate(one.chain(), one.key()))
                        .toList(),
                version,
                provider,
                Duration.ZERO);
    }

    private Proxy.Builder proxy() {
        return Proxy.to(origin).tls(tls(Version.TLS_1_2));
    }

    private static X509Certificate shown(Proxy proxy, String name) throws Exception {
        SSLContext unknown = TestCertificate.trusting(first, exact, wildcard);
        try (SSLSocket socket = TlsClient.to(proxy, unknown).named(name).shaken()) {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    /** RFC 6066 section 3, RFC 9525 section 6.3. */
    @Test
    void theNameThatIsAskedForChoosesTheCertificate() throws Exception {
        try (Proxy proxy = proxy().start()) {
            assertThat(shown(proxy, "a.test")).isEqualTo(first.certificate());
            assertThat(shown(proxy, "film.b.test")).isEqualTo(exact.certificate());
            assertThat(shown(proxy, "music.b.test")).isEqualTo(wildcard.certificate());
            assertThat(shown(proxy, "deep.music.b.test")).isEqualTo(first.certificate());
            assertThat(shown(proxy, "b.test")).isEqualTo(first.certificate());
            assertThat(shown(proxy, "unknown.test")).isEqualTo(first.certificate());
            assertThat(shown(proxy, "")).isEqualTo(first.certificate());
        }
    }

    /** RFC 7301. */
    @Test
    void onlyHttp11IsAgreedOn() throws Exception {
        try (Proxy proxy = proxy().start()) {
            for (String version : List.of("TLSv1.3", "TLSv1.2")) {
                TlsClient client = TlsClient.to(proxy, trusting).versions(version);
                try (SSLSocket both = client.offers("h2", "http/1.1").shaken();
                        SSLSocket other = client.offers("h2").shaken()) {
                    assertThat(both.getApplicationProtocol()).isEqualTo("http/1.1");
                    assertThat(other.getApplicationProtocol()).isEmpty();
                }
            }
        }
    }

    @Test
    void aSessionIsResumed() throws Exception {
        try (Proxy proxy = proxy().start()) {
            for (String version : List.of("TLSv1.3", "TLSv1.2")) {
                SSLContext context = TestCertificate.trusting(first);
                TlsClient client = TlsClient.to(proxy, context).versions(version);
                long before = sessionBegan(client);
                assertThat(sessionBegan(client)).as(version).isEqualTo(before);
                TlsClient other =
                        TlsClient.to(proxy, TestCertificate.trusting(first)).versions(version);
                assertThat(sessionBegan(other)).as(version).isGreaterThan(before);
            }
        }
    }

    /** After an answer: tickets of TLS 1.3 come after the handshake. */
    private static long sessionBegan(TlsClient client) throws IOException {
        try (SSLSocket socket = client.shaken();
                WireClient wire = WireClient.over(socket)) {
            assertThat(wire.get("/").readAnswer().text()).isEqualTo("hello");
            return socket.getSession().getCreationTime();
        }
    }

    /** RFC 9325 section 3.5: whoever wants to negotiate again is sent away. */
    @Test
    void aClientCannotNegotiateAgain() throws Exception {
        try (Proxy proxy = proxy().start();
                SSLSocket socket =
                        TlsClient.to(proxy, trusting).versions("TLSv1.2").shaken()) {
            if (provider == Provider.JDK) {
                // The JDK looks at this once, at the first handshake of a process, which was another test's.
                assertThat(System.getProperty("jdk.tls.rejectClientInitiatedRenegotiation"))
                        .isEqualTo("true");
                return;
            }
            assertThatThrownBy(() -> {
                        socket.startHandshake();
                        socket.getInputStream().read();
                    })
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void ciphersWithoutForwardSecrecyOrAuthenticatedEncryptionAreRefused() throws Exception {
        try (Proxy proxy = proxy().start()) {
            for (String cipher :
                    List.of("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384")) {
                assertThatThrownBy(() -> TlsClient.to(proxy, trusting)
                                .versions("TLSv1.2")
                                .ciphers(cipher)
                                .shaken())
                        .isInstanceOf(SSLException.class);
            }
            assertThat(failures(proxy, "failed")).isEqualTo(2);
        }
    }

    @Test
    void theLeastVersionIsHeld() throws Exception {
        try (Proxy proxy = Proxy.to(origin).tls(tls(Version.TLS_1_3)).start()) {
            assertThatThrownBy(() ->
                            TlsClient.to(proxy, trusting).versions("TLSv1.2").shaken())
                    .isInstanceOf(SSLException.class);
            try (SSLSocket socket =
                    TlsClient.to(proxy, trusting).versions("TLSv1.2", "TLSv1.3").shaken()) {
                assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
            }
        }
    }

    @Test
    void plainHttpIsToldWhatIsWrongAndHasNoStrictTransport() {
        Tls strict = new Tls(tls(Version.TLS_1_2).certificates(), Version.TLS_1_2, provider, Duration.ofDays(1));
        try (Proxy proxy = Proxy.to(origin).tls(strict).start();
                WireClient client = proxy.client();
                WireClient post = proxy.client()) {
            WireAnswer answer = client.get("/?token=secret").readAnswer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text()).contains("https").doesNotContain("secret");
            assertThat(answer.field("Connection")).isEqualTo("close");
            assertThat(answer.field("Strict-Transport-Security")).isNull();
            assertThat(client.readToEnd()).isEmpty();
            post.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
                    .send(new byte[50_000]);
            assertThat(post.readAnswer().status()).isEqualTo(400);
            assertThat(origin.requests()).isEmpty();
            assertThat(failures(proxy, "plain-http")).isEqualTo(2);
        }
    }

    @Test
    void bytesThatAreNeitherAreClosed() {
        try (Proxy proxy = proxy().start();
                WireClient client = proxy.client()) {
            assertThat(client.send(new byte[] {(byte) 0x80, 0x2e, 1, 0, 2}).awaitClosed())
                    .isZero();
            assertThat(failures(proxy, "not-tls")).isEqualTo(1);
        }
    }

    @Test
    void aHelloLongerThanTheLimitIsClosed() {
        try (Proxy proxy = proxy().start();
                WireClient client = proxy.client()) {
            // One byte beyond 16 KiB, in more than one record.
            client.send(new byte[] {22, 3, 1, 0, 4, 1, 0, 0x40, 1}).awaitClosed();
            assertThat(failures(proxy, "failed")).isEqualTo(1);
        }
    }

    @Test
    void aHandshakeThatTakesTooLongIsClosed() throws Exception {
        try (Proxy proxy = proxy().head(Duration.ofMillis(300)).start();
                WireClient silent = proxy.client();
                WireClient half = proxy.client();
                WireClient leaving = proxy.client()) {
            half.send(new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3});
            assertThat(silent.awaitClosed()).isZero();
            assertThat(half.awaitClosed()).isZero();
            leaving.leave();
            assertThat(failures(proxy, "timeout")).isBetween(2L, 3L);
            try (WireClient quick = TlsClient.to(proxy, trusting).connect()) {
                assertThat(quick.get("/").readAnswer().text()).isEqualTo("hello");
                // The time-out of the handshake is over with it.
                await().during(Duration.ofMillis(600))
                        .until(() -> proxy.engine.status().connections() == 1);
                assertThat(quick.get("/").readAnswer().text()).isEqualTo("hello");
            }
        }
    }

    @Test
    void aHandshakeStuckInTheMiddleIsClosed() throws Exception {
        byte[] hello = helloOfAClient();
        try (Proxy proxy = proxy().head(Duration.ofMillis(300)).start();
                WireClient client = proxy.client()) {
            // The server's flight comes, then nothing more is said.
            assertThat(client.send(hello).awaitClosed()).isPositive();
            assertThat(failures(proxy, "timeout")).isEqualTo(1);
        }
    }

    private static byte[] helloOfAClient() throws Exception {
        javax.net.ssl.SSLEngine engine = trusting.createSSLEngine("a.test", 443);
        engine.setUseClientMode(true);
        engine.beginHandshake();
        java.nio.ByteBuffer out =
                java.nio.ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(java.nio.ByteBuffer.allocate(0), out);
        out.flip();
        byte[] hello = new byte[out.remaining()];
        out.get(hello);
        return hello;
    }

    private static long failures(Proxy proxy, String reason) {
        String line = "embergate_tls_handshakes_failed_total{listener=\"proxy\",reason=\"" + reason + "\"} ";
        return await().until(
                        () -> proxy.engine
                                .metricsText()
                                .lines()
                                .filter(each -> each.startsWith(line))
                                .mapToLong(each -> (long) Double.parseDouble(each.substring(line.length())))
                                .sum(),
                        count -> count > 0);
    }

    @Test
    void theEndOfACertificateIsMeasured() {
        try (Proxy proxy = proxy().start()) {
            long end = first.certificate().getNotAfter().getTime() / 1000;
            String line = "embergate_tls_certificate_expiry_timestamp_seconds{file=\"" + first.chain()
                    + "\",listener=\"proxy\"} ";
            assertThat(proxy.engine.metricsText().lines().filter(each -> each.startsWith(line)))
                    .singleElement()
                    .satisfies(each -> assertThat(Double.parseDouble(each.substring(line.length())))
                            .isEqualTo((double) end));
            assertThat(new String(proxy.engine.metricsText().getBytes(ISO_8859_1), ISO_8859_1))
                    .doesNotContain("PRIVATE");
        }
    }
}
