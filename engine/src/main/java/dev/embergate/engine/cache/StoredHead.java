package dev.embergate.engine.cache;

import dev.embergate.engine.decode.FieldName;
import dev.embergate.engine.decode.ParsedResponse;
import dev.embergate.engine.encode.HopByHop;
import dev.embergate.engine.encode.HttpDates;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.ResponseHead;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An upstream's head as it is kept: without what is meant for one hop, for a proxy or for one user, and without framing
 * (RFC 9111 section 3.1). It always has a Date (RFC 9110 section 6.6.1). Immutable.
 *
 * @param length of the body in bytes
 */
public record StoredHead(int status, Headers fields, long length) implements ResponseHead {
    /** Of no use to, or not meant for, whoever asks later. */
    private static final Set<String> NOT_KEPT =
            Set.of("content-length", "proxy-authenticate", "proxy-authentication-info", "proxy-authorization");

    /** What decides whether, for whom and how long an answer is kept: nothing in the answer takes them out of it. */
    private static final Set<String> DECIDING = Set.of("cache-control", "vary", "date", "age", "expires", "set-cookie");

    /** Whether a field is meant for one hop and decides nothing. */
    static boolean stops(ParsedResponse head, int index) {
        return HopByHop.stops(head, index)
                && !DECIDING.contains(head.fieldNameText(index).toLowerCase(Locale.ROOT));
    }

    /** @throws IllegalArgumentException when a field cannot be sent again */
    public static StoredHead of(ParsedResponse head, long responseMillis) {
        List<Headers.Field> fields = new ArrayList<>(head.fieldCount() + 1);
        for (int i = 0; i < head.fieldCount(); i++) {
            if (!stops(head, i) && head.fieldName(i) != FieldName.CONTENT_LENGTH) {
                fields.add(new Headers.Field(head.fieldNameText(i), head.fieldValue(i)));
            }
        }
        return of(head.status(), Headers.of(fields), Math.max(0, head.contentLength()), responseMillis);
    }

    /** Of fields without hop-by-hop ones. */
    static StoredHead of(int status, Headers received, long length, long responseMillis) {
        Directives control = Directives.of(received.all("Cache-Control"));
        Set<String> dropped = new HashSet<>(NOT_KEPT);
        dropped.addAll(control.fields("private")); // section 5.2.2.7: only those fields are for one user
        dropped.addAll(control.fields("no-cache")); // section 5.2.2.4: not without asking, so never from here
        dropped.removeAll(DECIDING);
        List<Headers.Field> fields = new ArrayList<>(received.fields().size() + 1);
        List<String> dates = received.all("Date");
        boolean dated = dates.size() == 1 && HttpDates.parse(dates.getFirst().strip()) != HttpDates.NONE;
        for (Headers.Field field : received.fields()) {
            String name = field.name().toLowerCase(Locale.ROOT);
            if (!dropped.contains(name) && (dated || !name.equals("date"))) {
                fields.add(field);
            }
        }
        if (!dated) {
            fields.add(new Headers.Field("Date", HttpDates.format(Math.floorDiv(responseMillis, 1000))));
        }
        return new StoredHead(status, Headers.of(fields), length);
    }

    StoredHead withLength(long newLength) {
        return new StoredHead(status, fields, newLength);
    }

    /** Roughly what it takes in memory. */
    int sizeBytes() {
        int size = 128;
        for (Headers.Field field : fields.fields()) {
            size += 96 + field.name().length() + field.value().length();
        }
        return size;
    }

    @Override
    public @Nullable String header(String name) {
        return fields.first(name);
    }

    @Override
    public List<String> headers(String name) {
        return fields.all(name);
    }

    @Override
    public void forEachHeader(BiConsumer<String, String> action) {
        fields.forEach(action);
    }

    @Override
    public long contentLength() {
        return length;
    }

    @Override
    public String mediaType() {
        String type = fields.first("Content-Type");
        if (type == null) {
            return "";
        }
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }
}
