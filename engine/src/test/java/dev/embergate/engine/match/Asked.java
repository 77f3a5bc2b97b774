package dev.embergate.engine.match;

import dev.embergate.engine.spi.Client;
import dev.embergate.engine.spi.RequestHead;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What a rule table looks at in a request. */
record Asked(
        String method,
        String path,
        Map<String, String> queryParams,
        Client client,
        @Nullable String upgrade) implements RequestHead {

    static Asked get(String path) {
        return new Asked("GET", path, Map.of(), from("emby.example.org:8096"), null);
    }

    Asked method(String other) {
        return new Asked(other, path, queryParams, client, upgrade);
    }

    Asked query(String name, String value) {
        return new Asked(method, path, Map.of(name, value), client, upgrade);
    }

    Asked host(String authority) {
        return new Asked(method, path, queryParams, from(authority), upgrade);
    }

    Asked upgrade(String protocol) {
        return new Asked(method, path, queryParams, client, protocol);
    }

    private static Client from(String authority) {
        return new Client(InetAddress.getLoopbackAddress(), 5000, false, authority);
    }

    @Override
    public @Nullable String queryIgnoreCase(String name) {
        for (Map.Entry<String, String> param : queryParams.entrySet()) {
            if (param.getKey().equalsIgnoreCase(name)) {
                return param.getValue();
            }
        }
        return null;
    }

    @Override
    public @Nullable String query(String name) {
        return queryParams.get(name);
    }

    @Override
    public String target() {
        return path;
    }

    @Override
    public String rawPath() {
        return path;
    }

    @Override
    public @Nullable String rawQuery() {
        return null;
    }

    @Override
    public @Nullable String header(String name) {
        return null;
    }

    @Override
    public List<String> headers(String name) {
        return List.of();
    }

    @Override
    public void forEachHeader(BiConsumer<String, String> action) {}

    @Override
    public boolean isHttp10() {
        return false;
    }

    @Override
    public boolean hasBody() {
        return false;
    }

    @Override
    public long contentLength() {
        return -1;
    }
}
