package dev.embergate.rules.testkit.fake;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embergate.rules.testkit.fake.EmbyAccounts.Login;
import dev.embergate.rules.testkit.fake.EmbyAccounts.User;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Emby's routes about the server, its users and their sessions. */
final class EmbySystem {
    private final EmbyAccounts accounts;
    private final EmbyDtos dtos;
    private final Map<String, ObjectNode> preferences = new ConcurrentHashMap<>();

    EmbySystem(EmbyAccounts accounts, EmbyDtos dtos) {
        this.accounts = accounts;
        this.dtos = dtos;
    }

    void into(Map<String, EmbyCall.Handler> routes) {
        routes.put("GET /System/Info/Public", call -> FakeAnswer.json(publicInfo(call)));
        routes.put("GET /System/Info", call -> FakeAnswer.json(info(call)));
        routes.put("GET /System/Ping", call -> FakeAnswer.text(200, "Emby Server"));
        routes.put(
                "GET /System/Endpoint",
                call -> FakeAnswer.json(EmbyDtos.object().put("IsLocal", true).put("IsInNetwork", true)));
        routes.put(
                "GET /Branding/Configuration",
                call -> FakeAnswer.json(
                        EmbyDtos.object().put("LoginDisclaimer", "").put("CustomCss", "")));
        routes.put("GET /Users/Public", call -> {
            var users = EmbyDtos.array();
            accounts.users().forEach(user -> users.add(dtos.user(user)));
            return FakeAnswer.json(users);
        });
        routes.put("POST /Users/AuthenticateByName", this::logIn);
        routes.put("GET /Users/{Id}", call -> FakeAnswer.json(dtos.user(call.user())));
        routes.put("GET /Sessions", this::sessions);
        routes.put("POST /Sessions/Capabilities/Full", call -> FakeAnswer.empty(204));
        routes.put("POST /Sessions/Logout", call -> {
            accounts.revoke(call.mustLogin().token());
            return FakeAnswer.empty(204);
        });
        routes.put("GET /DisplayPreferences/{Id}", this::preferences);
        routes.put("POST /DisplayPreferences/{DisplayPreferencesId}", this::keepPreferences);
    }

    private static ObjectNode publicInfo(EmbyCall call) {
        String host = call.request().header("Host");
        String address = "http://" + (host == null ? "127.0.0.1" : host);
        ObjectNode info = EmbyDtos.object().put("LocalAddress", address);
        info.putArray("LocalAddresses").add(address);
        info.put("WanAddress", address).putArray("RemoteAddresses").add(address);
        return info.put("ServerName", EmbyDtos.SERVER_NAME)
                .put("Version", EmbyDtos.VERSION)
                .put("Id", EmbyDtos.SERVER_ID);
    }

    private static ObjectNode info(EmbyCall call) {
        ObjectNode info = publicInfo(call).put("SystemUpdateLevel", "Release").put("OperatingSystem", "Linux");
        info.put("HasPendingRestart", false).put("IsShuttingDown", false).put("SupportsLibraryMonitor", true);
        info.put("WebSocketPortNumber", 8096).put("HttpServerPortNumber", 8096).put("HttpsPortNumber", 8920);
        info.put("CanSelfRestart", false).put("CanSelfUpdate", false).put("CanLaunchWebBrowser", false);
        info.putArray("CompletedInstallations");
        info.putArray("WakeOnLanInfo");
        return info.put("SupportsHttps", false).put("HasUpdateAvailable", false);
    }

    private FakeAnswer logIn(EmbyCall call) {
        User user = accounts.named(call.merged("Username"));
        if (user == null || !user.password().equals(call.merged("Pw"))) {
            return FakeAnswer.text(401, "Invalid username or password entered.");
        }
        Login login = accounts.logIn(user, EmbyCredentials.of(call.request()));
        ObjectNode result = EmbyDtos.object();
        result.set("User", dtos.user(user));
        result.set("SessionInfo", dtos.session(login));
        return FakeAnswer.json(result.put("AccessToken", login.token()).put("ServerId", EmbyDtos.SERVER_ID));
    }

    private FakeAnswer sessions(EmbyCall call) {
        String deviceId = call.request().query("DeviceId");
        String id = call.request().query("Id");
        var sessions = EmbyDtos.array();
        accounts.logins().stream()
                .filter(login -> login.user().equals(call.user()))
                .filter(login -> matches(deviceId, login.device().deviceId()) && matches(id, login.sessionId()))
                .forEach(login -> sessions.add(dtos.session(login)));
        return FakeAnswer.json(sessions);
    }

    private static boolean matches(@Nullable String wanted, String value) {
        return wanted == null || wanted.isEmpty() || wanted.equals(value);
    }

    private FakeAnswer preferences(EmbyCall call) {
        String id = call.parameter("Id");
        ObjectNode fresh =
                EmbyDtos.object().put("Id", id).put("SortBy", "SortName").put("SortOrder", "Ascending");
        fresh.put("Client", call.request().query("Client")).putObject("CustomPrefs");
        return FakeAnswer.json(preferences.getOrDefault(call.user().id() + "/" + id, fresh));
    }

    private FakeAnswer keepPreferences(EmbyCall call) {
        if (call.body() instanceof ObjectNode body) {
            preferences.put(call.user().id() + "/" + call.parameter("DisplayPreferencesId"), body);
        }
        return FakeAnswer.empty(204);
    }
}
