package dev.embergate.rules.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Setting;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Settings of {@code respond}. */
public record RespondConfig(
        @Setting(value = "Status of the answer, 200 to 599.", defaultValue = "200")
        int status,

        @Setting("Header fields of the answer; framing fields are the engine's.")
        Map<String, String> headers,

        @Setting("The body as UTF-8 text.") Optional<String> text,
        @Setting("The body as JSON, sent as written here.") Optional<String> json,

        @Setting("A file to send, from the folder of the configuration. It is read anew for every answer; ranges work.")
        Optional<String> file,

        @Setting("Media type of the file; by its name when left out.")
        Optional<String> mediaType) {

    public RespondConfig {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 200 to 599)");
        }
        headers = Map.copyOf(headers);
        headers.forEach(Headers.Field::new);
        HeaderNames.refuseFraming("headers", headers.keySet());
        int bodies = (text.isPresent() ? 1 : 0) + (json.isPresent() ? 1 : 0) + (file.isPresent() ? 1 : 0);
        if (bodies > 1) {
            throw new IllegalArgumentException("text, json, file: " + bodies + " of them (expected: one at most)");
        }
        if (bodies > 0 && (status == 204 || status == 304)) {
            throw new IllegalArgumentException("status: " + status + " has no body (expected: no text, json or file)");
        }
        if (mediaType.isPresent() && file.isEmpty()) {
            throw new IllegalArgumentException("media-type: (expected: only with file)");
        }
        json.ifPresent(RespondConfig::checkJson);
    }

    private static void checkJson(String json) {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            int depth = 0;
            boolean any = false;
            while (parser.nextToken() != null) {
                if (any && depth == 0) {
                    throw new IllegalArgumentException("json: more than one value (expected: one)");
                }
                any = true;
                depth += parser.currentToken().isStructStart()
                        ? 1
                        : parser.currentToken().isStructEnd() ? -1 : 0;
            }
            if (!any) {
                throw new IllegalArgumentException("json: empty (expected: one value)");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("json: malformed (expected: JSON, RFC 8259)", e);
        }
    }
}
