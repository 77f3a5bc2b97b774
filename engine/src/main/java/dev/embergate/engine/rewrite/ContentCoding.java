package dev.embergate.engine.rewrite;

import io.netty.handler.codec.compression.Brotli;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What Content-Encoding says was done to a body (RFC 9110 section 8.4), as far as it can be undone. */
enum ContentCoding {
    IDENTITY,
    GZIP,
    DEFLATE,
    BROTLI,
    /** Not known here, or several on top of each other, which no server in the field sends. */
    OTHER;

    /** @param values of all Content-Encoding fields */
    static ContentCoding of(List<String> values) {
        ContentCoding found = IDENTITY;
        for (String value : values) {
            for (String name : value.split(",", -1)) {
                ContentCoding coding = named(name.strip().toLowerCase(Locale.ROOT));
                if (coding != IDENTITY) {
                    found = found == IDENTITY ? coding : OTHER;
                }
            }
        }
        return found;
    }

    private static ContentCoding named(String name) {
        return switch (name) {
            case "", "identity" -> IDENTITY;
            case "gzip", "x-gzip" -> GZIP;
            case "deflate" -> DEFLATE;
            case "br" -> BROTLI;
            default -> OTHER;
        };
    }

    /** br needs a native library, which is not there on every platform. */
    boolean canBeUndone() {
        return switch (this) {
            case IDENTITY, GZIP, DEFLATE -> true;
            case BROTLI -> Brotli.isAvailable();
            case OTHER -> false;
        };
    }

    /** To be closed by the caller; null for identity. */
    @Nullable
    ContentDecoder decoder() {
        return switch (this) {
            case IDENTITY -> null;
            case GZIP -> new GzipDecoder();
            case DEFLATE -> new DeflateDecoder();
            case BROTLI -> new BrotliDecoder();
            case OTHER -> throw new IllegalStateException("a coding that cannot be undone");
        };
    }
}
