package dev.embergate.engine.testkit;

import dev.embergate.engine.spi.Client;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.RequestHead;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** A request head made from words, for tests of what looks at heads. Nothing in it is checked: the parser has its own tests. */
@NullMarked
public final class HeadOf implements RequestHead {
    private final String method;
    private final String target;
    private final Headers headers;
    private final boolean http10;
    private final Client client;

    private HeadOf(String method, String target, Headers headers, boolean http10, Client client) {
        this.method = method;
        this.target = target;
        this.headers = headers;
        this.http10 = http10;
        this.client = client;
    }

    /** A GET by HTTP/1.1 from loopback; header fields as name, value, name, value. */
    public static HeadOf get(String target, String... headers) {
        return of("GET", target, headers);
    }

    public static HeadOf of(String method, String target, String... headers) {
        Headers fields = Headers.of(headers);
        String host = fields.first("Host");
        Client client =
                new Client(InetAddress.getLoopbackAddress(), 49152, false, host == null ? "media.example" : host);
        return new HeadOf(method, target, fields, false, client);
    }

    public HeadOf with(String name, String value) {
        return new HeadOf(method, target, headers.with(name, value), http10, client);
    }

    public HeadOf inHttp10() {
        return new HeadOf(method, target, headers, true, client);
    }

    public HeadOf from(Client other) {
        return new HeadOf(method, target, headers, http10, other);
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String target() {
        return target;
    }

    @Override
    public String path() {
        return decoded(rawPath().replace("+", "%2B"));
    }

    @Override
    public String rawPath() {
        int mark = target.indexOf('?');
        return mark < 0 ? target : target.substring(0, mark);
    }

    @Override
    public @Nullable String rawQuery() {
        int mark = target.indexOf('?');
        return mark < 0 ? null : target.substring(mark + 1);
    }

    @Override
    public @Nullable String query(String name) {
        return query(name, false);
    }

    @Override
    public @Nullable String queryIgnoreCase(String name) {
        return query(name, true);
    }

    private @Nullable String query(String name, boolean ignoreCase) {
        String query = rawQuery();
        if (query == null) {
            return null;
        }
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            String key = decoded(equals < 0 ? pair : pair.substring(0, equals));
            if (ignoreCase ? key.equalsIgnoreCase(name) : key.equals(name)) {
                return equals < 0 ? "" : decoded(pair.substring(equals + 1));
            }
        }
        return null;
    }

    private static String decoded(String encoded) {
        return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    }

    @Override
    public @Nullable String header(String name) {
        return headers.first(name);
    }

    @Override
    public List<String> headers(String name) {
        return headers.all(name);
    }

    @Override
    public void forEachHeader(BiConsumer<String, String> action) {
        headers.forEach(action);
    }

    @Override
    public boolean isHttp10() {
        return http10;
    }

    @Override
    public boolean hasBody() {
        return headers.first("Transfer-Encoding") != null || contentLength() > 0;
    }

    @Override
    public long contentLength() {
        String length = headers.first("Content-Length");
        return length == null ? -1 : Long.parseLong(length);
    }

    @Override
    public @Nullable String upgrade() {
        String upgrade = headers.first("Upgrade");
        if (upgrade == null) {
            return null;
        }
        for (String line : headers.all("Connection")) {
            for (String option : line.split(",")) {
                if (option.strip().equalsIgnoreCase("upgrade")) {
                    return upgrade.strip().toLowerCase(Locale.ROOT);
                }
            }
        }
        return null;
    }

    @Override
    public Client client() {
        return client;
    }

    @Override
    public String toString() {
        return method + " " + target + " " + headers;
    }
}
