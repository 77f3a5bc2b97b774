package dev.embergate.engine.cache;

import dev.embergate.engine.spi.Caching;
import dev.embergate.engine.spi.Headers;
import java.util.Set;

/** Whether an answer may be kept (RFC 9111 sections 3 and 3.5). Pure. */
public final class Storability {
    /** RFC 9110 section 15.1. 206 is not kept at all: parts are not put together here (RFC 9111 section 3.3). */
    private static final Set<Integer> HEURISTIC = Set.of(200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501);

    /** Final statuses of RFC 9110 section 15 whose meaning for a cache is implemented here; for must-understand. */
    private static final Set<Integer> UNDERSTOOD = Set.of(
            200, 201, 202, 203, 204, 205, 300, 301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408,
            409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 426, 500, 501, 502, 503, 504, 505);

    /** These answer a part of, or a question about, something: nobody else asked it. */
    private static final Set<Integer> OF_ONE_REQUEST = Set.of(206, 304, 412, 416);

    private Storability() {}

    static boolean isHeuristicallyCacheable(int status) {
        return HEURISTIC.contains(status);
    }

    /**
     * @param request as it went upstream
     * @param received end-to-end fields as they came
     * @param stored the same as it would be kept
     */
    static boolean mayBeKept(SentRequest request, Headers received, Stored stored, Caching caching) {
        StoredHead head = stored.head();
        Directives control = stored.control();
        if (!request.method().equals("GET") || head.status() < 200 || OF_ONE_REQUEST.contains(head.status())) {
            return false;
        }
        boolean mustUnderstand = control.has("must-understand");
        if (mustUnderstand && !UNDERSTOOD.contains(head.status())) {
            return false;
        }
        if (request.control().has("no-store") || (control.has("no-store") && !mustUnderstand)) {
            return false;
        }
        if (control.hasWhole("private") || received.first("Set-Cookie") != null) {
            return false;
        }
        if (!mayBeShared(request, control, caching) || !isCacheable(head, control)) {
            return false;
        }
        return isWorthKeeping(stored, caching);
    }

    /**
     * Section 3.5. Only RFC 9110's own field may be overruled by must-revalidate: of other credentials the origin does not know
     * that a cache takes them for such, so it must say openly that the answer is for all.
     */
    private static boolean mayBeShared(SentRequest request, Directives control, Caching caching) {
        boolean forAll = control.has("public") || control.has("s-maxage");
        if (forAll) {
            return true;
        }
        if (request.has("Authorization") && !control.has("must-revalidate")) {
            return false;
        }
        return !request.hasCredentials(caching);
    }

    /** The last item of section 3. */
    private static boolean isCacheable(StoredHead head, Directives control) {
        return control.has("public")
                || head.header("Expires") != null
                || control.has("max-age")
                || control.has("s-maxage")
                || isHeuristicallyCacheable(head.status());
    }

    /** What is never fresh and cannot be asked about again would only take room. */
    private static boolean isWorthKeeping(Stored stored, Caching caching) {
        return stored.hasValidator()
                || (stored.lifetime(caching) > 0 && !stored.control().hasWhole("no-cache"))
                || (!stored.mustRevalidate()
                        && Reuse.staleIfError(stored, caching) > 0
                        && stored.head().status() < 400);
    }
}
