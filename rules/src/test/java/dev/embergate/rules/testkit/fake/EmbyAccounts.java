package dev.embergate.rules.testkit.fake;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Who may come in, who is in, and what each has watched. Thread-safe. */
final class EmbyAccounts {
    /** @param views the libraries this user sees, by id */
    record User(String id, String name, String password, Set<String> views) {}

    /** A session: one login on one device. */
    record Login(String token, String sessionId, User user, EmbyCredentials device) {}

    /** How far a user has come in an item. */
    record Watched(long positionTicks, int playCount, boolean played) {
        static final Watched NOT_YET = new Watched(0, 0, false);
    }

    private record WatchedKey(String userId, String itemId) {}

    private final Map<String, User> users = new LinkedHashMap<>();
    private final Map<String, Login> logins = new ConcurrentHashMap<>();
    private final Map<WatchedKey, Watched> watched = new ConcurrentHashMap<>();

    EmbyAccounts(List<User> users) {
        users.forEach(user -> this.users.put(user.id(), user));
    }

    static String digest(String text) {
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "");
    }

    Collection<User> users() {
        return users.values();
    }

    @Nullable
    User named(String name) {
        return users.values().stream()
                .filter(user -> user.name().equalsIgnoreCase(name))
                .findFirst()
                .orElse(null);
    }

    Login logIn(User user, EmbyCredentials device) {
        String token = UUID.randomUUID().toString().replace("-", "");
        Login login = new Login(token, digest(user.id() + device.deviceId()), user, device);
        logins.put(token, login);
        return login;
    }

    @Nullable
    Login login(@Nullable String token) {
        return token == null ? null : logins.get(token);
    }

    void revoke(String token) {
        logins.remove(token);
    }

    void revokeAll() {
        logins.clear();
    }

    List<Login> logins() {
        return List.copyOf(logins.values());
    }

    Watched watched(User user, String itemId) {
        return watched.getOrDefault(new WatchedKey(user.id(), itemId), Watched.NOT_YET);
    }

    void watch(User user, String itemId, Watched now) {
        watched.put(new WatchedKey(user.id(), itemId), now);
    }
}
