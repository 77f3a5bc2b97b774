package dev.embergate.rules.web;

import dev.embergate.engine.spi.Caching;
import dev.embergate.engine.spi.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Settings of {@code cache}. */
public record CacheConfig(
        @Setting(value = "Name of the upstream; empty for the default one.", defaultValue = "")
        String upstream,

        @Setting(
                "How long an answer is fresh, in place of what it says itself. What an answer forbids (`no-store`, `private`,"
                        + " `no-cache`) stays forbidden; one that says `must-revalidate`, `proxy-revalidate` or `s-maxage` with"
                        + " a lifetime of 0 is asked about each time; errors are kept no longer than they say.")
        Optional<Duration> freshFor,

        @Setting(
                value =
                        "Whether an answer that says no lifetime but when it was changed last is fresh for a tenth of the time"
                                + " since, a day at most. Without, such an answer is kept and asked about each time.",
                defaultValue = "false")
        boolean heuristic,

        @Setting(
                value =
                        "How long a stale answer is given while it is asked for anew, where the answer says nothing of it.",
                defaultValue = "0s")
        Duration staleWhileRevalidate,

        @Setting(
                value =
                        "How long a stale answer is given when the upstream fails or answers 500, 502, 503 or 504, where the"
                                + " answer says nothing of it.",
                defaultValue = "0s")
        Duration staleIfError,

        @Setting(
                value =
                        "Request fields that tell who asks, besides Authorization and those of the default list, which always"
                                + " count. An answer to a request with one of them is only kept if it says `public` or"
                                + " `s-maxage`.",
                defaultValue = "[Cookie, X-Emby-Token, X-Emby-Authorization, X-MediaBrowser-Token]")
        List<String> credentials,

        @Setting(
                value = "Query parameters that tell who asks, letter case disregarded; as `credentials`, but in"
                        + " place of the default list.",
                defaultValue =
                        "[api_key, ApiKey, access_token, X-Emby-Token, X-Emby-Authorization, X-MediaBrowser-Token]")
        Set<String> credentialQuery,

        @Setting("Query parameters that do not make another answer, exact names. None of `credential-query`.")
        Set<String> ignoreQuery,

        @Setting(
                value =
                        "Of an answer's body; a larger one is relayed and not kept. Nor is one larger than half of"
                                + " `cache.disk-bytes`, or without a disk than an eighth of `cache.memory-bytes`, 4 MiB at most.",
                defaultValue = "8MiB")
        long maxEntryBytes) {

    private static final List<String> ALWAYS_CREDENTIALS =
            List.of("Cookie", "X-Emby-Token", "X-Emby-Authorization", "X-MediaBrowser-Token");

    public CacheConfig {
        credentials = withAlways(credentials);
        credentialQuery = Set.copyOf(credentialQuery);
        ignoreQuery = Set.copyOf(ignoreQuery);
        HeaderNames.check("credentials", credentials);
        if (maxEntryBytes < 1) {
            throw new IllegalArgumentException("max-entry-bytes: " + maxEntryBytes + " (expected: > 0)");
        }
        caching(
                freshFor,
                heuristic,
                staleWhileRevalidate,
                staleIfError,
                credentials,
                credentialQuery,
                ignoreQuery,
                maxEntryBytes);
    }

    /** Whoever adds a field means to protect more, not to give up what was protected. */
    private static List<String> withAlways(List<String> told) {
        List<String> all = new ArrayList<>(ALWAYS_CREDENTIALS);
        for (String name : told) {
            if (all.stream().noneMatch(name::equalsIgnoreCase)) {
                all.add(name);
            }
        }
        return List.copyOf(all);
    }

    Caching caching() {
        return caching(
                freshFor,
                heuristic,
                staleWhileRevalidate,
                staleIfError,
                credentials,
                credentialQuery,
                ignoreQuery,
                maxEntryBytes);
    }

    private static Caching caching(
            Optional<Duration> freshFor,
            boolean heuristic,
            Duration whileRevalidate,
            Duration ifError,
            List<String> credentials,
            Set<String> credentialQuery,
            Set<String> ignored,
            long maxEntryBytes) {
        return new Caching(
                true,
                freshFor.orElse(null),
                heuristic,
                whileRevalidate,
                ifError,
                credentials,
                credentialQuery,
                ignored,
                maxEntryBytes);
    }
}
