package dev.embergate.engine.encode;

import dev.embergate.engine.spi.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The preconditions of a GET or HEAD (RFC 9110 section 13.1), taken out of the head so that they outlive it.
 *
 * @param ifMatch empty when absent, as {@code ifNoneMatch} and {@code ifRange}
 * @param ifUnmodifiedSince seconds since 1970; {@link HttpDates#NONE} when absent, as {@code ifModifiedSince}
 */
record Conditions(
        List<String> ifMatch,
        long ifUnmodifiedSince,
        List<String> ifNoneMatch,
        long ifModifiedSince,
        List<String> ifRange) {
    /** What preconditions come to. */
    enum Verdict {
        PERFORM,
        NOT_MODIFIED,
        FAILED
    }

    private static final Conditions NONE =
            new Conditions(List.of(), HttpDates.NONE, List.of(), HttpDates.NONE, List.of());

    static Conditions of(RequestHead request) {
        List<String> ifMatch = fields(request, "If-Match");
        long ifUnmodifiedSince = date(request, "If-Unmodified-Since");
        List<String> ifNoneMatch = fields(request, "If-None-Match");
        long ifModifiedSince = date(request, "If-Modified-Since");
        List<String> ifRange = fields(request, "If-Range");
        boolean none = ifMatch.isEmpty()
                && ifUnmodifiedSince == HttpDates.NONE
                && ifNoneMatch.isEmpty()
                && ifModifiedSince == HttpDates.NONE
                && ifRange.isEmpty();
        return none ? NONE : new Conditions(ifMatch, ifUnmodifiedSince, ifNoneMatch, ifModifiedSince, ifRange);
    }

    private static List<String> fields(RequestHead request, String name) {
        return request.header(name) == null ? List.of() : request.headers(name);
    }

    /** Fields that came twice or make no date count as absent (sections 13.1.3 and 13.1.4). */
    private static long date(RequestHead request, String name) {
        String field = request.header(name);
        if (field == null || request.headers(name).size() > 1) {
            return HttpDates.NONE;
        }
        return HttpDates.parse(field.strip());
    }

    /**
     * Steps 1 to 4 of section 13.2.2, for a representation that exists. Without a validator there is nothing to compare, and
     * every request is performed.
     *
     * @param etag the current entity tag; null for none
     * @param lastModified in seconds since 1970; {@link HttpDates#NONE} for none
     */
    @SuppressWarnings("ReferenceEquality") // the constant stands for itself, to spare a look at each field
    Verdict evaluate(@Nullable String etag, long lastModified) {
        if (this == NONE || (etag == null && lastModified == HttpDates.NONE)) {
            return Verdict.PERFORM;
        }
        boolean dated = lastModified != HttpDates.NONE;
        if (!ifMatch.isEmpty()) {
            if (!anyMatches(ifMatch, etag, false)) {
                return Verdict.FAILED;
            }
        } else if (dated && ifUnmodifiedSince != HttpDates.NONE && lastModified > ifUnmodifiedSince) {
            return Verdict.FAILED;
        }
        if (!ifNoneMatch.isEmpty()) {
            return anyMatches(ifNoneMatch, etag, true) ? Verdict.NOT_MODIFIED : Verdict.PERFORM;
        }
        boolean unchanged = dated && ifModifiedSince != HttpDates.NONE && lastModified <= ifModifiedSince;
        return unchanged ? Verdict.NOT_MODIFIED : Verdict.PERFORM;
    }

    /**
     * Step 5: whether a Range counts. A date is a strong validator only once its second is over (section 8.8.2.2), since a file
     * may change twice within one.
     *
     * @param made when the answer was made, in seconds since 1970: now, or the Date of one that was kept
     */
    boolean rangeCounts(@Nullable String etag, long lastModified, long made) {
        if (ifRange.isEmpty()) {
            return true;
        }
        if (ifRange.size() > 1) {
            return false;
        }
        String field = ifRange.getFirst().strip();
        if (field.startsWith("\"") || field.startsWith("W/")) {
            return EntityTags.matchStrongly(field, etag);
        }
        return lastModified != HttpDates.NONE && lastModified < made && HttpDates.parse(field) == lastModified;
    }

    private static boolean anyMatches(List<String> fields, @Nullable String etag, boolean weakly) {
        for (String field : fields) {
            if (EntityTags.listMatches(field, etag, weakly)) {
                return true;
            }
        }
        return false;
    }
}
