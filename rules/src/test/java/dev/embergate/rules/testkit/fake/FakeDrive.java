package dev.embergate.rules.testkit.fake;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The cloud drive behind an Alist: gives direct links and serves them, as choosy as the strictest real ones.
 * Thread-safe.
 *
 * <p>A link is good for the User-Agent it was asked for, until it expires. A request for it with another User-Agent, a
 * spoiled signature, too late, or with a Referer is answered 403. There are no CORS headers.
 */
public final class FakeDrive implements AutoCloseable {
    public static final Duration LINK_LIFE = Duration.ofMinutes(15);

    private final Map<String, Content> files = new ConcurrentHashMap<>();
    private final byte[] secret = new byte[32];
    private final AtomicLong bytesServed = new AtomicLong();
    private final FakeServer server;
    private volatile InstantSource clock = InstantSource.system();
    private volatile Duration linkLife = LINK_LIFE;
    private volatile boolean plainLinks;

    private FakeDrive() {
        new SecureRandom().nextBytes(secret);
        server = new FakeServer("fake-drive", this::answer);
    }

    /** A drive with nothing on it. */
    public static FakeDrive start() {
        return new FakeDrive();
    }

    public int port() {
        return server.port();
    }

    public URI origin() {
        return server.origin();
    }

    /** @param path decoded, from the drive's root */
    public void put(String path, Content content) {
        files.put(path, content);
    }

    /** Links made from now on are good for that long. */
    public void linkLife(Duration life) {
        linkLife = life;
    }

    /** What time it is on the drive. */
    public void clock(InstantSource source) {
        clock = source;
    }

    /**
     * Whether links come with characters beyond ASCII and blanks as they are, as some drives give them, instead of
     * encoded.
     */
    public void plainLinks(boolean plain) {
        plainLinks = plain;
    }

    /**
     * A direct link for that User-Agent, whether the file is there or not.
     *
     * @throws IllegalStateException when the drive is down, as then nobody makes links
     */
    public String link(String path, String userAgent) {
        if (server.isDown()) {
            throw new IllegalStateException("drive: down");
        }
        long expires = clock.instant().plus(linkLife).getEpochSecond();
        String at = plainLinks
                ? "/d" + path.replace("%", "%25").replace("#", "%23").replace("?", "%3F")
                : encoded("/d" + path);
        return origin() + at + "?expires=" + expires + "&sign=" + sign(path, userAgent, expires);
    }

    private static String encoded(String path) {
        try {
            return new URI(null, null, path, null).toASCIIString().replace("+", "%2B");
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("path: " + path, e);
        }
    }

    private String sign(String path, String userAgent, long expires) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            String signed = path + "\n" + userAgent + "\n" + expires;
            return HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)), 0, 16);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private FakeAnswer answer(FakeRequest request) {
        if (!request.path().startsWith("/d/")) {
            return FakeAnswer.text(404, "not found");
        }
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return FakeAnswer.empty(405).with("Allow", "GET, HEAD");
        }
        String path = request.path().substring(2);
        String refusal = refusal(request, path);
        if (refusal != null) {
            return FakeAnswer.text(403, refusal);
        }
        Content content = files.get(path);
        if (content == null) {
            return FakeAnswer.text(404, "object not found");
        }
        FakeAnswer answer = content.answer(request);
        if (request.method().equals("GET")) {
            bytesServed.addAndGet(answer.body().length);
        }
        return answer.with("Content-Disposition", "attachment");
    }

    private @Nullable String refusal(FakeRequest request, String path) {
        if (request.header("Referer") != null) {
            return "referer not allowed";
        }
        String expires = request.query("expires");
        String sign = request.query("sign");
        if (expires == null || sign == null || !expires.matches("\\d{1,12}")) {
            return "not signed";
        }
        String agent = request.header("User-Agent");
        String good = sign(path, agent == null ? "" : agent, Long.parseLong(expires));
        if (!MessageDigest.isEqual(good.getBytes(StandardCharsets.UTF_8), sign.getBytes(StandardCharsets.UTF_8))) {
            return "signature is not of this link and User-Agent";
        }
        return clock.instant().isBefore(Instant.ofEpochSecond(Long.parseLong(expires))) ? null : "link has expired";
    }

    @Nullable
    Content file(String path) {
        return files.get(path);
    }

    Map<String, Content> files() {
        return Map.copyOf(files);
    }

    /**
     * Told of every answer, as it is without a fault, on the fake's thread; must not block. Replaces the one told
     * before.
     */
    public void onServed(Consumer<Served> listener) {
        server.onServed(listener);
    }

    /** The last requests, oldest first. */
    public List<FakeRequest> requests() {
        return server.requests();
    }

    /** Body bytes that clients fetched here. */
    public long bytesServed() {
        return bytesServed.get();
    }

    public void fail(Fault fault) {
        server.fail(fault, request -> true);
    }

    /** Serves nothing and makes no links, until {@link #recover}. */
    public void down() {
        server.down();
    }

    public void recover() {
        fail(new Fault.None());
        server.up();
    }

    public void forget() {
        server.forget();
        bytesServed.set(0);
    }

    @Override
    public void close() {
        server.close();
    }
}
