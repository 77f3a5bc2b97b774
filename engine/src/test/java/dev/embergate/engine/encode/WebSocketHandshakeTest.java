package dev.embergate.engine.encode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.decode.Rejection;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.testkit.HeadOf;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 section 4.2. */
class WebSocketHandshakeTest {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final String[] FIELDS = {
        "Upgrade", "websocket", "Connection", "Upgrade", "Sec-WebSocket-Key", KEY, "Sec-WebSocket-Version", "13"
    };

    private static HeadOf without(String name) {
        HeadOf head = HeadOf.get("/");
        for (int i = 0; i < FIELDS.length; i += 2) {
            head = FIELDS[i].equals(name) ? head : head.with(FIELDS[i], FIELDS[i + 1]);
        }
        return head;
    }

    @Test
    void aHandshakeOfSection421IsAccepted() {
        assertThat(WebSocketEndpoint.check(HeadOf.get("/", FIELDS))).isNull();
        assertThat(WebSocketEndpoint.check(without("Upgrade").with("Upgrade", "WebSocket")))
                .isNull();
        assertThat(WebSocketEndpoint.check(without("Connection").with("Connection", "keep-alive, upgrade")))
                .isNull();
    }

    @Test
    void onlyAGetByHttp11IsOne() {
        assertThat(status(HeadOf.of("POST", "/", FIELDS))).isEqualTo(400);
        assertThat(status(HeadOf.of("HEAD", "/", FIELDS))).isEqualTo(400);
        assertThat(status(HeadOf.get("/", FIELDS).inHttp10())).isEqualTo(400);
        assertThat(status(HeadOf.get("/", FIELDS).with("Content-Length", "3"))).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"})
    void eachFieldIsNeeded(String name) {
        assertThat(status(without(name))).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "dGhlIHNhbXBsZSBub25jZQ",
                "dGhlIHNhbXBsZSBub25jZSE=",
                "dGhlIHNhbXBsZSBub25j",
                "dGhlIHNhbXBsZSBub25jZQ=!",
                "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ=="
            })
    void aKeyIsSixteenBytes(String key) {
        assertThat(status(without("Sec-WebSocket-Key").with("Sec-WebSocket-Key", key)))
                .isEqualTo(400);
    }

    @Test
    void twoKeysAreNone() {
        assertThat(status(HeadOf.get("/", FIELDS).with("Sec-WebSocket-Key", KEY)))
                .isEqualTo(400);
    }

    /** Section 4.4. */
    @ParameterizedTest
    @CsvSource({"8", "14", "'13, 8'", "x"})
    void anotherVersionIs426AndToldOurs(String version) {
        Rejection rejection =
                WebSocketEndpoint.check(without("Sec-WebSocket-Version").with("Sec-WebSocket-Version", version));
        assertThat(rejection.status()).isEqualTo(426);
        assertThat(WebSocketEndpoint.headersOf(rejection).first("Sec-WebSocket-Version"))
                .isEqualTo("13");
        assertThat(WebSocketEndpoint.headersOf(new Rejection(400, "x"))).isEqualTo(Headers.EMPTY);
    }

    private static int status(HeadOf head) {
        Rejection rejection = WebSocketEndpoint.check(head);
        return rejection == null ? 101 : rejection.status();
    }

    /** The example of section 1.3. */
    @Test
    void theAnswerProvesThatTheKeyWasRead() {
        String answer = new String(WebSocketHandshake.answer(HeadOf.get("/", FIELDS), List.of("a")));
        assertThat(answer)
                .isEqualTo("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
    }

    @Test
    void ourBestSubprotocolThatTheClientOffersIsChosen() {
        HeadOf request = HeadOf.get("/", FIELDS)
                .with("Sec-WebSocket-Protocol", "other, V2")
                .with("Sec-WebSocket-Protocol", "v1,  v2");
        assertThat(new String(WebSocketHandshake.answer(request, List.of("v3", "v2", "v1"))))
                .contains("\r\nSec-WebSocket-Protocol: v2\r\n");
        assertThat(new String(WebSocketHandshake.answer(request, List.of("v9"))))
                .doesNotContain("Sec-WebSocket-Protocol");
    }
}
