package dev.embergate.rules.web;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Setting;
import dev.embergate.rules.uri.Template;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Settings of {@code forward}. */
public record ForwardConfig(
        @Setting(value = "Name of the upstream; empty for the default one.", defaultValue = "")
        String upstream,

        @Setting("Prefix to take off the path, whole segments, letter case disregarded; a path without it stays.")
        Optional<String> stripPrefix,

        @Setting("Prefix to put before the path, after `strip-prefix`.")
        Optional<String> addPrefix,

        @Setting(
                "A new path instead of the request's; `{name}` stands for that parameter of the matched path. The query"
                        + " stays. Not together with the prefixes.")
        Optional<String> path,

        @Setting("Request fields to send instead of any received ones.")
        Map<String, String> setRequestHeaders,

        @Setting("Request fields to drop.") List<String> removeRequestHeaders,

        @Setting("Response fields to send instead of any received ones.")
        Map<String, String> setResponseHeaders,

        @Setting("Response fields to drop.") List<String> removeResponseHeaders) {

    public ForwardConfig {
        setRequestHeaders = Map.copyOf(setRequestHeaders);
        removeRequestHeaders = List.copyOf(removeRequestHeaders);
        setResponseHeaders = Map.copyOf(setResponseHeaders);
        removeResponseHeaders = List.copyOf(removeResponseHeaders);
        setRequestHeaders.forEach(Headers.Field::new);
        setResponseHeaders.forEach(Headers.Field::new);
        HeaderNames.refuseFraming("set-request-headers", setRequestHeaders.keySet());
        HeaderNames.check("remove-request-headers", removeRequestHeaders);
        HeaderNames.refuseFraming("set-response-headers", setResponseHeaders.keySet());
        HeaderNames.check("remove-response-headers", removeResponseHeaders);
        stripPrefix.ifPresent(prefix -> checkPrefix("strip-prefix", prefix));
        addPrefix.ifPresent(prefix -> checkPrefix("add-prefix", prefix));
        if (path.isPresent()) {
            if (stripPrefix.isPresent() || addPrefix.isPresent()) {
                throw new IllegalArgumentException("path: (expected: not together with strip-prefix or add-prefix)");
            }
            if (!path.get().startsWith("/") || path.get().indexOf('?') >= 0) {
                throw new IllegalArgumentException(
                        "path: " + path.get() + " (expected: begins with a slash, without a query)");
            }
            try {
                Template.of(path.get());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("path: " + e.getMessage(), e);
            }
        }
    }

    private static void checkPrefix(String key, String prefix) {
        if (!prefix.startsWith("/") || prefix.endsWith("/") || prefix.indexOf('?') >= 0 || prefix.indexOf('%') >= 0) {
            throw new IllegalArgumentException(
                    key + ": " + prefix + " (expected: like /media, not encoded, no slash at the end)");
        }
    }
}
