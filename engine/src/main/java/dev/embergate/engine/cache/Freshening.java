package dev.embergate.engine.cache;

import dev.embergate.engine.encode.HttpDates;
import dev.embergate.engine.spi.Caching;
import dev.embergate.engine.spi.Headers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Validation: what is asked, and what an answer without a body does to a kept one (RFC 9111 sections 3.2, 4.3). Pure. */
public final class Freshening {
    /** What describes the bytes that are kept, whatever an answer without bytes says. */
    private static final Set<String> OF_THE_BODY =
            Set.of("content-length", "content-encoding", "content-range", "transfer-encoding", "set-cookie");

    /** What a head that was made for one user still says to all; Vary only to see that it is another now. */
    private static final Set<String> OF_ALL_USERS =
            Set.of("date", "age", "cache-control", "expires", "etag", "last-modified", "vary");

    private Freshening() {}

    /** Section 4.3.1: the fields to ask with; empty when there is no validator. */
    public static Headers conditions(Stored stored) {
        Headers conditions = Headers.EMPTY;
        String etag = stored.head().header("ETag");
        if (etag != null) {
            conditions = conditions.with("If-None-Match", etag);
        }
        if (stored.lastModified() != HttpDates.NONE) {
            conditions = conditions.with("If-Modified-Since", HttpDates.format(stored.lastModified()));
        }
        return conditions;
    }

    /** Sections 4.3.3 and 4.3.4: whether a 304 speaks of this answer. One without validators does: only this was asked for. */
    public static boolean speaksOf(StoredHead notModified, Stored stored) {
        String etag = notModified.header("ETag");
        if (etag != null) {
            String own = stored.head().header("ETag");
            return own != null && (etag.startsWith("W/") ? weak(etag).equals(weak(own)) : etag.equals(own));
        }
        String modified = notModified.header("Last-Modified");
        return modified == null
                || stored.lastModified() == HttpDates.NONE
                || HttpDates.parse(modified.strip()) == stored.lastModified();
    }

    private static String weak(@Nullable String etag) {
        return etag == null ? "" : etag.startsWith("W/") ? etag.substring(2) : etag;
    }

    /**
     * Section 4.3.5: whether the answer to a HEAD says that the kept one is still the same. One without a validator or length
     * says nothing.
     */
    public static boolean confirms(StoredHead head, boolean lengthStated, Stored stored) {
        return (lengthStated || head.header("ETag") != null || head.header("Last-Modified") != null)
                && head.status() == stored.head().status()
                && (!lengthStated || head.length() == stored.head().length())
                && same(head.header("ETag"), stored.head().header("ETag"))
                && same(head.header("Last-Modified"), stored.head().header("Last-Modified"));
    }

    private static boolean same(@Nullable String told, @Nullable String kept) {
        return told == null ? kept == null : told.equals(kept);
    }

    /**
     * Section 3.2: the kept answer with the fields of a newer head that speaks of it. Of a head that was made for one user, as
     * far as anybody can tell, only those that say how long and which: what is kept is for all.
     *
     * @param asker whose request the newer head answers
     */
    public static Stored freshened(
            Stored stored,
            StoredHead newer,
            SentRequest asker,
            Caching caching,
            long requestMillis,
            long responseMillis) {
        Directives control = Directives.of(newer.headers("Cache-Control"));
        boolean ofOneUser = asker.isOfOneUser(caching) && !control.has("public") && !control.has("s-maxage");
        return freshened(stored, newer, ofOneUser, requestMillis, responseMillis);
    }

    private static Stored freshened(
            Stored stored, StoredHead newer, boolean ofOneUser, long requestMillis, long responseMillis) {
        Set<String> replaced = new HashSet<>();
        List<Headers.Field> fields = new ArrayList<>();
        for (Headers.Field field : newer.fields().fields()) {
            String name = field.name().toLowerCase(Locale.ROOT);
            if (!OF_THE_BODY.contains(name) && (!ofOneUser || OF_ALL_USERS.contains(name))) {
                replaced.add(name);
                fields.add(field);
            }
        }
        // The age of the answer that was kept says nothing any more.
        replaced.add("age");
        List<Headers.Field> merged = new ArrayList<>();
        for (Headers.Field field : stored.head().fields().fields()) {
            if (!replaced.contains(field.name().toLowerCase(Locale.ROOT))) {
                merged.add(field);
            }
        }
        merged.addAll(fields);
        StoredHead head = StoredHead.of(
                stored.head().status(), Headers.of(merged), stored.head().length(), responseMillis);
        return new Stored(head, stored.vary(), stored.selecting(), requestMillis, responseMillis, stored.body());
    }

    /** Whether the freshened answer may still be kept. */
    static boolean mayStay(Stored freshened) {
        Directives control = freshened.control();
        return !control.hasWhole("private")
                && (!control.has("no-store") || control.has("must-understand"))
                && freshened.vary().equals(Selecting.names(freshened.head().fields()));
    }
}
