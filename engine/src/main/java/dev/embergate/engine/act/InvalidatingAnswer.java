package dev.embergate.engine.act;

import dev.embergate.engine.cache.AnswerCache;
import dev.embergate.engine.cache.CacheKey;
import dev.embergate.engine.decode.ParsedResponse;
import dev.embergate.engine.spi.Client;
import dev.embergate.engine.spi.Outcome;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The answer to an unsafe request: unless it is an error, what is kept of its target is not given any more, nor of what Location
 * and Content-Location name on the same origin (RFC 9111 section 4.4).
 */
final class InvalidatingAnswer extends WatchedAnswer {
    private final Exchange exchange;
    private final Outcome.Forward forward;
    private final AnswerCache cache;
    private final String upstream;
    private final String target;

    InvalidatingAnswer(Exchange exchange, Outcome.Forward forward, AnswerCache cache, String upstream, String target) {
        this.exchange = exchange;
        this.forward = forward;
        this.cache = cache;
        this.upstream = upstream;
        this.target = target;
    }

    @Override
    public void head(ParsedResponse head) {
        if (head.status() < 400) {
            cache.invalidate(key(target));
            named(head.header("Location"));
            named(head.header("Content-Location"));
        }
        super.head(head);
    }

    private String key(String of) {
        return CacheKey.of(
                upstream,
                Forwarding.url(exchange, upstream),
                exchange.request.client(),
                of,
                forward.edits(),
                forward.caching().ignoredQuery());
    }

    private void named(@Nullable String location) {
        if (location == null) {
            return;
        }
        URI named;
        try {
            named = new URI("http://embergate" + path()).resolve(new URI(location.strip()));
        } catch (URISyntaxException | IllegalArgumentException e) {
            return;
        }
        String authority = named.getRawAuthority();
        if (authority == null || !(authority.equals("embergate") || isSameOrigin(authority))) {
            return;
        }
        String path = named.getRawPath();
        if (path == null || path.isEmpty()) {
            path = "/";
        }
        String query = named.getRawQuery();
        String full = query == null ? path : path + "?" + query;
        cache.invalidate(key(full));
        String base = basePath();
        if (!base.isEmpty() && full.startsWith(base + "/")) {
            cache.invalidate(key(full.substring(base.length())));
        }
    }

    /** Without the query, in which there may be characters a URI does not have. */
    private String path() {
        int question = target.indexOf('?');
        return question < 0 ? target : target.substring(0, question);
    }

    /** The origin knows itself by the name we call it, or by the one the client used. */
    private boolean isSameOrigin(String authority) {
        String lower = authority.toLowerCase(Locale.ROOT);
        Client client = exchange.request.client();
        String host = forward.edits().set().first("Host");
        var pool = exchange.room.pool(upstream);
        return lower.equals(client.authority().toLowerCase(Locale.ROOT))
                || (host != null && lower.equals(host.toLowerCase(Locale.ROOT)))
                || (pool != null && lower.equals(pool.config().authority().toLowerCase(Locale.ROOT)));
    }

    private String basePath() {
        var pool = exchange.room.pool(upstream);
        return pool == null ? "" : pool.config().basePath();
    }
}
