package dev.embergate.rules.emby;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * Stands for a token where it is only compared, as in a cache key: 128 bits of a SHA-256, salted anew in every process, so
 * that neither keys nor a dump of them give a token away.
 */
public record TokenFingerprint(long high, long low) {
    private static final byte[] SALT = salt();
    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(TokenFingerprint::sha256);

    public static TokenFingerprint of(String token) {
        MessageDigest digest = SHA_256.get();
        digest.update(SALT);
        byte[] hash = digest.digest(token.getBytes(StandardCharsets.UTF_8));
        return new TokenFingerprint(longAt(hash, 0), longAt(hash, 8));
    }

    private static long longAt(byte[] bytes, int from) {
        long value = 0;
        for (int i = from; i < from + 8; i++) {
            value = (value << 8) | (bytes[i] & 0xff);
        }
        return value;
    }

    private static byte[] salt() {
        byte[] salt = new byte[16];
        new SecureRandom().nextBytes(salt);
        return salt;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            // Every Java platform has SHA-256.
            throw new IllegalStateException(e);
        }
    }
}
