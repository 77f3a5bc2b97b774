package dev.embergate.engine.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.encode.TunnelBed.End;
import dev.embergate.engine.encode.TunnelBed.Transport;
import dev.embergate.engine.testkit.LeakCheck;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A tunnel whose client speaks TLS, by either of Netty's engines. The end of a direction is close_notify (RFC 8446 section 6.1). */
@ExtendWith(LeakCheck.class)
class TunnelTlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static KeyManagerFactory keys;
    private static SSLContext trusting;

    @BeforeAll
    static void makeCertificate(@TempDir Path folder) throws Exception {
        Path store = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "test",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "changeit")
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), US_ASCII);
        assertThat(keytool.waitFor()).as(said).isZero();
        KeyStore keyStore = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keyStore.load(in, PASSWORD);
        }
        keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(keyStore, PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(keyStore);
        trusting = SSLContext.getInstance("TLSv1.3");
        trusting.init(null, trust.getTrustManagers(), null);
    }

    private static TunnelBed bed(SslProvider provider) throws Exception {
        SslContext context =
                SslContextBuilder.forServer(keys).sslProvider(provider).build();
        return new TunnelBed(Transport.EPOLL, Duration.ofSeconds(30), "", "", context);
    }

    private static SSLSocket shaken(TunnelBed bed) throws IOException {
        SSLSocket socket = (SSLSocket)
                trusting.getSocketFactory().createSocket(bed.client, "localhost", bed.client.getPort(), true);
        socket.setSoTimeout(10_000);
        socket.startHandshake();
        return socket;
    }

    @ParameterizedTest
    @EnumSource(
            value = SslProvider.class,
            names = {"JDK", "OPENSSL"})
    void bytesPassBothWaysThoughTheReadersStartLate(SslProvider provider) throws Exception {
        try (TunnelBed bed = bed(provider);
                SSLSocket client = shaken(bed)) {
            byte[] bytes = new byte[4 << 20];
            new java.util.Random(8446).nextBytes(bytes);
            CompletableFuture<Void> up = writing(() -> client.getOutputStream().write(bytes));
            CompletableFuture<Void> down =
                    writing(() -> bed.upstream.getOutputStream().write(bytes));
            assertThat(Arrays.equals(bed.upstream.getInputStream().readNBytes(bytes.length), bytes))
                    .isTrue();
            assertThat(Arrays.equals(client.getInputStream().readNBytes(bytes.length), bytes))
                    .isTrue();
            Drained.await(up);
            Drained.await(down);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = SslProvider.class,
            names = {"JDK", "OPENSSL"})
    void theUpstreamsEndIsCloseNotifyAndTheClientMayGoOn(SslProvider provider) throws Exception {
        try (TunnelBed bed = bed(provider);
                SSLSocket client = shaken(bed)) {
            bed.upstream.getOutputStream().write("answer".getBytes(US_ASCII));
            bed.upstream.shutdownOutput();
            assertThat(new String(client.getInputStream().readAllBytes(), US_ASCII))
                    .isEqualTo("answer");
            client.getOutputStream().write("thanks".getBytes(US_ASCII));
            client.shutdownOutput();
            assertThat(new String(bed.upstream.getInputStream().readAllBytes(), US_ASCII))
                    .isEqualTo("thanks");
            assertThat(bed.end()).isEqualTo(new End(6, 6));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = SslProvider.class,
            names = {"JDK", "OPENSSL"})
    void theClientsCloseNotifyEndsWhatTheUpstreamHears(SslProvider provider) throws Exception {
        try (TunnelBed bed = bed(provider);
                SSLSocket client = shaken(bed)) {
            client.getOutputStream().write("question".getBytes(US_ASCII));
            client.shutdownOutput();
            assertThat(new String(bed.upstream.getInputStream().readAllBytes(), US_ASCII))
                    .isEqualTo("question");
            bed.upstream.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(bed.end()).isEqualTo(new End(8, 0));
        }
    }

    /** RFC 8446 section 6.1: close_notify ends one direction only. Netty's BoringSSL engine drops what comes after its own. */
    @ParameterizedTest
    @EnumSource(
            value = SslProvider.class,
            names = {"JDK"})
    void whatTheClientIsSendingOutlivesTheUpstreamsEnd(SslProvider provider) throws Exception {
        try (TunnelBed bed = bed(provider);
                SSLSocket client = shaken(bed)) {
            byte[] bytes = new byte[8 << 20];
            new java.util.Random(8446).nextBytes(bytes);
            CompletableFuture<Void> up = writing(() -> {
                client.getOutputStream().write(bytes);
                client.shutdownOutput();
            });
            byte[] received = new byte[bytes.length];
            int first = bed.upstream.getInputStream().readNBytes(received, 0, 1 << 20);
            bed.upstream.shutdownOutput();
            assertThat(bed.upstream.getInputStream().readNBytes(received, first, bytes.length - first))
                    .isEqualTo(bytes.length - first);
            assertThat(Arrays.equals(received, bytes)).isTrue();
            Drained.await(up);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @FunctionalInterface
    private interface Writing {
        void run() throws IOException;
    }

    private static CompletableFuture<Void> writing(Writing writing) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        writing.run();
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                },
                Thread::startVirtualThread);
    }
}
