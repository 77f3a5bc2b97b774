package dev.embergate.engine.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A key and a certificate that vouches for itself, made by the JDK's keytool, as PEM files.
 *
 * @param chain the certificate
 * @param key PKCS #8
 */
public record TestCertificate(Path chain, Path key, X509Certificate certificate, PrivateKey secret) {
    private static final char[] PASSWORD = "changeit".toCharArray();

    /**
     * @param name of the files and the subject
     * @param algorithm EC or RSA
     * @param names as {@code dns:a.test,ip:127.0.0.1}
     * @param more for keytool; {@code -validity 2} unless it says something of it
     */
    public static TestCertificate make(Path folder, String name, String algorithm, String names, String... more)
            throws Exception {
        Path store = folder.resolve(name + ".p12");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "it",
                "-keyalg",
                algorithm,
                algorithm.equals("EC") ? "-groupname" : "-keysize",
                algorithm.equals("EC") ? "secp256r1" : "2048",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=" + names,
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                store.toString()));
        command.addAll(more.length == 0 ? List.of("-validity", "2") : Arrays.asList(more));
        run(command);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        X509Certificate certificate = (X509Certificate) keys.getCertificate("it");
        PrivateKey secret = (PrivateKey) keys.getKey("it", PASSWORD);
        return new TestCertificate(
                write(folder.resolve(name + ".pem"), "CERTIFICATE", certificate.getEncoded()),
                write(folder.resolve(name + ".key"), "PRIVATE KEY", secret.getEncoded()),
                certificate,
                secret);
    }

    public static Path write(Path file, String label, byte[] der) throws IOException {
        return Files.writeString(
                file,
                "-----BEGIN " + label + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                        + "\n-----END " + label + "-----\n",
                StandardCharsets.US_ASCII);
    }

    /** The key without the PKCS #8 around it: PKCS #1 for RSA (RFC 8017), SEC 1 for EC (RFC 5915). */
    public byte[] bareKey() {
        byte[] pkcs8 = secret.getEncoded();
        int at = content(pkcs8, 0); // of the SEQUENCE
        at = content(pkcs8, at) + 1; // past the version, one octet
        at = content(pkcs8, at) + length(pkcs8, at); // past the algorithm
        return Arrays.copyOfRange(pkcs8, content(pkcs8, at), content(pkcs8, at) + length(pkcs8, at));
    }

    private static int content(byte[] der, int at) {
        return at + (der[at + 1] >= 0 ? 2 : 2 + (der[at + 1] & 0x7f));
    }

    private static int length(byte[] der, int at) {
        int length = der[at + 1];
        if (length >= 0) {
            return length;
        }
        int value = 0;
        for (int i = 0; i < (length & 0x7f); i++) {
            value = (value << 8) | (der[at + 2 + i] & 0xff);
        }
        return value;
    }

    /** A client's TLS that trusts these and nobody else. Resumes what it began itself. */
    public static SSLContext trusting(TestCertificate... trusted) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, PASSWORD);
        for (int i = 0; i < trusted.length; i++) {
            store.setCertificateEntry("it" + i, trusted[i].certificate());
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError("keytool: " + output);
        }
    }
}
