package dev.embergate.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embergate.engine.spi.Body;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import java.nio.charset.StandardCharsets;

/** The answers of the admin port: JSON that no cache keeps, and problems by RFC 9457. */
final class Answers {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String JSON_TYPE = "application/json";
    private static final String PROBLEM_TYPE = "application/problem+json";

    private Answers() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static Outcome json(int status, JsonNode body) {
        return answer(status, Headers.EMPTY, body, JSON_TYPE);
    }

    static Outcome problem(int status, String title, String detail, Headers headers) {
        return problem(status, title, detail, headers, object());
    }

    /** @param members extension members (RFC 9457 section 3.2) */
    static Outcome problem(int status, String title, String detail, Headers headers, ObjectNode members) {
        ObjectNode body = object();
        body.put("type", "about:blank")
                .put("title", title)
                .put("status", status)
                .put("detail", detail);
        body.setAll(members);
        return answer(status, headers, body, PROBLEM_TYPE);
    }

    static Outcome text(String text, String mediaType) {
        return new Outcome.Respond(
                200, noStore(Headers.EMPTY), new Body.Bytes(text.getBytes(StandardCharsets.UTF_8), mediaType));
    }

    private static Outcome answer(int status, Headers headers, JsonNode body, String mediaType) {
        try {
            return new Outcome.Respond(
                    status, noStore(headers), new Body.Bytes(JSON.writeValueAsBytes(body), mediaType));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }

    private static Headers noStore(Headers headers) {
        return headers.with("Cache-Control", "no-store").with("X-Content-Type-Options", "nosniff");
    }
}
