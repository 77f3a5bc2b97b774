package dev.embergate.rules.testkit.fake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embergate.rules.testkit.fake.EmbyAccounts.Login;
import dev.embergate.rules.testkit.fake.EmbyAccounts.User;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An Emby server with a small library (see {@link Catalogue}) and two users: {@value #USER} sees all of it, {@value
 * #CHILD} only the shows. Thread-safe.
 *
 * <p>It demands tokens, takes paths with and without {@code /emby} in any letter case, packs answers for who asks for
 * gzip, and holds requests and its own answers against the shapes of Emby's interface: a request that breaks them is
 * answered 400 with the fact it broke and is kept in {@link #violations}.
 */
public final class FakeEmby implements AutoCloseable {
    public static final String USER = "mei";
    public static final String PASSWORD = "ember";
    public static final String CHILD = "kit";
    public static final String CHILD_PASSWORD = "spark";
    public static final String BAD_TOKEN = "Access token is invalid or expired.";

    private static final int MAX_VIOLATIONS = 1000;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Set<String> PUBLIC_ROUTES = Set.of(
            "GET /System/Info/Public",
            "GET /System/Ping",
            "GET /Branding/Configuration",
            "GET /Users/Public",
            "POST /Users/AuthenticateByName",
            "GET /Items/{Id}/Images/{Type}",
            "GET /Items/{Id}/Images/{Type}/{Index}");

    /**
     * What a player reported.
     *
     * @param kind Start, Progress or Stopped
     * @param body as sent
     */
    public record Report(String kind, String user, String body) {}

    private final EmbyShapes shapes = new EmbyShapes();
    private final Map<String, EmbyCall.Handler> handlers = new HashMap<>();
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final List<String> violations = new ArrayList<>();
    private final EmbyAccounts accounts;
    private final EmbySockets sockets;
    private final EmbyPlayback playback;
    private final FakeServer server;

    private FakeEmby(String strm) {
        accounts = new EmbyAccounts(List.of(
                user(USER, PASSWORD, Set.of(Catalogue.MOVIES_VIEW, Catalogue.SHOWS_VIEW, Catalogue.MUSIC_VIEW)),
                user(CHILD, CHILD_PASSWORD, Set.of(Catalogue.SHOWS_VIEW))));
        Catalogue catalogue = new Catalogue(strm);
        EmbyDtos dtos = new EmbyDtos(accounts, catalogue);
        sockets = new EmbySockets(accounts, catalogue, dtos);
        EmbyLibrary library = new EmbyLibrary(accounts, catalogue, dtos);
        playback = new EmbyPlayback(accounts, library, sockets::changed);
        new EmbySystem(accounts, dtos).into(handlers);
        library.into(handlers);
        playback.into(handlers);
        server = new FakeServer("fake-emby", new FakeServer.Service() {
            @Override
            public FakeAnswer answer(FakeRequest request) {
                return packed(request, FakeEmby.this.answer(request));
            }

            @Override
            public @Nullable FakeSocket open(FakeRequest request) {
                return sockets.open(plainPath(request.path()), request);
            }
        });
    }

    private static User user(String name, String password, Set<String> views) {
        return new User(EmbyAccounts.digest("user " + name), name, password, views);
    }

    public static FakeEmby start() {
        return start("http://drive.invalid/d/strm/Ember.mp4");
    }

    /** @param strm the URL that the strm file of the library holds */
    public static FakeEmby start(String strm) {
        return new FakeEmby(strm);
    }

    public int port() {
        return server.port();
    }

    /** Without a slash at the end. */
    public URI origin() {
        return server.origin();
    }

    /** Logs that user in without a request. */
    public String token(String name) {
        User user = accounts.named(name);
        if (user == null) {
            throw new IllegalArgumentException("user: " + name + " (expected: " + USER + " or " + CHILD + ")");
        }
        return accounts.logIn(user, new EmbyCredentials(null, "test kit", "test kit", "test-kit-" + name, "1"))
                .token();
    }

    public String userId(String name) {
        return EmbyAccounts.digest("user " + name);
    }

    /** Forgets every token, as a restart or an administrator does. */
    public void revokeTokens() {
        accounts.revokeAll();
    }

    public void fail(Fault fault) {
        server.fail(fault, request -> true);
    }

    public void fail(Fault fault, Predicate<FakeRequest> where) {
        server.fail(fault, where);
    }

    public void recover() {
        fail(new Fault.None());
        server.up();
    }

    /** Refuses connections and drops those it has, until {@link #recover}. */
    public void down() {
        server.down();
    }

    /**
     * Told of every answer, as it is without a fault, on the fake's thread; must not block. Replaces the one told
     * before.
     */
    public void onServed(Consumer<Served> listener) {
        server.onServed(listener);
    }

    /** The last requests, oldest first; WebSocket handshakes are not among them. */
    public List<FakeRequest> requests() {
        return server.requests();
    }

    /** @param route as in {@code GET /Items/{Id}/PlaybackInfo}; {@code other} for what the interface does not have */
    public long count(String route) {
        LongAdder count = counts.get(route);
        return count == null ? 0 : count.sum();
    }

    public List<Report> reports() {
        return playback.reports();
    }

    public int openSockets() {
        return sockets.count();
    }

    /** What broke the shapes of Emby's interface, and what went wrong in the fake; empty is what tests want. */
    public List<String> violations() {
        List<String> all = new ArrayList<>(server.mishaps());
        synchronized (violations) {
            all.addAll(violations);
        }
        return all;
    }

    /** Forgets requests, counts and violations; logins and play states stay. */
    public void forget() {
        server.forget();
        counts.clear();
        synchronized (violations) {
            violations.clear();
        }
    }

    Set<String> handledRoutes() {
        return handlers.keySet();
    }

    @Override
    public void close() {
        server.close();
    }

    private static String plainPath(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        for (String prefix : List.of("/emby", "/mediabrowser")) {
            if (lower.equals(prefix) || lower.startsWith(prefix + "/")) {
                String rest = path.substring(prefix.length());
                return rest.isEmpty() ? "/" : rest.replaceFirst("^/+", "/");
            }
        }
        return path;
    }

    private FakeAnswer answer(FakeRequest request) {
        String path = plainPath(request.path());
        if (path.equalsIgnoreCase("/embywebsocket")) {
            counted("other");
            return FakeAnswer.text(401, BAD_TOKEN); // With a token it was opened and never came here.
        }
        FakeAnswer file = EmbyWeb.answer(path, request);
        EmbyShapes.Found found = file == null && path.startsWith("/") ? shapes.find(request.method(), path) : null;
        EmbyCall.Handler handler =
                found == null ? null : handlers.get(found.route().name());
        if (found == null || handler == null) {
            counted(file == null ? "other" : "web");
            return file == null ? FakeAnswer.text(404, "File not found.") : file;
        }
        counted(found.route().name());
        Login login = accounts.login(EmbyCredentials.of(request).token());
        if (login == null && !PUBLIC_ROUTES.contains(found.route().name())) {
            return FakeAnswer.text(401, BAD_TOKEN);
        }
        boolean self = found.route().name().equals("GET /Users/{Id}");
        String asked = found.parameters().get(self ? "Id" : "UserId");
        JsonNode body = body(request);
        List<String> faults = shapes.faults(found, request, body);
        if (!faults.isEmpty()) {
            keep(faults);
            return FakeAnswer.text(400, String.join("\n", faults));
        }
        if (asked != null
                && login != null
                && !asked.replace("-", "").equalsIgnoreCase(login.user().id())) {
            return FakeAnswer.text(403, "User id and token do not belong together.");
        }
        FakeAnswer answer = handler.answer(new EmbyCall(request, found.parameters(), body, login));
        if (answer.json() != null) {
            keep(shapes.faults(found, answer.json()));
        }
        return answer;
    }

    /** JSON whatever its Content-Type says, since clients say anything; null when it is something else. */
    private static @Nullable JsonNode body(FakeRequest request) {
        if (request.body().length == 0) {
            return null;
        }
        try {
            JsonNode body = MAPPER.readTree(request.body());
            return body.isMissingNode() ? null : body;
        } catch (JsonProcessingException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FakeAnswer packed(FakeRequest request, FakeAnswer answer) {
        String mediaType = answer.headers().getOrDefault("Content-Type", "");
        boolean text = mediaType.startsWith("text/") || mediaType.startsWith("application/json");
        boolean whole = answer.status() == 200 && answer.body().length > 0;
        return text && whole && request.accepts("gzip") ? answer.gzipped() : answer;
    }

    private void counted(String route) {
        counts.computeIfAbsent(route, key -> new LongAdder()).increment();
    }

    private void keep(List<String> faults) {
        synchronized (violations) {
            faults.stream().limit(MAX_VIOLATIONS - violations.size()).forEach(violations::add);
        }
    }
}
