package dev.embergate.rules.testkit.fake;

import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request as a fake received it.
 *
 * @param target exactly as sent
 * @param path decoded, as sent otherwise
 * @param query first values, decoded; names compare without case
 * @param headers as sent, in order
 */
public record FakeRequest(
        String method,
        String target,
        String path,
        Map<String, String> query,
        List<Map.Entry<String, String>> headers,
        byte[] body) {

    static FakeRequest of(FullHttpRequest request) {
        QueryStringDecoder decoder = new QueryStringDecoder(request.uri(), StandardCharsets.UTF_8);
        Map<String, String> query = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        decoder.parameters().forEach((name, values) -> query.putIfAbsent(name, values.getFirst()));
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        request.headers().forEach(field -> headers.add(Map.entry(field.getKey(), field.getValue())));
        byte[] body = new byte[request.content().readableBytes()];
        request.content().getBytes(request.content().readerIndex(), body);
        return new FakeRequest(
                request.method().name(),
                request.uri(),
                decoder.path(),
                Collections.unmodifiableMap(query),
                List.copyOf(headers),
                body);
    }

    /** The first value of that query parameter; null when absent. */
    public @Nullable String query(String name) {
        return query.get(name);
    }

    /** The first value of that header field; null when absent. */
    public @Nullable String header(String name) {
        for (Map.Entry<String, String> field : headers) {
            if (field.getKey().equalsIgnoreCase(name)) {
                return field.getValue();
            }
        }
        return null;
    }

    public List<String> headers(String name) {
        return headers.stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    public String bodyText() {
        return new String(body, StandardCharsets.UTF_8);
    }

    boolean accepts(String coding) {
        for (String value : headers("Accept-Encoding")) {
            for (String part : value.split(",")) {
                String[] weighed = part.trim().split("\\s*;\\s*");
                boolean refused = weighed.length > 1 && weighed[1].matches("q=0(\\.0*)?");
                if (weighed[0].equalsIgnoreCase(coding) && !refused) {
                    return true;
                }
            }
        }
        return false;
    }
}
