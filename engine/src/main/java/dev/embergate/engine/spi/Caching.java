package dev.embergate.engine.spi;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether and how the answers to a forward are kept and given again, by RFC 9111 as a shared cache. Kept under the upstream and
 * the target sent to it; unsafe methods of a forward with caching invalidate (section 4.4). Immutable; make one and share it.
 *
 * <p>What an answer itself forbids ({@code no-store}, {@code private}) is never kept, whatever is said here.
 *
 * @param enabled false for {@link #NONE} only
 * @param freshFor how long an answer is fresh, in place of what it says itself, unless that is 0 beside a word that stale answers
 *     must be asked about; null to do as it says (section 4.2)
 * @param heuristic whether an answer without a stated lifetime that has a Last-Modified may be kept for a tenth of its age, a day
 *     at most (section 4.2.2)
 * @param staleWhileRevalidate how long a stale answer is given while it is asked for anew in the background, where the answer
 *     says nothing of it (RFC 5861 section 3)
 * @param staleIfError how long a stale answer is given when the upstream fails or answers 500, 502, 503 or 504, where the answer
 *     says nothing of it (RFC 5861 section 4)
 * @param credentials request fields that tell who asks, besides Authorization: an answer to a request with one of them is only
 *     kept if it says {@code public} or {@code s-maxage} (section 3.5)
 * @param credentialQuery query parameters, names without regard to case, that tell who asks: as {@code credentials}
 * @param ignoredQuery query parameters, exact names, that do not make another answer; none of {@code credentialQuery}
 * @param maxEntryBytes of an answer's body; a larger one is relayed and not kept
 */
public record Caching(
        boolean enabled,
        @Nullable Duration freshFor,
        boolean heuristic,
        Duration staleWhileRevalidate,
        Duration staleIfError,
        List<String> credentials,
        Set<String> credentialQuery,
        Set<String> ignoredQuery,
        long maxEntryBytes) {
    /** Nothing is kept, nothing kept is given. */
    public static final Caching NONE =
            new Caching(false, null, false, Duration.ZERO, Duration.ZERO, List.of(), Set.of(), Set.of(), 0);

    public Caching {
        credentials = List.copyOf(credentials);
        credentialQuery = Set.copyOf(credentialQuery);
        ignoredQuery = Set.copyOf(ignoredQuery);
        for (String name : ignoredQuery) {
            // Else one user's answer would lie where another's is looked for.
            if (credentialQuery.stream().anyMatch(name::equalsIgnoreCase)) {
                throw new IllegalArgumentException(
                        "ignore-query: " + name + " (expected: no parameter that tells who asks)");
            }
        }
        requireNotNegative("stale-while-revalidate", staleWhileRevalidate);
        requireNotNegative("stale-if-error", staleIfError);
        if (freshFor != null) {
            requireNotNegative("fresh-for", freshFor);
        }
        if (maxEntryBytes < 0) {
            throw new IllegalArgumentException("max-entry-bytes: " + maxEntryBytes + " (expected: >= 0)");
        }
    }

    private static void requireNotNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 0)");
        }
    }
}
