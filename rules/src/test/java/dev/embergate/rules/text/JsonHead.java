package dev.embergate.rules.text;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.ResponseHead;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** The head of an answer. */
@NullMarked
public record JsonHead(int status, Headers fields) implements ResponseHead {
    public static final JsonHead OK = new JsonHead(200, Headers.of("Content-Type", "application/json; charset=utf-8"));

    static JsonHead of(int status, String contentType) {
        return new JsonHead(status, Headers.of("Content-Type", contentType));
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
        String length = fields.first("Content-Length");
        return length == null ? -1 : Long.parseLong(length);
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
