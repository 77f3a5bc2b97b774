package dev.embergate.rules.web;

import dev.embergate.engine.spi.Setting;
import dev.embergate.rules.uri.WebAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Settings of {@code static-redirect}. */
public record StaticRedirectConfig(
        @Setting("Emby's public address, like https://emby.example:8920; the request's path is put after it.")
        String to,

        @Setting(value = "Status of the answer: 301, 302, 303, 307 or 308.", defaultValue = "301")
        int status,

        @Setting(
                value =
                        "Endings of the files below /web that are redirected. Pages are never: the browser would leave this"
                                + " address.",
                defaultValue = "[css, js, png, jpg, jpeg, gif, svg, ico, webp, woff, woff2, ttf, otf, eot]")
        Set<String> extensions,

        @Setting(
                value = "Whether pictures of items, users, persons, artists, genres and studios are redirected too.",
                defaultValue = "false")
        boolean images,

        @Setting(
                value = "Apps that are never redirected, by the name they send in X-Emby-Client or their authorization,"
                        + " letter case disregarded.",
                defaultValue = "[Emby for iOS, Emby for macOS, Emby for Android]")
        List<String> exceptClients,

        @Setting("Apps that are never redirected, by a part of their User-Agent, letter case disregarded.")
        List<String> exceptUserAgents,

        @Setting(
                value =
                        "Whether a request with a token in its query is redirected, token included. It then stands in the"
                                + " history and logs of whatever the new address passes through.",
                defaultValue = "false")
        boolean redirectTokens) {
    private static final Pattern EXTENSION = Pattern.compile("[a-z0-9]{1,8}");
    private static final Set<String> PAGES = Set.of("html", "htm", "xhtml");

    public StaticRedirectConfig {
        RedirectStatus.check(status);
        URI address = WebAddress.of(to);
        if (address == null || address.getRawQuery() != null) {
            throw new IllegalArgumentException(
                    "to: " + to + " (expected: an http or https address without user and query)");
        }
        extensions = Set.copyOf(extensions.stream()
                .map(extension -> extension.toLowerCase(Locale.ROOT))
                .toList());
        for (String extension : extensions) {
            if (!EXTENSION.matcher(extension).matches() || PAGES.contains(extension)) {
                throw new IllegalArgumentException(
                        "extensions: " + extension + " (expected: letters and digits like css, and none of a page)");
            }
        }
        if (extensions.isEmpty() && !images) {
            throw new IllegalArgumentException("extensions: none (expected: at least one, or images: true)");
        }
        exceptClients = List.copyOf(exceptClients);
        exceptUserAgents = List.copyOf(exceptUserAgents);
        if (exceptClients.contains("") || exceptUserAgents.contains("")) {
            throw new IllegalArgumentException("except-clients, except-user-agents: empty text (expected: a name)");
        }
    }
}
