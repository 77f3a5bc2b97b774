package dev.embergate.engine.accept;

import dev.embergate.engine.EngineConfig.Tls.Certificate;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What two PEM files hold: a chain, leaf first, that is valid now, and the private key of the leaf. */
record KeyAndChain(PrivateKey key, List<X509Certificate> chain) {
    private static final int MAX_FILE_BYTES = 1 << 20;

    KeyAndChain {
        chain = List.copyOf(chain);
    }

    /** The bytes of both files, read one after the other. */
    record Bytes(byte[] chain, byte[] key) {
        static Bytes of(Certificate files) throws UnusableCertificate {
            return new Bytes(read("chain", files.chain()), read("key", files.key()));
        }

        boolean isSame(@Nullable Bytes other) {
            return other != null && Arrays.equals(chain, other.chain) && Arrays.equals(key, other.key);
        }

        private static byte[] read(String name, Path file) throws UnusableCertificate {
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
                if (bytes.length > MAX_FILE_BYTES) {
                    throw new UnusableCertificate(name, file, "a PEM file of at most 1 MiB");
                }
                return bytes;
            } catch (NoSuchFileException e) {
                throw new UnusableCertificate(name, file, "a PEM file; there is none");
            } catch (IOException e) {
                throw new UnusableCertificate(
                        name, file, "a readable file; " + e.getClass().getSimpleName());
            }
        }
    }

    /** @throws UnusableCertificate naming the file and the reason, never what is in a key */
    static KeyAndChain parse(Certificate files, Bytes bytes, Instant now) throws UnusableCertificate {
        List<X509Certificate> chain = chain(files.chain(), bytes.chain());
        X509Certificate leaf = chain.getFirst();
        PrivateKey key = key(files.key(), bytes.key(), leaf.getPublicKey());
        if (!areOnePair(key, leaf.getPublicKey())) {
            throw new UnusableCertificate("key", files.key(), "the key of the first certificate in " + files.chain());
        }
        if (!leaf.getNotAfter().toInstant().isAfter(now)) {
            throw new UnusableCertificate(
                    "chain",
                    files.chain(),
                    "a certificate that has not expired; this one did on "
                            + leaf.getNotAfter().toInstant());
        }
        if (leaf.getNotBefore().toInstant().isAfter(now)) {
            throw new UnusableCertificate(
                    "chain",
                    files.chain(),
                    "a certificate that is valid now; this one is from "
                            + leaf.getNotBefore().toInstant());
        }
        return new KeyAndChain(key, chain);
    }

    X509Certificate leaf() {
        return chain.getFirst();
    }

    Instant expires() {
        return leaf().getNotAfter().toInstant();
    }

    private static List<X509Certificate> chain(Path file, byte[] bytes) throws UnusableCertificate {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Pem block : Pem.blocks(bytes)) {
                if (block.label().endsWith("CERTIFICATE")) {
                    chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der())));
                }
            }
        } catch (GeneralSecurityException e) {
            throw new UnusableCertificate("chain", file, "PEM certificates; one of them is none");
        }
        if (chain.isEmpty()) {
            throw new UnusableCertificate("chain", file, "a PEM certificate; there is none in it");
        }
        return chain;
    }

    private static PrivateKey key(Path file, byte[] bytes, PublicKey of) throws UnusableCertificate {
        for (Pem block : Pem.blocks(bytes)) {
            byte @Nullable [] pkcs8 = switch (block.label()) {
                case "PRIVATE KEY" -> block.der();
                case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> wrapped(block.der(), algorithm(of.getEncoded()));
                case "ENCRYPTED PRIVATE KEY" ->
                    throw new UnusableCertificate("key", file, "an unencrypted key; this one is encrypted");
                default -> null;
            };
            if (pkcs8 != null) {
                try {
                    return KeyFactory.getInstance(of.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
                } catch (GeneralSecurityException e) {
                    throw new UnusableCertificate(
                            "key", file, "a " + of.getAlgorithm() + " key, as the certificate has one");
                }
            }
        }
        throw new UnusableCertificate("key", file, "an unencrypted PEM key; there is none in it");
    }

    /**
     * PKCS #1 (RFC 8017 appendix A.1.2) and SEC 1 (RFC 5915) hold a bare key; PKCS #8 (RFC 5958) puts the algorithm before it,
     * which is the one the certificate's own key names.
     */
    private static byte[] wrapped(byte[] bare, byte[] algorithm) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(new byte[] {2, 1, 0}); // version 0
        body.writeBytes(algorithm);
        body.writeBytes(der(4, bare));
        return der(0x30, body.toByteArray());
    }

    /** The AlgorithmIdentifier at the beginning of a SubjectPublicKeyInfo (RFC 5280 section 4.1). */
    private static byte[] algorithm(byte[] publicKey) {
        int from = headerBytes(publicKey, 0);
        int to = from + headerBytes(publicKey, from) + contentBytes(publicKey, from);
        return Arrays.copyOfRange(publicKey, from, to);
    }

    private static int headerBytes(byte[] der, int at) {
        return der[at + 1] >= 0 ? 2 : 2 + (der[at + 1] & 0x7f);
    }

    private static int contentBytes(byte[] der, int at) {
        int length = der[at + 1];
        if (length < 0) {
            int octets = length & 0x7f;
            length = 0;
            for (int i = 0; i < octets; i++) {
                length = (length << 8) | (der[at + 2 + i] & 0xff);
            }
        }
        return length;
    }

    private static byte[] der(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 4);
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else if (content.length < 0x100) {
            out.write(0x81);
            out.write(content.length);
        } else if (content.length < 0x10000) {
            out.write(0x82);
            out.write(content.length >> 8);
            out.write(content.length);
        } else {
            out.write(0x83);
            out.write(content.length >> 16);
            out.write(content.length >> 8);
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static boolean areOnePair(PrivateKey key, PublicKey publicKey) {
        String algorithm = publicKey.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
        byte[] text = {1, 2, 3};
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
