package dev.embergate.engine.cache;

import dev.embergate.engine.decode.FieldName;
import dev.embergate.engine.encode.HopByHop;
import dev.embergate.engine.spi.Caching;
import dev.embergate.engine.spi.Client;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.RequestEdits;
import dev.embergate.engine.spi.RequestHead;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request as the cache looks at it: what its client wants of caches, and the fields as they go upstream, with the rule's edits
 * and the engine's own. A view: as long valid as the head.
 */
public final class SentRequest {
    /** Of a client's fields those that never go upstream as they came. */
    private static final Set<String> STOP_HERE = stopHere();

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

    /** Whether the client said it, and it goes upstream as the client said it. */
    public boolean relays(String name) {
        return edits.set().first(name) == null && has(name);
    }

    /** That field as it goes upstream; empty when it does not. */
    List<String> values(String name) {
        Client client = head.client();
        switch (name.toLowerCase(Locale.ROOT)) {
            case "x-forwarded-for" -> {
                return List.of(client.addressText() + client.via());
            }
            case "x-real-ip" -> {
                return List.of(client.addressText());
            }
            case "x-forwarded-proto" -> {
                return List.of(client.scheme());
            }
            case "x-forwarded-host" -> {
                return List.of(client.authority());
            }
            case "host", "forwarded", "x-forwarded-port" -> { // the same for all under one key, or never sent
                return List.of();
            }
            default -> {}
        }
        Headers set = edits.set();
        if (set.first(name) != null) {
            return HopByHop.isEngines(name) ? List.of() : set.all(name);
        }
        return head.header(name) == null || stops(name) ? List.of() : head.headers(name);
    }

    /** Whether a field of the client's is dropped: by the rule, or as meant for one hop (RFC 9110 section 7.6.1). */
    private boolean stops(String name) {
        if (STOP_HERE.contains(name.toLowerCase(Locale.ROOT))) {
            return true;
        }
        for (String removed : edits.remove()) {
            if (removed.equalsIgnoreCase(name)) {
                return true;
            }
        }
        if (head.header("Connection") == null) {
            return false;
        }
        for (String line : head.headers("Connection")) {
            for (String option : line.split(",", -1)) {
                if (option.strip().equalsIgnoreCase(name)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Set<String> stopHere() {
        Set<String> names = new HashSet<>();
        for (FieldName name : FieldName.values()) {
            if (name.isHopByHop() || name.isForwarding()) {
                names.add(name.lowerCase());
            }
        }
        names.add(FieldName.CONTENT_LENGTH.lowerCase());
        return Set.copyOf(names);
    }

    /** Whether it tells who asks: its answer may be for nobody else. */
    public boolean isOfOneUser(Caching caching) {
        return has("Authorization") || hasCredentials(caching);
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
