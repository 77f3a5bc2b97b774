package dev.embergate.rules.testkit;

import dev.embergate.engine.spi.Fetcher;
import dev.embergate.engine.spi.Headers;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** A fetcher on the JDK's client, for tests that need real answers and no engine. Thread-safe. */
public final class JdkFetcher implements Fetcher, AutoCloseable {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Override
    public CompletionStage<Response> fetch(Request request) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri())
                .timeout(request.timeout())
                .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(request.body()));
        request.headers().forEach(builder::header);
        return client.sendAsync(builder.build(), HttpResponse.BodyHandlers.ofByteArray())
                .thenApply(JdkFetcher::response)
                .exceptionally(failure -> {
                    throw new CompletionException(new FetchException(kind(failure), "fetch failed"));
                });
    }

    private static Response response(HttpResponse<byte[]> response) {
        List<Headers.Field> fields = new ArrayList<>();
        response.headers().map().forEach((name, values) -> {
            for (String value : values) {
                fields.add(new Headers.Field(name, value));
            }
        });
        return new Response(response.statusCode(), Headers.of(fields), response.body());
    }

    private static FetchException.Kind kind(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return switch (cause) {
            case ConnectException e -> FetchException.Kind.CONNECT;
            case HttpTimeoutException e -> FetchException.Kind.TIMEOUT;
            case null, default -> FetchException.Kind.CLOSED;
        };
    }

    @Override
    public void close() {
        client.close();
    }
}
