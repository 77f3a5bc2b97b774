package dev.embergate.engine.cache;

import dev.embergate.engine.spi.Caching;

/** Whether a kept answer may be given to a request (RFC 9111 sections 4.2.4, 5.2.1 and RFC 5861). Pure. */
public final class Reuse {
    /** What to do with a kept answer that fits the request. */
    public enum Verdict {
        /** Give it. */
        FRESH,
        /** Give it, and ask anew in the background (RFC 5861 section 3). */
        WHILE_REVALIDATING,
        /** The upstream must be asked first: it is stale. */
        STALE,
        /** The upstream must be asked first: this client wants that. */
        DEMANDED
    }

    private Reuse() {}

    /** Section 5.2.1 and, where there is no Cache-Control, section 5.4. */
    public static Verdict of(Stored stored, SentRequest request, Caching caching, long nowMillis) {
        Directives asked = request.control();
        if (asked.has("no-cache") || (!asked.isPresent() && request.pragmaNoCache())) {
            return Verdict.DEMANDED;
        }
        long age = stored.age(nowMillis);
        long maxAge = asked.seconds("max-age");
        if (maxAge != Directives.ABSENT && age > maxAge) {
            return Verdict.DEMANDED;
        }
        if (stored.control().hasWhole("no-cache")) {
            return Verdict.STALE;
        }
        long left = stored.lifetime(caching) - age;
        long minFresh = Math.max(0, asked.seconds("min-fresh"));
        if (left > 0) {
            return left >= minFresh ? Verdict.FRESH : Verdict.DEMANDED;
        }
        if (stored.mustRevalidate() || minFresh > 0) {
            return Verdict.STALE;
        }
        if (-left <= Math.max(0, asked.seconds("max-stale", Directives.MAX_SECONDS)) && asked.has("max-stale")) {
            return Verdict.FRESH;
        }
        return -left < whileRevalidating(stored, caching) && maxAge == Directives.ABSENT
                ? Verdict.WHILE_REVALIDATING
                : Verdict.STALE;
    }

    /** Whether it may be given in place of an error (RFC 5861 section 4), which the client too may allow. */
    public static boolean onError(Stored stored, SentRequest request, Caching caching, long nowMillis) {
        if (stored.mustRevalidate() || request.control().has("no-cache")) {
            return false;
        }
        long stale = stored.age(nowMillis) - stored.lifetime(caching);
        long allowed = Math.max(staleIfError(stored, caching), request.control().seconds("stale-if-error"));
        return allowed > 0 && stale <= allowed;
    }

    /** What the answer says counts, else the rule's word. */
    private static long whileRevalidating(Stored stored, Caching caching) {
        long own = stored.control().seconds("stale-while-revalidate");
        return own == Directives.ABSENT ? caching.staleWhileRevalidate().toSeconds() : own;
    }

    static long staleIfError(Stored stored, Caching caching) {
        long own = stored.control().seconds("stale-if-error");
        return own == Directives.ABSENT ? caching.staleIfError().toSeconds() : own;
    }

    /** The statuses that count as an error (RFC 5861 section 4). */
    public static boolean isError(int status) {
        return status == 500 || status == 502 || status == 503 || status == 504;
    }
}
