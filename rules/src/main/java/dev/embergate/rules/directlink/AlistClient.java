package dev.embergate.rules.directlink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embergate.engine.spi.Fetcher;
import dev.embergate.engine.spi.Headers;
import dev.embergate.rules.directlink.AlistAnswer.Why;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletionStage;

/**
 * Asks Alist (or OpenList, its successor with the same interface) for the link to a file.
 *
 * <p>Thread-safe; never blocks. Stages do not fail: what went wrong is an {@link AlistAnswer.Failed}.
 */
final class AlistClient {
    private static final int MAX_BYTES = 1 << 20;
    /** Loaded with the first answer: Jackson's classes would cost every start and much of an idle program's memory. */
    private static final class Json {
        static final ObjectMapper MAPPER = new ObjectMapper();
    }

    private final URI getFile;
    private final String token;
    private final Duration timeout;

    /** @param token sent as it is; empty to ask as a guest */
    AlistClient(String address, String token, Duration timeout) {
        String base = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
        this.getFile = URI.create(base + "/api/fs/get");
        this.token = token;
        this.timeout = timeout;
    }

    /**
     * The link to a file, for a player of that User-Agent: drives such as 115 give their bytes only to the one that asked.
     *
     * @param userAgent empty for none
     */
    CompletionStage<AlistAnswer> file(Fetcher fetcher, String path, String userAgent) {
        ObjectNode question = Json.MAPPER.createObjectNode();
        question.put("path", path);
        question.put("password", "");
        question.put("refresh", false);
        Headers headers = Headers.of("Content-Type", "application/json;charset=utf-8", "Accept", "application/json");
        if (!token.isEmpty()) {
            headers = headers.with("Authorization", token);
        }
        if (!userAgent.isEmpty()) {
            headers = headers.with("User-Agent", userAgent);
        }
        byte[] body = question.toString().getBytes(StandardCharsets.UTF_8);
        return fetcher.fetch(new Fetcher.Request("POST", getFile, headers, body, MAX_BYTES, timeout))
                .handle((response, failure) -> response == null ? new AlistAnswer.Failed(Why.DOWN) : read(response));
    }

    /** The status of HTTP counts first, then the code in the envelope, which Alist sends with 200. */
    private static AlistAnswer read(Fetcher.Response response) {
        if (response.status() != 200) {
            return new AlistAnswer.Failed(why(response.status(), ""));
        }
        JsonNode root;
        try {
            root = Json.MAPPER.readTree(response.body());
        } catch (IOException e) {
            return new AlistAnswer.Failed(Why.MALFORMED);
        }
        if (root == null || !root.path("code").canConvertToInt()) {
            return new AlistAnswer.Failed(Why.MALFORMED);
        }
        int code = root.path("code").asInt();
        if (code != 200) {
            return new AlistAnswer.Failed(why(code, root.path("message").asText("")));
        }
        JsonNode data = root.path("data");
        String link = data.path("raw_url").asText("");
        if (link.isEmpty() || data.path("is_dir").asBoolean(false)) {
            return new AlistAnswer.Failed(Why.MALFORMED);
        }
        long size = data.path("size").asLong(-1);
        // Drives that do not know a file's size say 0.
        return new AlistAnswer.File(link, size > 0 ? size : -1);
    }

    private static Why why(int code, String message) {
        return switch (code) {
            case 401 -> Why.UNAUTHORISED;
            case 403 -> Why.FORBIDDEN;
            case 404 -> Why.NOT_FOUND;
            case 429 -> Why.BUSY;
            // Alist says 500 for a file that is not there, and only its words tell.
            case 500 -> message.toLowerCase(Locale.ROOT).contains("not found") ? Why.NOT_FOUND : Why.FAILED;
            default -> code > 500 && code < 600 ? Why.FAILED : Why.MALFORMED;
        };
    }
}
