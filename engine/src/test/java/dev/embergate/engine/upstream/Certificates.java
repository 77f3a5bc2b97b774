package dev.embergate.engine.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * A key and a certificate that vouches for itself, made by the JDK's keytool.
 *
 * @param server speaks TLS with them
 * @param pem the certificate
 * @param asked the names that clients have asked the server for (RFC 6066 section 3)
 */
record Certificates(SSLContext server, Path pem, List<String> asked) {
    private static final char[] PASSWORD = "changeit".toCharArray();

    /** @param names as {@code dns:a.test,ip:127.0.0.1} */
    static Certificates selfSigned(Path folder, String names) throws Exception {
        Path store = folder.resolve("key" + Integer.toHexString(names.hashCode()) + ".p12");
        keytool(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "origin",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=origin",
                "-ext",
                "san=" + names,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                store.toString()));
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext server = SSLContext.getInstance("TLS");
        List<String> asked = new CopyOnWriteArrayList<>();
        server.init(
                new KeyManager[] {new Asked((X509ExtendedKeyManager) managers.getKeyManagers()[0], asked)}, null, null);
        X509Certificate certificate = (X509Certificate) keys.getCertificate("origin");
        Path pem = folder.resolve(store.getFileName() + ".pem");
        Files.writeString(
                pem,
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
                        + "\n-----END CERTIFICATE-----\n",
                StandardCharsets.US_ASCII);
        return new Certificates(server, pem, asked);
    }

    private static void keytool(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError("keytool: " + output);
        }
    }

    /** Writes down the server name of each handshake. */
    private static final class Asked extends X509ExtendedKeyManager {
        private final X509ExtendedKeyManager keys;
        private final List<String> asked;

        private Asked(X509ExtendedKeyManager keys, List<String> asked) {
            this.keys = keys;
            this.asked = asked;
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            if (((SSLSocket) socket).getHandshakeSession() instanceof ExtendedSSLSession session) {
                session.getRequestedServerNames().forEach(name -> asked.add(((SNIHostName) name).getAsciiName()));
            }
            return keys.chooseServerAlias(keyType, issuers, socket);
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return keys.getServerAliases(keyType, issuers);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return keys.getCertificateChain(alias);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return keys.getPrivateKey(alias);
        }

        @Override
        public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
            return keys.chooseClientAlias(keyType, issuers, socket);
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return keys.getClientAliases(keyType, issuers);
        }
    }
}
