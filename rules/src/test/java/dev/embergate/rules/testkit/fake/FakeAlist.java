package dev.embergate.rules.testkit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An Alist (or OpenList) that has one drive mounted at a path. Thread-safe.
 *
 * <p>It asks for its token, answers every call 200 with the real code in an envelope, makes links for the User-Agent
 * that asks, and says so when the drive behind it is down. What breaks its interface is answered with code 400 and kept
 * in {@link #violations}.
 */
public final class FakeAlist implements AutoCloseable {
    private static final int MAX_VIOLATIONS = 1000;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final FakeDrive drive;
    private final String mount;
    private final String token;
    private final List<String> violations = new ArrayList<>();
    private final FakeServer server;

    private FakeAlist(FakeDrive drive, String mount, String token) {
        this.drive = drive;
        this.mount = mount;
        this.token = token;
        this.server = new FakeServer("fake-alist", this::answer);
    }

    /**
     * @param mount where the drive's root appears, such as {@code /115}
     * @param token what {@code Authorization} must be, without a scheme
     */
    public static FakeAlist start(FakeDrive drive, String mount, String token) {
        return new FakeAlist(drive, mount, token);
    }

    public int port() {
        return server.port();
    }

    public URI origin() {
        return server.origin();
    }

    private FakeAnswer answer(FakeRequest request) {
        return switch (request.path()) {
            case "/api/fs/get" -> call(request, this::get);
            case "/api/fs/list" -> call(request, this::list);
            case "/ping" -> FakeAnswer.text(200, "pong");
            default ->
                request.path().startsWith("/d/") ? download(request) : FakeAnswer.text(404, "404 page not found");
        };
    }

    @FunctionalInterface
    private interface Api {
        FakeAnswer answer(FakeRequest request, JsonNode body, String path);
    }

    private FakeAnswer call(FakeRequest request, Api api) {
        if (!request.method().equals("POST")) {
            return violated(request, "method: " + request.method() + " (expected: POST)");
        }
        if (!token.equals(request.header("Authorization"))) {
            return envelope(401, "token is invalidated", JSON.nullNode());
        }
        String type = request.header("Content-Type");
        if (type == null || !type.startsWith("application/json")) {
            return violated(request, "Content-Type: " + type + " (expected: application/json)");
        }
        JsonNode body;
        try {
            body = MAPPER.readTree(request.body());
        } catch (IOException e) {
            return violated(request, "body: not JSON");
        }
        JsonNode path = body.path("path");
        JsonNode password = body.path("password");
        JsonNode refresh = body.path("refresh");
        if (!path.isTextual() || !path.asText().startsWith("/")) {
            return violated(request, "path: " + path + " (expected: text that begins with /)");
        }
        if (!password.isMissingNode() && !password.isTextual()) {
            return violated(request, "password: " + password + " (expected: text)");
        }
        if (!refresh.isMissingNode() && !refresh.isBoolean()) {
            return violated(request, "refresh: " + refresh + " (expected: true or false)");
        }
        return api.answer(request, body, path.asText());
    }

    private FakeAnswer get(FakeRequest request, JsonNode body, String path) {
        String inside = inside(path);
        if (inside == null) {
            return envelope(500, "failed get storage: storage not found; please add a storage first", JSON.nullNode());
        }
        Content file = drive.file(inside);
        if (file == null) {
            boolean folder =
                    inside.isEmpty() || drive.files().keySet().stream().anyMatch(name -> name.startsWith(inside + "/"));
            return folder
                    ? envelope(200, "success", entry(path, null, ""))
                    : envelope(500, "object not found", JSON.nullNode());
        }
        try {
            return envelope(200, "success", entry(path, file, drive.link(inside, agent(request))));
        } catch (IllegalStateException e) {
            return envelope(500, "failed get link: " + e.getMessage(), JSON.nullNode());
        }
    }

    private FakeAnswer list(FakeRequest request, JsonNode body, String path) {
        String inside = inside(path);
        Map<String, ObjectNode> entries = new TreeMap<>();
        if (inside != null) {
            String folder = inside.endsWith("/") ? inside : inside + "/";
            drive.files().forEach((name, content) -> {
                if (name.startsWith(folder)) {
                    String rest = name.substring(folder.length());
                    int slash = rest.indexOf('/');
                    String child = slash < 0 ? rest : rest.substring(0, slash);
                    entries.putIfAbsent(child, entry("/" + child, slash < 0 ? content : null, null));
                }
            });
        }
        if (entries.isEmpty()) {
            return envelope(500, "object not found", JSON.nullNode());
        }
        int perPage = Math.max(0, body.path("per_page").asInt(0));
        int page = Math.max(1, body.path("page").asInt(1));
        ObjectNode data = JSON.objectNode();
        ArrayNode content = data.putArray("content");
        entries.values().stream()
                .skip(perPage == 0 ? 0 : (long) (page - 1) * perPage)
                .limit(perPage == 0 ? Long.MAX_VALUE : perPage)
                .forEach(content::add);
        data.put("total", entries.size()).put("readme", "").put("header", "").put("write", false);
        return envelope(200, "success", data.put("provider", "Fake"));
    }

    /** What a strm file names: Alist's own address of a file, which sends on to the drive. */
    private FakeAnswer download(FakeRequest request) {
        String path = request.path().substring(2);
        String inside = inside(path);
        if (!sign(path).equals(request.query("sign"))) {
            return FakeAnswer.text(401, "expire missing");
        }
        if (inside == null || drive.file(inside) == null) {
            return FakeAnswer.text(500, "object not found");
        }
        try {
            return FakeAnswer.empty(302)
                    .with("Location", drive.link(inside, agent(request)))
                    .with("Cache-Control", "no-store");
        } catch (IllegalStateException e) {
            return FakeAnswer.text(500, "failed get link: " + e.getMessage());
        }
    }

    /** That file's address on this Alist, as strm files hold it. */
    public String strm(String path) {
        return origin() + "/d" + path.replace(" ", "%20") + "?sign=" + sign(path);
    }

    private String sign(String path) {
        return EmbyAccounts.digest(token + path) + ":0";
    }

    /** The path on the drive; null when it is not below the mount. */
    private @Nullable String inside(String path) {
        return path.equals(mount) || path.startsWith(mount + "/") ? path.substring(mount.length()) : null;
    }

    private static String agent(FakeRequest request) {
        String agent = request.header("User-Agent");
        return agent == null ? "" : agent;
    }

    private ObjectNode entry(String path, @Nullable Content file, @Nullable String link) {
        ObjectNode entry = JSON.objectNode().put("name", path.substring(path.lastIndexOf('/') + 1));
        entry.put("size", file == null ? 0 : file.bytes().length).put("is_dir", file == null);
        entry.put(
                "modified",
                file == null ? "2026-01-06T08:00:00Z" : file.modified().toString());
        entry.put("created", "2026-01-06T08:00:00Z")
                .put("sign", file == null ? "" : sign(path))
                .put("thumb", "");
        entry.put("type", file == null ? 1 : 2).put("hashinfo", "null").putNull("hash_info");
        if (link != null) {
            entry.put("raw_url", link)
                    .put("readme", "")
                    .put("header", "")
                    .put("provider", "Fake")
                    .putNull("related");
        }
        return entry;
    }

    private static FakeAnswer envelope(int code, String message, JsonNode data) {
        ObjectNode envelope = JSON.objectNode().put("code", code).put("message", message);
        envelope.set("data", data);
        return FakeAnswer.json(envelope);
    }

    private FakeAnswer violated(FakeRequest request, String fact) {
        synchronized (violations) {
            if (violations.size() < MAX_VIOLATIONS) {
                violations.add(request.method() + " " + request.path() + " " + fact);
            }
        }
        return envelope(400, fact, JSON.nullNode());
    }

    /** What broke Alist's interface, and what went wrong in the fake; empty is what tests want. */
    public List<String> violations() {
        List<String> all = new ArrayList<>(server.mishaps());
        synchronized (violations) {
            all.addAll(violations);
        }
        return all;
    }

    /**
     * Told of every answer, as it is without a fault, on the fake's thread; must not block. Replaces the one told
     * before.
     */
    public void onServed(Consumer<Served> listener) {
        server.onServed(listener);
    }

    /** The last requests, oldest first. */
    public List<FakeRequest> requests() {
        return server.requests();
    }

    /** @param path as in {@code /api/fs/get}; counted among the remembered requests */
    public long count(String path) {
        return server.requests().stream()
                .filter(request -> request.path().equals(path))
                .count();
    }

    public void fail(Fault fault) {
        server.fail(fault, request -> true);
    }

    public void fail(Fault fault, Predicate<FakeRequest> where) {
        server.fail(fault, where);
    }

    /** Refuses connections and drops those it has, until {@link #recover}. */
    public void down() {
        server.down();
    }

    public void recover() {
        fail(new Fault.None());
        server.up();
    }

    public void forget() {
        server.forget();
        synchronized (violations) {
            violations.clear();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
