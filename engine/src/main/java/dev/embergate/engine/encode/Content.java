package dev.embergate.engine.encode;

import org.jspecify.annotations.Nullable;

/**
 * A body whose length is known and which can be cut, before a request has been looked at.
 *
 * @param etag a valid entity tag; null for none
 * @param lastModified in seconds since 1970; {@link HttpDates#NONE} for none
 * @param source whoever has the content closes it or passes it on
 */
record Content(String mediaType, @Nullable String etag, long lastModified, long length, WindowSource source) {
    Content {
        if (etag != null && !EntityTags.isValid(etag)) {
            throw new IllegalArgumentException(
                    "etag: not an entity tag (expected: a quoted string, RFC 9110 section 8.8.3)");
        }
    }
}
