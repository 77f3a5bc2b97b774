package dev.embergate.engine.upstream;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A server requests are forwarded to.
 *
 * @param urls where it is: http or https, host, optional port, optional path that is put before every target; no query. More
 *     than one are addresses of the same server, with the same scheme and path, tried in this order
 * @param maxConnections per event loop
 * @param maxWaiting requests per event loop that wait for a connection; one more answers 503
 * @param connectTimeout for name and connection, however many addresses are tried, and again for TLS; 504. Also for a
 *     connection to become free; 503
 * @param firstByteTimeout from the request's last byte to the answer's first; 504
 * @param idleTimeout between two pieces of an answer, while the client takes them; the client is closed. Also while the
 *     upstream takes nothing of a request's body
 * @param keepAlive how long an unused connection is kept
 * @param verifyTls whether an https certificate and its name are checked
 * @param caFile PEM certificates to trust instead of the JDK's; null for the JDK's
 */
public record UpstreamConfig(
        String name,
        List<URI> urls,
        int maxConnections,
        int maxWaiting,
        Duration connectTimeout,
        Duration firstByteTimeout,
        Duration idleTimeout,
        Duration keepAlive,
        boolean verifyTls,
        @Nullable Path caFile) {

    /** More would only be tried in vain: the connect time-out ends before their turn comes. */
    private static final int MAX_URLS = 16;

    public UpstreamConfig {
        Objects.requireNonNull(name, "name");
        urls = List.copyOf(urls);
        if (urls.isEmpty() || urls.size() > MAX_URLS) {
            throw new IllegalArgumentException("urls: " + urls.size() + " (expected: 1 to " + MAX_URLS + ")");
        }
        URI first = urls.getFirst();
        for (int i = 0; i < urls.size(); i++) {
            URI url = urls.get(i);
            String key = i == 0 ? "url" : "other-urls";
            String scheme = url.getScheme();
            HostPort origin = HostPort.of(url);
            if ((!"http".equals(scheme) && !"https".equals(scheme))
                    || origin == null
                    || origin.port() == 0
                    || origin.port() > 65535
                    || url.getRawQuery() != null
                    || url.getRawFragment() != null
                    || url.getRawUserInfo() != null) {
                throw new IllegalArgumentException(
                        key + ": " + scheme + " address (expected: http://host[:port][/path], without user or query)");
            }
            if (!scheme.equals(first.getScheme()) || !basePath(url).equals(basePath(first))) {
                throw new IllegalArgumentException(key + ": " + scheme + "://" + origin + basePath(url)
                        + " (expected: another address of the same server, with the scheme and path of url)");
            }
        }
        if (maxConnections < 1) {
            throw new IllegalArgumentException("max-connections: " + maxConnections + " (expected: > 0)");
        }
        if (maxWaiting < 0) {
            throw new IllegalArgumentException("max-waiting: " + maxWaiting + " (expected: >= 0)");
        }
        requirePositive("connect-timeout", connectTimeout);
        requirePositive("first-byte-timeout", firstByteTimeout);
        requirePositive("idle-timeout", idleTimeout);
        requirePositive("keep-alive", keepAlive);
    }

    /** One with a single address. */
    public UpstreamConfig(
            String name,
            URI url,
            int maxConnections,
            int maxWaiting,
            Duration connectTimeout,
            Duration firstByteTimeout,
            Duration idleTimeout,
            Duration keepAlive,
            boolean verifyTls,
            @Nullable Path caFile) {
        this(
                name,
                List.of(url),
                maxConnections,
                maxWaiting,
                connectTimeout,
                firstByteTimeout,
                idleTimeout,
                keepAlive,
                verifyTls,
                caFile);
    }

    public static UpstreamConfig of(String name, URI url) {
        return new UpstreamConfig(
                name,
                List.of(url),
                256,
                1024,
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofSeconds(50),
                true,
                null);
    }

    /** The first address, which names the server: in Host and in what is shown. */
    public URI url() {
        return urls.getFirst();
    }

    public boolean secure() {
        return "https".equals(url().getScheme());
    }

    int defaultPort() {
        return secure() ? 443 : 80;
    }

    public int port() {
        return origin(url()).portOr(defaultPort());
    }

    /** Host and, where it is not the scheme's own, port: the value of Host. */
    public String authority() {
        return origin(url()).toString();
    }

    /** The server parts, in the order to try them. */
    List<HostPort> origins() {
        List<HostPort> origins = new ArrayList<>(urls.size());
        for (URI url : urls) {
            origins.add(origin(url));
        }
        return origins;
    }

    private static HostPort origin(URI url) {
        return Objects.requireNonNull(HostPort.of(url), "checked when it was made");
    }

    /** The base path without a trailing slash; empty for none. */
    public String basePath() {
        return basePath(url());
    }

    private static String basePath(URI url) {
        String path = url.getRawPath();
        if (path == null) {
            return "";
        }
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }
}
