package dev.embergate.rules.text;

import dev.embergate.engine.spi.ResponseHead;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which answers a transform takes: successful ones of certain media types, in UTF-8. */
final class MediaTypes {
    static final MediaTypes JSON = new MediaTypes(Set.of("application/json", "text/json"), true);

    private final Set<String> types;
    private final boolean jsonSuffix;

    private MediaTypes(Set<String> types, boolean jsonSuffix) {
        this.types = types;
        this.jsonSuffix = jsonSuffix;
    }

    /** @param types in lower case, without parameters */
    static MediaTypes of(Set<String> types) {
        for (String type : types) {
            if (type.indexOf('/') <= 0 || type.indexOf(';') >= 0 || !type.equals(type.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                        "media type: " + type + " (expected: lower case without parameters, such as text/plain)");
            }
        }
        return new MediaTypes(Set.copyOf(types), false);
    }

    boolean take(ResponseHead head) {
        if (head.status() < 200 || head.status() > 299) {
            return false;
        }
        String type = head.mediaType();
        boolean taken = types.contains(type) || (jsonSuffix && type.endsWith("+json"));
        return taken && isUtf8(head.header("content-type"));
    }

    /** True too when no charset is named, and for US-ASCII, which is UTF-8. */
    private static boolean isUtf8(@Nullable String contentType) {
        if (contentType == null) {
            return true;
        }
        String lower = contentType.toLowerCase(Locale.ROOT);
        int at = lower.indexOf("charset=");
        if (at < 0) {
            return true;
        }
        String charset = lower.substring(at + "charset=".length());
        int end = charset.indexOf(';');
        String name = (end < 0 ? charset : charset.substring(0, end)).strip().replace("\"", "");
        return name.equals("utf-8") || name.equals("utf8") || name.equals("us-ascii") || name.isEmpty();
    }
}
