package dev.embergate.engine.encode;

import dev.embergate.engine.decode.Rejection;
import dev.embergate.engine.spi.RequestHead;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The server's part of the opening handshake (RFC 6455 section 4.2). */
final class WebSocketHandshake {
    static final String VERSION = "13";

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;

    private WebSocketHandshake() {}

    /** Section 4.2.1. */
    static @Nullable Rejection check(RequestHead request) {
        if (!request.method().equals("GET")) {
            return bad("method: not a handshake's (expected: GET)");
        }
        if (request.isHttp10()) {
            return bad("version: HTTP/1.0 (expected: HTTP/1.1)");
        }
        if (!"websocket".equals(request.upgrade())) {
            return bad("Upgrade: no WebSocket (expected: Upgrade: websocket with Connection: upgrade)");
        }
        if (request.hasBody()) {
            return bad("body: present (expected: none in a handshake)");
        }
        List<String> versions = request.headers("Sec-WebSocket-Version");
        if (versions.isEmpty()) {
            return bad("Sec-WebSocket-Version: missing (expected: 13)");
        }
        if (versions.size() > 1 || !versions.getFirst().strip().equals(VERSION)) {
            return new Rejection(426, "Sec-WebSocket-Version: another version (expected: 13)");
        }
        List<String> keys = request.headers("Sec-WebSocket-Key");
        if (keys.size() != 1 || !isKey(keys.getFirst().strip())) {
            return bad("Sec-WebSocket-Key: malformed (expected: 16 bytes in Base64, once)");
        }
        return null;
    }

    private static Rejection bad(String reason) {
        return new Rejection(400, reason);
    }

    private static boolean isKey(String key) {
        try {
            // The JDK also takes Base64 without padding, which a key must have.
            return key.length() == 24 && Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The head of the answer (section 4.2.2). */
    static byte[] answer(RequestHead request, List<String> subprotocols) {
        String key = request.header("Sec-WebSocket-Key");
        StringBuilder head = new StringBuilder(160)
                .append("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
                .append("Sec-WebSocket-Accept: ")
                .append(accept(key == null ? "" : key.strip()))
                .append("\r\n");
        String chosen = chosen(request.headers("Sec-WebSocket-Protocol"), subprotocols);
        if (chosen != null) {
            head.append("Sec-WebSocket-Protocol: ").append(chosen).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static @Nullable String chosen(List<String> offers, List<String> subprotocols) {
        for (String spoken : subprotocols) {
            for (String line : offers) {
                for (String offered : line.split(",")) {
                    if (offered.strip().equals(spoken)) {
                        return spoken;
                    }
                }
            }
        }
        return null;
    }

    private static String accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder().encodeToString(sha1.digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-1: missing (expected: in every JDK)", e);
        }
    }
}
