package dev.embergate.engine.cache;

import dev.embergate.engine.encode.HttpDates;
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

    /** Section 4.3.5: whether the answer to a HEAD says that the kept one is still the same. */
    public static boolean confirms(StoredHead head, boolean lengthStated, Stored stored) {
        return head.status() == stored.head().status()
                && (!lengthStated || head.length() == stored.head().length())
                && same(head.header("ETag"), stored.head().header("ETag"))
                && same(head.header("Last-Modified"), stored.head().header("Last-Modified"));
    }

    private static boolean same(@Nullable String told, @Nullable String kept) {
        return told == null ? kept == null : told.equals(kept);
    }

    /** Section 3.2: the kept answer with the fields of a newer head that speaks of it. */
    public static Stored freshened(Stored stored, StoredHead newer, long requestMillis, long responseMillis) {
        Set<String> replaced = new HashSet<>();
        List<Headers.Field> fields = new ArrayList<>();
        for (Headers.Field field : newer.fields().fields()) {
            String name = field.name().toLowerCase(Locale.ROOT);
            if (!OF_THE_BODY.contains(name)) {
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
