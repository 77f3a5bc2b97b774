package dev.embergate.rules.web;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestHead;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.spi.RuleContext;
import dev.embergate.rules.emby.EmbyAuthorization;
import dev.embergate.rules.emby.EmbyRoutes;
import dev.embergate.rules.emby.EmbyToken;
import dev.embergate.rules.uri.WebAddress;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Redirects what is static, and nothing whose answer depends on who asks. */
final class StaticRedirectRule implements Rule {
    private static final Outcome NOT_STATIC = new Outcome.Pass("no static file of the web app");
    private static final Outcome TOKEN = new Outcome.Pass("a token in the query");
    private static final Outcome EXCEPTED = new Outcome.Pass("an excepted client");
    private static final Outcome THERE_ALREADY = new Outcome.Pass("the client asks at that address already");
    private static final Outcome UNFIT = new Outcome.Pass("the path does not fit an address");
    /** Another app may get another answer, and a change of mind must get through. */
    private static final Headers VARY =
            Headers.of("Vary", "User-Agent, X-Emby-Client, X-Emby-Authorization, Authorization");

    private final StaticRedirectConfig config;
    private final String base;
    private final String authority;
    private final Headers headers;

    StaticRedirectRule(StaticRedirectConfig config) {
        this.config = config;
        URI address = WebAddress.of(config.to());
        if (address == null) {
            throw new IllegalArgumentException("to: (expected: an http or https address)");
        }
        String text = address.toString();
        this.base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        this.authority = address.getRawAuthority();
        boolean permanent = config.status() == 301 || config.status() == 308;
        this.headers = permanent ? VARY.with("Cache-Control", "max-age=86400") : VARY;
    }

    @Override
    public Outcome decide(RequestHead request, RuleContext context) {
        if (!isStatic(EmbyRoutes.withoutPrefix(request.path()))) {
            return NOT_STATIC;
        }
        if (!config.redirectTokens() && EmbyToken.ofQuery(request) != null) {
            return TOKEN;
        }
        if (isExcepted(request)) {
            return EXCEPTED;
        }
        if (authority.equalsIgnoreCase(request.client().authority())) {
            return THERE_ALREADY;
        }
        URI location = WebAddress.of(base + request.target());
        return location == null ? UNFIT : new Outcome.Redirect(config.status(), location, headers, -1);
    }

    /** The path is the normalised one: what it says is what Emby will serve. */
    private boolean isStatic(String path) {
        if (!path.regionMatches(true, 0, "/web/", 0, "/web/".length())) {
            // The routes let nothing but pictures through besides.
            return config.images();
        }
        int dot = path.lastIndexOf('.');
        return dot > path.lastIndexOf('/')
                && config.extensions().contains(path.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    private boolean isExcepted(RequestHead request) {
        if (!config.exceptUserAgents().isEmpty()) {
            String agent = request.header("User-Agent");
            for (String part : config.exceptUserAgents()) {
                if (agent != null && contains(agent, part)) {
                    return true;
                }
            }
        }
        return !config.exceptClients().isEmpty()
                && (isExcepted(request.queryIgnoreCase("X-Emby-Client"))
                        || isExcepted(request.header("X-Emby-Client"))
                        || isExceptedAuthorization(request.header("X-Emby-Authorization"))
                        || isExceptedAuthorization(request.header("Authorization")));
    }

    private boolean isExceptedAuthorization(@Nullable String value) {
        EmbyAuthorization authorization = value == null ? null : EmbyAuthorization.parse(value);
        return authorization != null && isExcepted(authorization.client());
    }

    private boolean isExcepted(@Nullable String client) {
        if (client != null) {
            for (String name : config.exceptClients()) {
                if (name.equalsIgnoreCase(client)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean contains(String text, String part) {
        for (int i = 0; i + part.length() <= text.length(); i++) {
            if (text.regionMatches(true, i, part, 0, part.length())) {
                return true;
            }
        }
        return false;
    }
}
