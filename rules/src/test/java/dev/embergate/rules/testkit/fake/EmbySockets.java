package dev.embergate.rules.testkit.fake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embergate.rules.testkit.fake.EmbyAccounts.Login;
import dev.embergate.rules.testkit.fake.EmbyAccounts.User;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The WebSocket that Emby keeps with each client: {@code {"MessageType": ..., "Data": ...}} both ways. Thread-safe.
 *
 * <p>For tests of what carries it, a message of type {@code Echo} and any binary message come back as they were.
 */
final class EmbySockets {
    private static final int KEEP_ALIVE_SECONDS = 60;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final EmbyAccounts accounts;
    private final Catalogue catalogue;
    private final EmbyDtos dtos;
    private final Map<FakeSocket.Peer, Login> open = new ConcurrentHashMap<>();

    EmbySockets(EmbyAccounts accounts, Catalogue catalogue, EmbyDtos dtos) {
        this.accounts = accounts;
        this.catalogue = catalogue;
        this.dtos = dtos;
    }

    /** @param path without prefix; null when it is not a socket's or the token is not known */
    @Nullable
    FakeSocket open(String path, FakeRequest request) {
        Login login = accounts.login(EmbyCredentials.of(request).token());
        return path.equalsIgnoreCase("/embywebsocket") && login != null ? new Socket(login) : null;
    }

    int count() {
        return open.size();
    }

    void changed(User user, FakeItem item) {
        open.forEach((peer, login) -> {
            if (login.user().equals(user)) {
                peer.text(userDataChanged(user, item));
            }
        });
    }

    private String userDataChanged(User user, FakeItem item) {
        ObjectNode data = EmbyDtos.object().put("UserId", user.id());
        data.putArray("UserDataList").add(dtos.userData(user, item));
        return message("UserDataChanged", data);
    }

    private static String message(String type, JsonNode data) {
        ObjectNode message = EmbyDtos.object().put("MessageType", type);
        message.set("Data", data);
        return message.toString();
    }

    private final class Socket implements FakeSocket {
        private final Login login;

        Socket(Login login) {
            this.login = login;
        }

        @Override
        public void opened(Peer peer) {
            open.put(peer, login);
            peer.text(message("ForceKeepAlive", MAPPER.getNodeFactory().numberNode(KEEP_ALIVE_SECONDS)));
            FakeItem film = catalogue.item(Catalogue.FILM);
            if (film != null) {
                peer.text(userDataChanged(login.user(), film));
            }
        }

        @Override
        public void text(Peer peer, String text) {
            JsonNode message;
            try {
                message = MAPPER.readTree(text);
            } catch (JsonProcessingException e) {
                return; // As Emby does: what is not understood is let go by.
            }
            switch (message.path("MessageType").asText("")) {
                case "KeepAlive" ->
                    peer.text(EmbyDtos.object().put("MessageType", "KeepAlive").toString());
                case "Echo" -> peer.text(text);
                case "SessionsStart" -> {
                    var sessions = EmbyDtos.array();
                    accounts.logins().stream()
                            .filter(other -> other.user().equals(login.user()))
                            .forEach(other -> sessions.add(dtos.session(other)));
                    peer.text(message("Sessions", sessions));
                }
                default -> {}
            }
        }

        @Override
        public void binary(Peer peer, byte[] message) {
            peer.binary(message);
        }

        @Override
        public void closed(Peer peer) {
            open.remove(peer);
        }
    }
}
