package dev.embergate.engine.spi;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * HTTP calls a rule makes by itself, on the engine's own pool. Thread-safe; never blocks.
 *
 * <p>A call belongs to nobody's exchange: it goes on when the client that caused it leaves, so that others may share it.
 * The stage completes on an event loop, normally for every status an upstream answers, exceptionally with a
 * {@link FetchException} for everything else. Redirects are not followed. Bodies are gathered, content codings undone.
 */
public interface Fetcher {
    CompletionStage<Response> fetch(Request request);

    /**
     * @param uri absolute http or https
     * @param headers Host, framing and Accept-Encoding are the fetcher's
     * @param body empty for none
     * @param maxBytes limit of the decoded answer's body; beyond it the call fails with {@code TOO_LARGE}
     * @param timeout for the whole call, connecting included
     */
    record Request(String method, URI uri, Headers headers, byte[] body, int maxBytes, Duration timeout) {
        public Request {
            Objects.requireNonNull(method, "method");
            Objects.requireNonNull(headers, "headers");
            Objects.requireNonNull(body, "body");
            Objects.requireNonNull(timeout, "timeout");
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            // The host of a name with an underscore, as container networks have them, is null.
            if (!web || uri.getRawAuthority() == null || (uri.getHost() == null && !hasPlainName(uri))) {
                throw new IllegalArgumentException("uri: (expected: absolute http or https address)");
            }
        }

        private static boolean hasPlainName(URI uri) {
            return uri.getRawAuthority().matches("[A-Za-z0-9._-]+(:[0-9]{1,5})?");
        }

        public static Request get(URI uri, Headers headers) {
            return new Request("GET", uri, headers, new byte[0], 4 << 20, Duration.ofSeconds(10));
        }

        public static Request post(URI uri, Headers headers, byte[] body) {
            return new Request("POST", uri, headers, body, 4 << 20, Duration.ofSeconds(10));
        }

        public Request within(Duration newTimeout) {
            return new Request(method, uri, headers, body, maxBytes, newTimeout);
        }

        public Request atMost(int newMaxBytes) {
            return new Request(method, uri, headers, body, newMaxBytes, timeout);
        }
    }

    /** What came back, whatever its status. */
    record Response(int status, Headers headers, byte[] body) {}

    /** Why a call got no answer. The message names scheme, host and port, never path, query or headers. */
    final class FetchException extends java.io.IOException {
        /** What went wrong. */
        public enum Kind {
            CONNECT,
            TIMEOUT,
            CLOSED,
            MALFORMED,
            TOO_LARGE,
            BUSY
        }

        private static final long serialVersionUID = 1;
        private final Kind kind;

        public FetchException(Kind kind, String message) {
            super(message);
            this.kind = kind;
        }

        public Kind kind() {
            return kind;
        }
    }
}
