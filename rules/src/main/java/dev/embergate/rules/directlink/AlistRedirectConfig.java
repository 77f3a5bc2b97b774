package dev.embergate.rules.directlink;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Setting;
import dev.embergate.rules.uri.WebAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** Settings of {@code alist-redirect}. */
public record AlistRedirectConfig(
        @Setting("The Alist or OpenList server that knows the drives.")
        Alist alist,

        @Setting(value = "Name of Emby's upstream; empty for the default one.", defaultValue = "")
        String emby,

        @Setting("From paths on Emby's machine to paths on Alist, in order; the first that fits counts.")
        List<PathRule> paths,

        @Setting(
                value =
                        "What becomes of a path that none of `paths` fits: pass (Emby delivers it) or keep (Alist has it under"
                                + " the same path).",
                defaultValue = "pass")
        Unmapped unmapped,

        @Setting("Beginnings of paths, whole segments, that Emby always delivers itself; asked before `paths`.")
        List<String> localRoots,

        @Setting(
                value =
                        "Whether Emby's paths come percent-encoded and are decoded first. With true, a file really called"
                                + " 100%41 is not found.",
                defaultValue = "false")
        boolean decodePaths,

        @Setting(value = "Status of the redirect: 301, 302 or 307.", defaultValue = "302")
        int status,

        @Setting(
                value =
                        "Whether a link is only given to the User-Agent it was asked for with. Needed for 115 and others;"
                                + " false shares links between players.",
                defaultValue = "true")
        boolean bindUserAgent,

        @Setting(
                value =
                        "Longest wait for Emby and Alist together, then Emby delivers; shorter than the engine's decision"
                                + " time-out.",
                defaultValue = "10s")
        Duration timeout,

        @Setting(value = "How long answers are kept.", defaultValue = "{}")
        Cache cache) {

    /** What becomes of a path that no rule fits. */
    public enum Unmapped {
        PASS,
        KEEP
    }

    /** Where the drives are asked for links. */
    public record Alist(
            @Setting("Its address, like http://192.168.0.10:5244.")
            String url,

            @Setting(value = "Its token, from the settings page; empty to ask as a guest.", defaultValue = "")
            String token) {
        public Alist {
            URI address = WebAddress.of(url);
            // A number sign would cut off what is put after it.
            if (address == null || address.getRawQuery() != null || url.indexOf('#') >= 0) {
                throw new IllegalArgumentException("url: " + url + " (expected: http://host[:port][/path] or https)");
            }
            url = address.toString();
            try {
                new Headers.Field("Authorization", token);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("token: unfit characters (expected: as Alist shows it)", e);
            }
        }

        /** Without the token. */
        @Override
        public String toString() {
            return "Alist[url=" + url + "]";
        }
    }

    /** How long, and how many. */
    public record Cache(
            @Setting(
                    value = "How long a link is given again; not longer than the drive's links live. 0 keeps none.",
                    defaultValue = "10m")
            Duration ttl,

            @Setting(
                    value =
                            "How long Emby's word that a token may play an item holds; a revoked token gets links that long.",
                    defaultValue = "2m")
            Duration acceptance,

            @Setting(value = "How long a failure is remembered, so that retries do not hammer.", defaultValue = "3s")
            Duration failure,

            @Setting(value = "Most links kept, and most words of Emby's.", defaultValue = "10000")
            int maxEntries) {
        public Cache {
            check("ttl", ttl, Duration.ofDays(1));
            check("acceptance", acceptance, Duration.ofHours(1));
            check("failure", failure, Duration.ofMinutes(1));
            if (maxEntries < 1 || maxEntries > 1_000_000) {
                throw new IllegalArgumentException("max-entries: " + maxEntries + " (expected: 1 to 1000000)");
            }
        }

        private static void check(String key, Duration value, Duration most) {
            if (value.isNegative() || value.compareTo(most) > 0) {
                throw new IllegalArgumentException(key + ": " + value + " (expected: 0 to " + most + ")");
            }
        }
    }

    public AlistRedirectConfig {
        paths = List.copyOf(paths);
        localRoots = List.copyOf(localRoots);
        if (paths.isEmpty() && unmapped == Unmapped.PASS) {
            throw new IllegalArgumentException("paths: none (expected: at least one, or unmapped: keep)");
        }
        for (String root : localRoots) {
            if (root.isBlank()) {
                throw new IllegalArgumentException("local-roots: \"" + root + "\" (expected: the beginning of a path)");
            }
        }
        if (status != 301 && status != 302 && status != 307) {
            throw new IllegalArgumentException("status: " + status + " (expected: 301, 302 or 307)");
        }
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(Duration.ofMinutes(5)) > 0) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: above 0, at most 5m)");
        }
    }
}
