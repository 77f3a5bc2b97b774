package dev.embergate.engine.cache;

import dev.embergate.engine.spi.Client;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.RequestEdits;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What answers are kept under (RFC 9111 section 2), as a digest: it has one length whatever the target's, and tells nobody what
 * the target held. Pure.
 *
 * <p>The host and scheme the client asked for belong to it, since upstreams are told them ({@code X-Forwarded-Host}) and may
 * build links of them: else whoever sends a false Host first would put his links into everybody's answers. So do the upstream's
 * address, since another server may be given an old name, and what the rule makes of the fields.
 */
public final class CacheKey {
    private CacheKey() {}

    /**
     * 64 hexadecimal digits.
     *
     * @param url scheme, authority and base path of the upstream
     */
    public static String of(
            String upstream, String url, Client client, String target, RequestEdits edits, Set<String> ignored) {
        List<String> parts = new ArrayList<>();
        parts.add(upstream);
        parts.add(url);
        parts.add(client.scheme());
        parts.add(client.authority().toLowerCase(Locale.ROOT));
        parts.add(without(target, ignored));
        for (String removed : edits.remove()) {
            parts.add("-" + removed.toLowerCase(Locale.ROOT));
        }
        for (Headers.Field set : edits.set().fields()) {
            parts.add("+" + set.name().toLowerCase(Locale.ROOT));
            parts.add(set.value());
        }
        return digest(parts);
    }

    /** The target less those parameters of its query. */
    static String without(String target, Set<String> ignored) {
        int question = target.indexOf('?');
        if (question < 0 || ignored.isEmpty()) {
            return target;
        }
        StringBuilder kept = new StringBuilder(target.length()).append(target, 0, question);
        char separator = '?';
        for (String parameter : target.substring(question + 1).split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            if (!ignored.contains(decoded(name))) {
                kept.append(separator).append(parameter);
                separator = '&';
            }
        }
        return kept.toString();
    }

    static String decoded(String name) {
        try {
            return name.indexOf('%') < 0 && name.indexOf('+') < 0
                    ? name
                    : URLDecoder.decode(name, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return name;
        }
    }

    /** Each part with its length, so that no two lists of parts read the same. */
    static String digest(List<String> parts) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: missing (expected: in every JDK)", e);
        }
        for (String part : parts) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(4).putInt(0, bytes.length));
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
