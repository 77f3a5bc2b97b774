package dev.embergate.rules.emby;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.RequestHead;
import dev.embergate.rules.uri.PercentEncoding;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A caller's access token and the form it came in, so that a rule can ask Emby on the caller's behalf with that very form and
 * nothing more. Emby's forms, in the order they count: the fields {@code X-Emby-Token} and {@code X-MediaBrowser-Token};
 * {@code Token=} in the fields {@code X-Emby-Authorization} and {@code Authorization}; the query parameters {@code api_key},
 * {@code X-Emby-Token}, {@code X-MediaBrowser-Token}, {@code ApiKey}, {@code access_token}; {@code Token=} in the query
 * parameter {@code X-Emby-Authorization}. Names are compared without case; an empty one counts as absent. A bare
 * {@code Authorization: Bearer} is none of Emby's.
 *
 * @param value the token itself, never empty
 * @param place where it came
 * @param name of the field or the query parameter
 * @param sent what stood in the field or, decoded, in the parameter: the token, or the whole authorization around it
 */
public record EmbyToken(String value, Place place, String name, String sent) {
    /** Where in a request a token came. */
    public enum Place {
        HEADER,
        QUERY
    }

    private static final String[] TOKEN_FIELDS = {"X-Emby-Token", "X-MediaBrowser-Token"};
    private static final String[] AUTHORIZATION_FIELDS = {"X-Emby-Authorization", "Authorization"};
    private static final String[] TOKEN_PARAMETERS = {
        "api_key", "X-Emby-Token", "X-MediaBrowser-Token", "ApiKey", "access_token"
    };

    public EmbyToken {
        Objects.requireNonNull(place, "place");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(sent, "sent");
        if (value.isEmpty()) {
            throw new IllegalArgumentException("token: empty (expected: at least one character)");
        }
    }

    /** The caller's token; null when the request has none. */
    public static @Nullable EmbyToken of(RequestHead request) {
        for (String field : TOKEN_FIELDS) {
            String value = request.header(field);
            if (value != null && !value.isEmpty()) {
                return new EmbyToken(value, Place.HEADER, field, value);
            }
        }
        for (String field : AUTHORIZATION_FIELDS) {
            EmbyToken token = ofAuthorization(request.header(field), Place.HEADER, field);
            if (token != null) {
                return token;
            }
        }
        return ofQuery(request);
    }

    /** The token in the request's query alone; null when there is none. */
    public static @Nullable EmbyToken ofQuery(RequestHead request) {
        if (request.target().indexOf('?') < 0) {
            return null;
        }
        for (String parameter : TOKEN_PARAMETERS) {
            String value = request.queryIgnoreCase(parameter);
            if (value != null && !value.isEmpty()) {
                return new EmbyToken(value, Place.QUERY, parameter, value);
            }
        }
        String parameter = "X-Emby-Authorization";
        return ofAuthorization(request.queryIgnoreCase(parameter), Place.QUERY, parameter);
    }

    private static @Nullable EmbyToken ofAuthorization(@Nullable String sent, Place place, String name) {
        if (sent == null) {
            return null;
        }
        EmbyAuthorization authorization = EmbyAuthorization.parse(sent);
        return authorization == null || authorization.token().isEmpty()
                ? null
                : new EmbyToken(authorization.token(), place, name, sent);
    }

    /** The fields that hand this token on; empty when it goes in the query. */
    public Headers headers() {
        return place == Place.HEADER ? Headers.of(name, sent) : Headers.EMPTY;
    }

    /** The encoded query parameter that hands this token on; empty when it goes in a field. */
    public String queryParameter() {
        return place == Place.QUERY ? name + "=" + PercentEncoding.component(sent) : "";
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "EmbyToken[" + place + " " + name + "]";
    }
}
