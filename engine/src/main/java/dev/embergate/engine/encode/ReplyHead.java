package dev.embergate.engine.encode;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Headers.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The header fields of an answer given here: what the rule set, less what its status or the engine's framing rules out. */
final class ReplyHead {
    private final List<Field> fields;

    private ReplyHead(List<Field> fields) {
        this.fields = fields;
    }

    /** All that the rule set but the fields that frame a message and Date, which are the engine's. */
    static ReplyHead of(Headers headers) {
        return filtered(headers, name -> !isFraming(name));
    }

    /** Of a 304: no more than what updates a stored answer (RFC 9110 section 15.4.5). */
    static ReplyHead ofNotModified(Headers headers) {
        return filtered(headers, name -> switch (name) {
            case "cache-control", "content-location", "etag", "expires", "vary" -> true;
            default -> false;
        });
    }

    /** Of an answer that came in place of the content: nothing that describes the content or says how long to keep it. */
    static ReplyHead ofError(Headers headers) {
        return filtered(
                headers,
                name -> !isFraming(name)
                        && switch (name) {
                            case "accept-ranges", "cache-control", "etag", "expires", "last-modified" -> false;
                            default -> !name.startsWith("content-") || name.startsWith("content-security-policy");
                        });
    }

    private static ReplyHead filtered(Headers headers, NamePredicate keep) {
        List<Field> fields = new ArrayList<>(headers.fields().size() + 4);
        for (Field field : headers.fields()) {
            if (keep.test(field.name().toLowerCase(Locale.ROOT))) {
                fields.add(field);
            }
        }
        return new ReplyHead(fields);
    }

    @FunctionalInterface
    private interface NamePredicate {
        boolean test(String lowerCaseName);
    }

    private static boolean isFraming(String name) {
        return switch (name) {
            case "connection",
                    "content-length",
                    "date",
                    "keep-alive",
                    "proxy-connection",
                    "trailer",
                    "transfer-encoding" -> true;
            default -> false;
        };
    }

    /** Sets a field unless the rule did. */
    ReplyHead orElse(String name, String value) {
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                return this;
            }
        }
        fields.add(new Field(name, value));
        return this;
    }

    /** Sets a field in place of the rule's. */
    ReplyHead set(String name, String value) {
        fields.removeIf(field -> field.name().equalsIgnoreCase(name));
        fields.add(new Field(name, value));
        return this;
    }

    String first(String name, String otherwise) {
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                return field.value();
            }
        }
        return otherwise;
    }

    Headers headers() {
        return Headers.of(fields);
    }
}
