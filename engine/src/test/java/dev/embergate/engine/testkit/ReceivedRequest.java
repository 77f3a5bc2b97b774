package dev.embergate.engine.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A request as an {@link Origin} received it: there as soon as its head is, its body completed by a {@link Step#readBody}.
 * Thread-safe.
 */
public final class ReceivedRequest {
    private final String head;
    private final OriginConnection connection;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private final ByteArrayOutputStream raw = new ByteArrayOutputStream();
    private final CompletableFuture<String> trailers = new CompletableFuture<>();

    ReceivedRequest(String head, OriginConnection connection) {
        this.head = head;
        this.connection = connection;
    }

    /** Everything up to and including the empty line. */
    public String head() {
        return head;
    }

    public String requestLine() {
        return head.substring(0, head.indexOf("\r\n"));
    }

    public String method() {
        return requestLine().split(" ", 2)[0];
    }

    public String target() {
        return requestLine().split(" ", 3)[1];
    }

    /** First value of that field, in any letter case; null when absent. */
    public @Nullable String field(String name) {
        return WireReader.field(head, name);
    }

    /** Which connection it came on; connections of an origin are numbered from 0. */
    public OriginConnection connection() {
        return connection;
    }

    /** The whole body with transfer coding undone. Waits for a {@link Step#readBody} to complete it. */
    public byte[] body() {
        awaitBody();
        synchronized (content) {
            return content.toByteArray();
        }
    }

    public String bodyText() {
        return new String(body(), StandardCharsets.ISO_8859_1);
    }

    /** The body as it was on the wire: with chunk lines and trailers when it was chunked. Waits as {@link #body}. */
    public String rawBody() {
        awaitBody();
        synchronized (content) {
            return raw.toString(StandardCharsets.ISO_8859_1);
        }
    }

    /** The trailer section, lines ending in CRLF; empty when there was none. Waits as {@link #body}. */
    public String trailers() {
        return awaitBody();
    }

    /** Bytes of the body so far, where its length is declared. Does not wait. */
    public int bodyBytesSoFar() {
        synchronized (content) {
            return content.size();
        }
    }

    private String awaitBody() {
        try {
            return trailers.get(Origin.PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(
                    requestLine() + ": its body did not complete, " + bodyBytesSoFar() + " bytes came", e);
        } catch (ExecutionException e) {
            throw new AssertionError(requestLine() + ": its body did not complete: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    void readBody(WireReader reader) throws java.io.IOException {
        if (trailers.isDone()) {
            return;
        }
        try {
            if (WireReader.isChunked(head)) {
                String section = reader.chunked(content, raw);
                trailers.complete(section);
            } else {
                long length = Math.max(WireReader.contentLength(head), 0);
                ByteArrayOutputStream piece = new ByteArrayOutputStream();
                reader.exactly(length, piece, () -> {
                    synchronized (content) {
                        content.writeBytes(piece.toByteArray());
                        raw.writeBytes(piece.toByteArray());
                        piece.reset();
                    }
                });
                trailers.complete("");
            }
        } catch (java.io.IOException | RuntimeException e) {
            trailers.completeExceptionally(e);
            throw e;
        }
    }
}
