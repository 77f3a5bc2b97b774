package dev.embergate.admin;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestHead;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the admin port, but for {@code /health} and {@code /ready}, which anyone may.
 *
 * <p>With a token: whoever sends it (RFC 6750 section 2.1). Without one the port is bound to a loopback address, and what is
 * to be kept out is a web page in a browser on this machine: by a name that resolves to 127.0.0.1 (the Host must be a
 * loopback one), or by a form that posts here (the Origin must be the same).
 */
public final class AdminAccess {
    private static final Pattern LOOPBACK =
            Pattern.compile("(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]+)?", Pattern.CASE_INSENSITIVE);
    private static final String SCHEME = "Bearer ";

    private final byte @Nullable [] tokenDigest;

    private AdminAccess(byte @Nullable [] tokenDigest) {
        this.tokenDigest = tokenDigest;
    }

    /** Whoever reaches the loopback address, but for other sites' web pages. */
    public static AdminAccess local() {
        return new AdminAccess(null);
    }

    /** Whoever sends {@code Authorization: Bearer} and that token. */
    public static AdminAccess token(String token) {
        return new AdminAccess(sha256(token));
    }

    /** @return null when the request may pass */
    @Nullable
    Outcome refuse(RequestHead request) {
        return tokenDigest == null ? refuseForeign(request) : refuseWithout(tokenDigest, request);
    }

    private static @Nullable Outcome refuseWithout(byte[] expected, RequestHead request) {
        String field = request.header("Authorization");
        if (field == null || !field.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Answers.problem(
                    401,
                    "No token",
                    "Send Authorization: Bearer and admin.token.",
                    Headers.of("WWW-Authenticate", "Bearer"));
        }
        // Digests are of one length, so that comparing them takes the same time whatever was sent.
        byte[] sent = sha256(field.substring(SCHEME.length()).strip());
        if (!MessageDigest.isEqual(expected, sent)) {
            return Answers.problem(
                    401,
                    "Wrong token",
                    "The token sent is not admin.token.",
                    Headers.of("WWW-Authenticate", "Bearer error=\"invalid_token\""));
        }
        return null;
    }

    private static @Nullable Outcome refuseForeign(RequestHead request) {
        String host = request.header("Host");
        if (host != null && !LOOPBACK.matcher(host).matches()) {
            return Answers.problem(
                    403,
                    "Not a loopback address",
                    "Without admin.token the admin port answers to localhost, 127.0.0.1 and [::1] only.",
                    Headers.EMPTY);
        }
        String origin = request.header("Origin");
        if (origin != null && !sameAuthority(origin, host)) {
            return Answers.problem(403, "Another site's page", "Origin and Host differ.", Headers.EMPTY);
        }
        return null;
    }

    private static boolean sameAuthority(String origin, @Nullable String host) {
        try {
            String authority = URI.create(origin).getRawAuthority();
            return authority != null && authority.equalsIgnoreCase(host);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
