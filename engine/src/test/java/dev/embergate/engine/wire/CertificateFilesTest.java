package dev.embergate.engine.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.embergate.engine.EngineConfig.Tls;
import dev.embergate.engine.EngineConfig.Tls.Provider;
import dev.embergate.engine.EngineConfig.Tls.Version;
import dev.embergate.engine.accept.HttpsCertificates;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.LogLines;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.Step;
import dev.embergate.engine.testkit.TestCertificate;
import dev.embergate.engine.testkit.WireClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which PEM files can be used, and what happens when they change under a running listener. */
@ExtendWith(LeakCheck.class)
class CertificateFilesTest {
    @TempDir
    static Path made;

    private static TestCertificate older;
    private static TestCertificate newer;
    private static TestCertificate rsa;
    private static SSLContext trusting;

    @TempDir
    Path folder;

    private final Origin origin = Origin.start();
    private final LogLines log = LogLines.of(HttpsCertificates.class);

    @BeforeAll
    static void makeCertificates() throws Exception {
        older = TestCertificate.make(made, "older", "EC", "dns:a.test", "-validity", "60");
        newer = TestCertificate.make(made, "newer", "EC", "dns:a.test", "-validity", "60");
        rsa = TestCertificate.make(made, "rsa", "RSA", "dns:a.test", "-validity", "60");
        trusting = TestCertificate.trusting(older, newer, rsa);
    }

    @AfterEach
    void stop() {
        log.close();
        origin.close();
    }

    private Proxy start(Path chain, Path key, Provider provider) {
        return Proxy.to(origin)
                .tls(new Tls(List.of(new Tls.Certificate(chain, key)), Version.TLS_1_2, provider, Duration.ZERO))
                .start();
    }

