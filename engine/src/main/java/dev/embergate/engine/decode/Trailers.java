package dev.embergate.engine.decode;

import dev.embergate.engine.spi.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which fields of a trailer section count (RFC 9110 section 6.5.1); the others are left out. */
final class Trailers {
    /** Framing, routing, request modifiers, authentication, control data and content format: too late behind a body. */
    private static final Set<String> FORBIDDEN = Set.of(
            "age",
            "authorization",
            "cache-control",
            "content-encoding",
            "content-length",
            "content-range",
            "content-type",
            "cookie",
            "date",
            "expect",
            "expires",
            "host",
            "if-match",
            "if-modified-since",
            "if-none-match",
            "if-range",
            "if-unmodified-since",
            "location",
            "max-forwards",
            "pragma",
            "range",
            "retry-after",
            "set-cookie",
            "vary",
            "warning",
            "www-authenticate",
            "x-request-id",
            "traceparent",
            "tracestate");

    private Trailers() {}

    static Headers of(HeadBytes section) {
        List<Headers.Field> fields = new ArrayList<>(section.fieldCount());
        for (int i = 0; i < section.fieldCount(); i++) {
            FieldName known = KnownNames.VALUES[section.ordinal(i)];
            String name = section.name(i);
            if (!known.isHopByHop() && !known.isForwarding() && !FORBIDDEN.contains(name.toLowerCase(Locale.ROOT))) {
                fields.add(new Headers.Field(name, section.value(i)));
            }
        }
        return Headers.of(fields);
    }
}
