package dev.embergate.engine.encode;

import dev.embergate.engine.spi.Body;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Class-path resources in memory, each with a strong tag of its content. Thread-safe. Bounded by what the class path holds, as
 * misses are not remembered; gone with the class that owns them, so that a plug-in can be let go.
 */
final class ResourceCache {
    /** A resource's content. */
    record Loaded(byte[] bytes, String etag) {
        Content content(Body.Resource body) {
            String mediaType = body.mediaType();
            return new Content(
                    mediaType == null ? MediaTypes.of(body.name()) : mediaType,
                    etag,
                    HttpDates.NONE,
                    bytes.length,
                    new MemorySource(bytes));
        }
    }

    private static final ClassValue<ConcurrentHashMap<String, Loaded>> LOADED = new ClassValue<>() {
        @Override
        protected ConcurrentHashMap<String, Loaded> computeValue(Class<?> owner) {
            return new ConcurrentHashMap<>();
        }
    };

    private ResourceCache() {}

    /** What is in memory already. */
    static @Nullable Loaded cached(Body.Resource body) {
        return LOADED.get(body.owner()).get(body.name());
    }

    /** Null when there is no such resource. Blocks: on a virtual thread only. */
    static @Nullable Loaded load(Body.Resource body) throws IOException {
        Loaded cached = cached(body);
        if (cached != null) {
            return cached;
        }
        if (!isPlain(body.name()) || isDirectory(body)) {
            return null;
        }
        byte[] bytes;
        try (InputStream in = body.owner().getResourceAsStream(body.name())) {
            if (in == null) {
                return null;
            }
            bytes = in.readAllBytes();
        }
        Loaded loaded = new Loaded(bytes, etag(bytes));
        Loaded earlier = LOADED.get(body.owner()).putIfAbsent(body.name(), loaded);
        return earlier == null ? loaded : earlier;
    }

    /** On a class path of folders, dots would lead out of them; and a name has one spelling only, which bounds the cache. */
    private static boolean isPlain(String name) {
        String rest = name.startsWith("/") ? name.substring(1) : name;
        for (String segment : rest.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                return false;
            }
        }
        return true;
    }

    /** The class path gives folders a content too: a listing, or nothing. */
    private static boolean isDirectory(Body.Resource body) {
        URL url = body.owner().getResource(body.name());
        if (url == null || !url.getProtocol().equals("file")) {
            return body.owner().getResource(body.name() + '/') != null;
        }
        try {
            return Files.isDirectory(Path.of(url.toURI()));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static String etag(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(digest) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: missing (expected: in every JDK)", e);
        }
    }
}