    private static X509Certificate shown(Proxy proxy) throws IOException {
        try (SSLSocket socket = TlsClient.to(proxy, trusting).shaken()) {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private static void awaitShown(Proxy proxy, TestCertificate certificate) {
        await().until(() -> shown(proxy).equals(certificate.certificate()));
    }

    private void place(TestCertificate certificate) throws IOException {
        Files.copy(certificate.chain(), folder.resolve("chain.pem"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(certificate.key(), folder.resolve("key.pem"), StandardCopyOption.REPLACE_EXISTING);
    }

    private Proxy startPlaced(Provider provider) {
        return start(folder.resolve("chain.pem"), folder.resolve("key.pem"), provider);
    }

    // ---- what can be used

    @Test
    void keysInTheirBareFormsAreTaken() throws Exception {
        Path pkcs1 = TestCertificate.write(folder.resolve("pkcs1.pem"), "RSA PRIVATE KEY", rsa.bareKey());
        Path sec1 = TestCertificate.write(folder.resolve("sec1.pem"), "EC PRIVATE KEY", older.bareKey());
        for (Provider provider : List.of(Provider.BORINGSSL, Provider.JDK)) {
            try (Proxy first = start(rsa.chain(), pkcs1, provider);
                    Proxy second = start(older.chain(), sec1, provider)) {
                assertThat(shown(first)).isEqualTo(rsa.certificate());
                assertThat(shown(second)).isEqualTo(older.certificate());
            }
        }
    }

    /** As openssl writes them: parameters before the key, text before the certificate, both in one file. */
    @Test
    void otherBlocksAndTextAreSkipped() throws Exception {
        Path both = folder.resolve("both.pem");
        Files.writeString(
                both,
                "Bag Attributes: none\n-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                        + Files.readString(older.key())
                        + "subject=CN=a\n"
                        + Files.readString(older.chain()),
                US_ASCII);
        try (Proxy proxy = start(both, both, Provider.AUTO)) {
            assertThat(shown(proxy)).isEqualTo(older.certificate());
        }
    }

    private void assertRefused(Path chain, Path key, Path named, String reason) {
        assertThatThrownBy(() -> start(chain, key, Provider.AUTO).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("listener proxy: ")
                .hasMessageContaining(named.toString())
                .hasMessageContaining(reason)
                .hasMessageNotContaining("BEGIN");
    }

    @Test
    void whatCannotBeUsedIsNamedWithItsReason() throws Exception {
        TestCertificate expired =
                TestCertificate.make(made, "expired", "EC", "dns:a.test", "-startdate", "-10d", "-validity", "5");
        TestCertificate early =
                TestCertificate.make(made, "early", "EC", "dns:a.test", "-startdate", "+5d", "-validity", "5");
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");
        Path encrypted =
                TestCertificate.write(folder.resolve("encrypted.pem"), "ENCRYPTED PRIVATE KEY", new byte[] {48, 0});
        Path broken = TestCertificate.write(folder.resolve("broken.pem"), "CERTIFICATE", new byte[] {48, 1, 2});
        Path brokenKey = TestCertificate.write(folder.resolve("broken.key"), "PRIVATE KEY", new byte[] {48, 1, 2});
        Path long_ = Files.write(folder.resolve("long.pem"), new byte[(1 << 20) + 1]);
        Path absent = folder.resolve("absent.pem");
        assertRefused(absent, older.key(), absent, "there is none");
        assertRefused(older.chain(), absent, absent, "there is none");
        assertRefused(folder, older.key(), folder, "readable");
        assertRefused(empty, older.key(), empty, "a PEM certificate");
        assertRefused(broken, older.key(), broken, "one of them is none");
        assertRefused(older.chain(), empty, empty, "there is none in it");
        assertRefused(older.chain(), brokenKey, brokenKey, "EC key");
        assertRefused(older.chain(), encrypted, encrypted, "unencrypted");
        assertRefused(long_, older.key(), long_, "1 MiB");
        assertRefused(older.chain(), newer.key(), newer.key(), "the key of the first certificate in " + older.chain());
        assertRefused(older.chain(), rsa.key(), rsa.key(), "EC key");
        assertRefused(expired.chain(), expired.key(), expired.chain(), "not expired");
        assertRefused(early.chain(), early.key(), early.chain(), "valid now");
    }

    @Test
    void oneThatExpiresWithinTwoWeeksIsWarnedOf() throws Exception {
        TestCertificate soon = TestCertificate.make(made, "soon", "EC", "dns:a.test", "-validity", "13");
        TestCertificate later = TestCertificate.make(made, "later", "EC", "dns:a.test", "-validity", "15");
        start(later.chain(), later.key(), Provider.AUTO).close();
        assertThat(log.warnings()).isEmpty();
        start(soon.chain(), soon.key(), Provider.AUTO).close();
        assertThat(log.warnings())
                .singleElement()
                .asString()
                .contains(soon.chain().toString(), "expires on 20");
    }

    // ---- files that change

    @ParameterizedTest
    @EnumSource(
            value = Provider.class,
            names = {"BORINGSSL", "JDK"})
    void newConnectionsGetTheNewCertificateAndOldOnesGoOn(Provider provider) throws Exception {
        origin.otherwise(Step.send(Origin.text("hello")));
        place(older);
        try (Proxy proxy = startPlaced(provider);
                WireClient before = TlsClient.to(proxy, trusting).connect()) {
            assertThat(shown(proxy)).isEqualTo(older.certificate());
            place(newer);
            awaitShown(proxy, newer);
            assertThat(before.get("/").readAnswer().text()).isEqualTo("hello");
        }
    }

    /** certbot: live/chain.pem is a link to archive/chain1.pem, and becomes one to archive/chain2.pem. */
    @Test
    void linksThatAreSwitchedAreFollowed() throws Exception {
        Path archive = Files.createDirectories(folder.resolve("archive"));
        Path live = Files.createDirectories(folder.resolve("live"));
        Files.copy(older.chain(), archive.resolve("chain1.pem"));
        Files.copy(older.key(), archive.resolve("key1.pem"));
        Path chain = Files.createSymbolicLink(live.resolve("chain.pem"), Path.of("../archive/chain1.pem"));
        Path key = Files.createSymbolicLink(live.resolve("key.pem"), Path.of("../archive/key1.pem"));
        try (Proxy proxy = start(chain, key, Provider.AUTO)) {
            assertThat(shown(proxy)).isEqualTo(older.certificate());
            Files.copy(newer.chain(), archive.resolve("chain2.pem"));
            Files.copy(newer.key(), archive.resolve("key2.pem"));
            for (String name : List.of("chain", "key")) {
                Path next =
                        Files.createSymbolicLink(live.resolve(name + ".new"), Path.of("../archive/" + name + "2.pem"));
                Files.move(next, live.resolve(name + ".pem"), StandardCopyOption.ATOMIC_MOVE);
            }
            awaitShown(proxy, newer);
        }
    }

    /** Kubernetes: one link, to the folder that holds both files. */
    @Test
    void aFolderThatIsSwitchedIsFollowed() throws Exception {
        Path data = folder.resolve("data");
        for (TestCertificate each : List.of(older, newer)) {
            Path to = Files.createDirectories(folder.resolve(each == older ? "v1" : "v2"));
            Files.copy(each.chain(), to.resolve("chain.pem"));
            Files.copy(each.key(), to.resolve("key.pem"));
        }
        Files.createSymbolicLink(data, Path.of("v1"));
        Path chain = Files.createSymbolicLink(folder.resolve("chain.pem"), Path.of("data/chain.pem"));
        Path key = Files.createSymbolicLink(folder.resolve("key.pem"), Path.of("data/key.pem"));
        try (Proxy proxy = start(chain, key, Provider.AUTO)) {
            assertThat(shown(proxy)).isEqualTo(older.certificate());
            Files.move(
                    Files.createSymbolicLink(folder.resolve("data.new"), Path.of("v2")),
                    data,
                    StandardCopyOption.ATOMIC_MOVE);
            awaitShown(proxy, newer);
        }
    }

    @Test
    void aBrokenFileLeavesTheOldCertificateAndIsToldOnce() throws Exception {
        place(older);
        try (Proxy proxy = startPlaced(Provider.AUTO)) {
            Files.writeString(folder.resolve("chain.pem"), "-----BEGIN CERTIFICATE-----\nsecret");
            proxy.engine.rereadCertificates();
            proxy.engine.rereadCertificates();
            assertThat(log.warnings())
                    .singleElement()
                    .asString()
                    .contains(
                            "listener proxy",
                            "stays as it was",
                            folder.resolve("chain.pem").toString())
                    .doesNotContain("secret");
            assertThat(shown(proxy)).isEqualTo(older.certificate());
            Files.delete(folder.resolve("key.pem"));
            proxy.engine.rereadCertificates();
            assertThat(log.warnings()).hasSize(2).last().asString().contains("there is none");
            place(newer);
            proxy.engine.rereadCertificates();
            assertThat(shown(proxy)).isEqualTo(newer.certificate());
            assertThat(log.warnings()).hasSize(2);
        }
    }

    /** A chain is there before its key: the pair is used when it is one. */
    @Test
    void aPairThatDoesNotMatchWaitsForItsOtherHalf() throws Exception {
        place(older);
        try (Proxy proxy = startPlaced(Provider.AUTO)) {
            Files.copy(newer.chain(), folder.resolve("chain.pem"), StandardCopyOption.REPLACE_EXISTING);
            proxy.engine.rereadCertificates();
            assertThat(shown(proxy)).isEqualTo(older.certificate());
            place(newer);
            awaitShown(proxy, newer);
        }
    }
}
