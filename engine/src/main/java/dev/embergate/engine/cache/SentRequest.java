package dev.embergate.engine.cache;

import dev.embergate.engine.spi.Caching;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.RequestEdits;
import dev.embergate.engine.spi.RequestHead;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request as the cache looks at it: what its client wants of caches, and the fields as they go upstream, with the rule's edits
 * and the engine's own. A view: as long valid as the head.
 */
public final class SentRequest {
    private final RequestHead head;
    private final RequestEdits edits;
    private @Nullable Directives control;

    public SentRequest(RequestHead head, RequestEdits edits) {
        this.head = head;
        this.edits = edits;
    }

    public RequestHead head() {
        return head;
    }

    public String method() {
        return head.method();
    }

    /** What goes upstream, without the upstream's own base path. */
    public String target() {
        String edited = edits.target();
        return edited == null ? head.target() : edited;
    }

    /** As the client said it. */
    public Directives control() {
        Directives read = control;
        if (read == null) {
            read = Directives.of(head.header("Cache-Control") == null ? List.of() : head.headers("Cache-Control"));
            control = read;
        }
        return read;
    }

    /** RFC 9111 section 5.4: for clients that know no Cache-Control. */
    boolean pragmaNoCache() {
        String pragma = head.header("Pragma");
        return pragma != null
                && (", " + String.join(", ", head.headers("Pragma")).toLowerCase(Locale.ROOT) + ",")
                        .matches(".*[,\\s]no-cache[\\s,].*");
    }

    public boolean has(String name) {
        return !values(name).isEmpty();
    }

    /** That field as it goes upstream; empty when it does not. */
    List<String> values(String name) {
        switch (name.toLowerCase(Locale.ROOT)) {
            case "x-forwarded-for", "x-real-ip" -> {
                return List.of(head.client().addressText());
            }
            case "x-forwarded-proto" -> {
                return List.of(head.client().scheme());
            }
            case "x-forwarded-host" -> {
                return List.of(head.client().authority());
            }
            case "host" -> { // the same for all under one key
                return List.of();
            }
            default -> {}
        }
        Headers set = edits.set();
        if (set.first(name) != null) {
            return set.all(name);
        }
        for (String removed : edits.remove()) {
            if (removed.equalsIgnoreCase(name)) {
                return List.of();
            }
        }
        return head.header(name) == null ? List.of() : head.headers(name);
    }

    /** Whether it tells who asks, besides by Authorization: in a field or in a parameter of the query. */
    boolean hasCredentials(Caching caching) {
        for (String name : caching.credentials()) {
            if (has(name)) {
                return true;
            }
        }
        String target = target();
        int question = target.indexOf('?');
        if (question < 0 || caching.credentialQuery().isEmpty()) {
            return false;
        }
        for (String parameter : target.substring(question + 1).split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = CacheKey.decoded(equals < 0 ? parameter : parameter.substring(0, equals));
            if (caching.credentialQuery().stream().anyMatch(name::equalsIgnoreCase)) {
                return true;
            }
        }
        return false;
    }
}
