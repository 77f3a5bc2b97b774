package dev.embergate.rules.testkit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a fake answers.
 *
 * @param json what the body says, where it is JSON, so that its shape can be checked
 * @param chunked whether the body goes out in chunks of unknown number instead of with its length
 */
record FakeAnswer(
        int status,
        Map<String, String> headers,
        byte[] body,
        @Nullable JsonNode json,
        boolean chunked) {
    private static final byte[] NOTHING = {};

    static FakeAnswer empty(int status) {
        return new FakeAnswer(status, Map.of(), NOTHING, null, false);
    }

    static FakeAnswer text(int status, String text) {
        return bytes(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    static FakeAnswer json(JsonNode json) {
        byte[] body = json.toString().getBytes(StandardCharsets.UTF_8);
        return new FakeAnswer(200, Map.of("Content-Type", "application/json; charset=utf-8"), body, json, false);
    }

    static FakeAnswer bytes(int status, String mediaType, byte[] body) {
        return new FakeAnswer(status, Map.of("Content-Type", mediaType), body, null, false);
    }

    FakeAnswer with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new FakeAnswer(status, Collections.unmodifiableMap(more), body, json, chunked);
    }

    /** The same, packed and sent in chunks, as a server does that packs on the fly. */
    FakeAnswer gzipped() {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        FakeAnswer marked = with("Content-Encoding", "gzip").with("Vary", "Accept-Encoding");
        String etag = headers.get("ETag");
        if (etag != null) {
            marked = marked.with("ETag", "W/" + etag); // Other bytes, so no longer strong (RFC 9110 section 8.8.3).
        }
        return new FakeAnswer(status, marked.headers, packed.toByteArray(), json, true);
    }
}
