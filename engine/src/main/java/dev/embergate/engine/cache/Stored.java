package dev.embergate.engine.cache;

import dev.embergate.engine.encode.HttpDates;
import dev.embergate.engine.spi.Caching;
import dev.embergate.engine.spi.Headers;
import java.util.List;
import java.util.Set;

/**
 * One kept answer, and how old and how fresh it is (RFC 9111 section 4.2). Immutable, safe to share between loops.
 *
 * <p>Ages and lifetimes are seconds, times are milliseconds since 1970.
 */
public final class Stored {
    /** What a rule's own lifetime counts for: an error is not kept longer than it asks for itself. */
    private static final Set<Integer> RULED = Set.of(200, 203, 204, 300, 301, 308);

    private static final long DAY = 86_400;

    private final StoredHead head;
    private final List<String> vary;
    private final String selecting;
    private final long requestMillis;
    private final long responseMillis;
    private final KeptBody body;
    private final Directives control;
    private final long date;
    private final long lastModified;
    private final long initialAgeMillis;
    private final long statedLifetime;

    /**
     * @param vary names the answer was selected by, as {@link Selecting#names}
     * @param selecting what the request said in them, as {@link Selecting#fingerprint}
     */
    public Stored(
            StoredHead head,
            List<String> vary,
            String selecting,
            long requestMillis,
            long responseMillis,
            KeptBody body) {
        this.head = head;
        this.vary = List.copyOf(vary);
        this.selecting = selecting;
        this.requestMillis = requestMillis;
        this.responseMillis = responseMillis;
        this.body = body;
        this.control = Directives.of(head.headers("Cache-Control"));
        long dated = date(head.fields(), "Date");
        this.date = dated == HttpDates.NONE ? Math.floorDiv(responseMillis, 1000) : dated;
        this.lastModified = date(head.fields(), "Last-Modified");
        this.initialAgeMillis = initialAgeMillis();
        this.statedLifetime = statedLifetime();
    }

    public StoredHead head() {
        return head;
    }

    public List<String> vary() {
        return vary;
    }

    public String selecting() {
        return selecting;
    }

    public long requestMillis() {
        return requestMillis;
    }

    public long responseMillis() {
        return responseMillis;
    }

    public KeptBody body() {
        return body;
    }

    Directives control() {
        return control;
    }

    /** When the origin made it, in seconds since 1970. */
    long date() {
        return date;
    }

    /** In seconds since 1970; {@link HttpDates#NONE} when absent. */
    long lastModified() {
        return lastModified;
    }

    Stored with(KeptBody newBody) {
        return new Stored(head.withLength(newBody.length()), vary, selecting, requestMillis, responseMillis, newBody);
    }

    /** Section 4.2.3: how old it was when it came. The clocks need not agree: the larger of both ways to tell counts. */
    private long initialAgeMillis() {
        long apparent = Math.max(0, Math.floorDiv(responseMillis, 1000) - date) * 1000;
        long delay = Math.max(0, responseMillis - requestMillis);
        return Math.max(apparent, ageField() * 1000 + delay);
    }

    /** Section 5.1: of several the first counts; what is no number is ignored. */
    private long ageField() {
        String field = head.header("Age");
        if (field == null) {
            return 0;
        }
        int comma = field.indexOf(',');
        return Math.max(0, Directives.deltaSeconds((comma < 0 ? field : field.substring(0, comma)).strip()));
    }

    /** Section 4.2.3. */
    public long age(long nowMillis) {
        long resident = Math.max(0, nowMillis - responseMillis);
        return Math.min(Directives.MAX_SECONDS, (initialAgeMillis + resident) / 1000);
    }

    /** Section 4.2.1: what the answer says of itself; {@link Directives#ABSENT} when nothing. */
    private long statedLifetime() {
        long shared = control.seconds("s-maxage");
        if (shared != Directives.ABSENT) {
            return shared;
        }
        long any = control.seconds("max-age");
        if (any != Directives.ABSENT) {
            return any;
        }
        List<String> expires = head.headers("Expires");
        if (expires.isEmpty()) {
            return Directives.ABSENT;
        }
        if (expires.stream().distinct().count() > 1) {
            return 0;
        }
        long until = HttpDates.parse(expires.getFirst().strip());
        return until == HttpDates.NONE ? 0 : Math.clamp(until - date, 0, Directives.MAX_SECONDS);
    }

    /** Section 4.2.1, or the rule's word in its place, but where the answer wants to be asked about each time. */
    public long lifetime(Caching caching) {
        if (statedLifetime == 0 && mustRevalidate()) {
            return 0;
        }
        if (caching.freshFor() != null && RULED.contains(head.status())) {
            return Math.min(Directives.MAX_SECONDS, caching.freshFor().toSeconds());
        }
        if (statedLifetime != Directives.ABSENT) {
            return statedLifetime;
        }
        return caching.heuristic() ? heuristicLifetime() : 0;
    }

    /** Section 4.2.2: a tenth of the time since it was changed last, a day at most. */
    private long heuristicLifetime() {
        boolean allowed = Storability.isHeuristicallyCacheable(head.status()) || control.has("public");
        if (!allowed || lastModified == HttpDates.NONE || lastModified > date) {
            return 0;
        }
        return Math.min(DAY, (date - lastModified) / 10);
    }

    boolean hasValidator() {
        return head.header("ETag") != null || lastModified != HttpDates.NONE;
    }

    /** Whether it must never be given stale (section 4.2.4), not even on an error. */
    boolean mustRevalidate() {
        return control.has("must-revalidate")
                || control.has("proxy-revalidate")
                || control.has("s-maxage")
                || control.hasWhole("no-cache");
    }

    /** Roughly what it takes in memory. */
    int weight() {
        long bodyBytes = body instanceof KeptBody.Memory memory ? memory.length() : 0;
        return (int) Math.min(Integer.MAX_VALUE / 64, bodyBytes + head.sizeBytes() + 256);
    }

    /** {@link HttpDates#NONE} when absent, malformed or there twice with different values. */
    private static long date(Headers fields, String name) {
        List<String> values = fields.all(name);
        return values.isEmpty() || values.stream().distinct().count() > 1
                ? HttpDates.NONE
                : HttpDates.parse(values.getFirst().strip());
    }
}
