package dev.embergate.rules.testkit.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EmbySocketsTest {
    private final FakeEmby emby = FakeEmby.start();
    private final Asking asking = new Asking(emby.origin());
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        asking.close();
        emby.close();
    }

    private WebSocket open(String target) {
        return asking.client()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + emby.port() + target), new WebSocket.Listener() {
                    private final StringBuilder text = new StringBuilder();

                    @Override
                    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
                        text.append(data);
                        if (last) {
                            heard.add(text.toString());
                            text.setLength(0);
                        }
                        socket.request(1);
                        return null;
                    }

                    @Override
                    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
                        heard.add("binary " + data.remaining());
                        socket.request(1);
                        return null;
                    }

                    @Override
                    public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
                        heard.add("pong");
                        socket.request(1);
                        return null;
                    }
                })
                .orTimeout(5, TimeUnit.SECONDS)
                .join();
    }

    private String next() throws InterruptedException {
        String message = heard.poll(5, TimeUnit.SECONDS);
        return message == null ? "nothing" : message;
    }

    @Test
    void aSocketIsGreetedAnsweredAndToldWhatChanges() throws InterruptedException {
        for (String path : List.of("/embywebsocket", "/emby/EmbyWebSocket")) {
            String token = emby.token(FakeEmby.USER);
            WebSocket socket = open(path + "?api_key=" + token + "&deviceId=tv");
            assertThat(next()).contains("ForceKeepAlive");
            assertThat(next()).contains("UserDataChanged").contains(emby.userId(FakeEmby.USER));
            socket.sendText("{\"MessageType\":\"KeepAlive\"}", true).join();
            assertThat(next()).isEqualTo("{\"MessageType\":\"KeepAlive\"}");
            socket.sendText("{\"MessageType\":\"Echo\",\"Data\":\"余烬\"}", true).join();
            assertThat(next()).contains("余烬");
            socket.sendBinary(ByteBuffer.allocate(100), true).join();
            assertThat(next()).isEqualTo("binary 100");
            socket.sendPing(ByteBuffer.allocate(0)).join();
            assertThat(next()).isEqualTo("pong");
            asking.send(
                    "POST",
                    "/Sessions/Playing/Stopped?api_key=" + token,
                    "{\"ItemId\":\"1001\",\"PositionTicks\":70000000}");
            assertThat(next()).contains("UserDataChanged").contains("70000000");
            assertThat(emby.openSockets()).isEqualTo(1);
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
            await().until(() -> emby.openSockets() == 0);
        }
    }

    @Test
    void aSocketWithoutATokenIsRefused() {
        assertThatThrownBy(() -> open("/embywebsocket?api_key=wrong")).hasStackTraceContaining("401");
    }
}
