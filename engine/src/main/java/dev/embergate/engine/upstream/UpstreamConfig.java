package dev.embergate.engine.upstream;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A server requests are forwarded to.
 *
 * @param url http or https, host, optional port, optional path that is put before every target; no query
 * @param maxConnections per event loop
 * @param maxWaiting requests per event loop that wait for a connection; one more answers 503
 * @param connectTimeout for each address tried; 504. Also for a connection to become free; 503
 * @param firstByteTimeout from the request's last byte to the answer's first; 504
 * @param idleTimeout between two pieces of an answer, while the client takes them; the client is closed. Also while the
 *     upstream takes nothing of a request's body
 * @param keepAlive how long an unused connection is kept
 * @param verifyTls whether an https certificate and its name are checked
 * @param caFile PEM certificates to trust instead of the JDK's; null for the JDK's
 */
public record UpstreamConfig(
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

    public UpstreamConfig {
        Objects.requireNonNull(name, "name");
        String scheme = url.getScheme();
        if ((!"http".equals(scheme) && !"https".equals(scheme))
                || url.getHost() == null
                || url.getRawQuery() != null
                || url.getRawFragment() != null
                || url.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "url: " + scheme
                            + " address (expected: http://host[:port][/path], without user, query or an underscore in the host)");
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

    public static UpstreamConfig of(String name, URI url) {
        return new UpstreamConfig(
                name,
                url,
                256,
                1024,
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofSeconds(50),
                true,
                null);
    }

    public boolean secure() {
        return "https".equals(url.getScheme());
    }

    public int port() {
        return url.getPort() > 0 ? url.getPort() : secure() ? 443 : 80;
    }

    /** Host and, where it is not the scheme's own, port: the value of Host. */
    public String authority() {
        return url.getPort() > 0 ? url.getHost() + ":" + url.getPort() : url.getHost();
    }

    /** The base path without a trailing slash; empty for none. */
    public String basePath() {
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
