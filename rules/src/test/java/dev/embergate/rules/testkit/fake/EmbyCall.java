package dev.embergate.rules.testkit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to one of Emby's routes, judged well-formed.
 *
 * @param parameters what the path's {@code {names}} stood for
 * @param body null when it is not JSON
 * @param login null on the routes that ask for none
 */
record EmbyCall(
        FakeRequest request,
        Map<String, String> parameters,
        @Nullable JsonNode body,
        EmbyAccounts.@Nullable Login login) {

    /** Answers one route. */
    @FunctionalInterface
    interface Handler {
        FakeAnswer answer(EmbyCall call);
    }

    String parameter(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw new IllegalStateException("path parameter " + name + ": missing");
        }
        return value;
    }

    EmbyAccounts.Login mustLogin() {
        if (login == null) {
            throw new IllegalStateException(request.path() + ": a public route that needs a login");
        }
        return login;
    }

    EmbyAccounts.User user() {
        return mustLogin().user();
    }

    int number(String name, int otherwise) {
        String value = request.query(name);
        return value == null || value.isEmpty() ? otherwise : Integer.parseInt(value);
    }

    boolean flag(String name) {
        String value = request.query(name);
        return value != null && (value.equalsIgnoreCase("true") || value.equals("1"));
    }

    /** A field of the body, its name compared without case; a missing node when there is none. */
    JsonNode field(String name) {
        if (body != null) {
            for (Map.Entry<String, JsonNode> entry : body.properties()) {
                if (entry.getKey().equalsIgnoreCase(name)) {
                    return entry.getValue();
                }
            }
        }
        return JsonNodeFactory.instance.missingNode();
    }

    /** From the query or else the body, as Emby merges them; empty when in neither. */
    String merged(String name) {
        String value = request.query(name);
        return value == null || value.isEmpty() ? field(name).asText("") : value;
    }
}
