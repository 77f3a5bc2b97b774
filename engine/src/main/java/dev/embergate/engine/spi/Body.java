package dev.embergate.engine.spi;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The body of an answer given here. */
public sealed interface Body {
    /** No body. */
    record Empty() implements Body {}

    /**
     * Bytes in memory; not copied, so the array must not change afterwards.
     *
     * @param mediaType for Content-Type
     * @param etag a quoted entity tag (RFC 9110 section 8.8.3) for conditional requests; null for none
     */
    record Bytes(byte[] bytes, String mediaType, @Nullable String etag) implements Body {
        public Bytes {
            Objects.requireNonNull(bytes, "bytes");
            Objects.requireNonNull(mediaType, "mediaType");
        }

        public Bytes(byte[] bytes, String mediaType) {
            this(bytes, mediaType, null);
        }
    }

    /**
     * A regular file, sent with Last-Modified, ETag, Range and If-Range. Missing: 404; unreadable: 500. The engine opens it when
     * it answers and sends the length it had then; if it shrinks meanwhile the connection is closed.
     *
     * @param mediaType for Content-Type; null lets the engine go by the file's ending
     */
    record File(Path path, @Nullable String mediaType) implements Body {
        public File {
            Objects.requireNonNull(path, "path");
        }
    }

    /**
     * A class-path resource beside {@code owner}, kept in memory after first use, with a strong ETag of its content.
     * Missing: 404.
     *
     * @param name as for {@link Class#getResourceAsStream}
     */
    record Resource(Class<?> owner, String name, @Nullable String mediaType) implements Body {
        public Resource {
            Objects.requireNonNull(owner, "owner");
            Objects.requireNonNull(name, "name");
        }
    }

    Body EMPTY = new Empty();

    static Body text(String text) {
        return new Bytes(text.getBytes(StandardCharsets.UTF_8), "text/plain; charset=utf-8");
    }

    static Body json(String json) {
        return new Bytes(json.getBytes(StandardCharsets.UTF_8), "application/json; charset=utf-8");
    }
}
