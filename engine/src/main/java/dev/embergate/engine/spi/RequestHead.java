package dev.embergate.engine.spi;

import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The request line and header fields of one request, as a rule sees them: read-only, checked by the strict parser.
 *
 * <p>Valid until its exchange ends. Safe to read from other threads until then. Strings are made on demand: ask for what you
 * need, once.
 */
public interface RequestHead {
    /** As sent; methods are case-sensitive (RFC 9110 section 9.1). */
    String method();

    /** The request target in origin form exactly as received, query included; this is what goes upstream. */
    String target();

    /**
     * The path, percent-decoded once as UTF-8, without dot segments; what rules are matched on. Begins with a slash and never
     * holds a backslash, NUL or decoded slash: such targets are refused with 400.
     */
    String path();

    /** The part of {@link #target} before the question mark. */
    String rawPath();

    /** The part of {@link #target} after the question mark; null when there is none. */
    @Nullable
    String rawQuery();

    /** First value of that query parameter, decoded (plus means space); names compared exactly. Null when absent. */
    @Nullable
    String query(String name);

    /** As {@link #query} with names compared without case, as media servers do. */
    @Nullable
    String queryIgnoreCase(String name);

    /** First value of that field, names compared without case; null when absent. */
    @Nullable
    String header(String name);

    List<String> headers(String name);

    void forEachHeader(BiConsumer<String, String> action);

    /** True for HTTP/1.0 (no chunked answers, no keep-alive unless asked). */
    boolean isHttp10();

    /** Whether a body follows: chunked, or a Content-Length above zero. */
    boolean hasBody();

    /** Content-Length in bytes; -1 when absent (no body, or chunked). */
    long contentLength();

    /** The protocol asked for by a valid Upgrade with {@code Connection: upgrade}, in lower case; null when none. */
    @Nullable
    String upgrade();

    /** Who asks, as the engine defines it for rules, logs and upstream headers alike. */
    Client client();
}
