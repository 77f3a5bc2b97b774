package dev.embergate.engine.encode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.Conversation;
import dev.embergate.engine.testkit.LeakCheck;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The JDK's client, which nobody here wrote. */
@ExtendWith(LeakCheck.class)
class WebSocketJdkPeerTest {
    private static final class Heard implements WebSocket.Listener {
        final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                events.add("text " + text);
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            events.add("binary " + data.remaining());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            events.add("pong " + message.remaining());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            events.add("closed " + code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            events.add("error " + error);
        }

        @Nullable
        String next() throws InterruptedException {
            return events.poll(10, TimeUnit.SECONDS);
        }
    }

    private static Recorded echo() {
        return new Recorded(
                Recorded.limits(200_000, 1 << 20, Duration.ofSeconds(60)), (peer, message) -> peer.text(message));
    }

    private static <T> T done(CompletableFuture<T> stage) {
        return Drained.await(stage);
    }

    @Test
    void talksFragmentsPingsAndCloses() throws Exception {
        try (WebSocketBed bed = new WebSocketBed(echo());
                HttpClient client = HttpClient.newHttpClient()) {
            Heard heard = new Heard();
            WebSocket socket = open(client, bed, heard);
            assertThat(socket.getSubprotocol()).isEqualTo("v2.room");
            assertThat(heard.next()).isEqualTo("text opened");
            done(socket.sendText("one ", false));
            done(socket.sendPing(ByteBuffer.wrap(new byte[5])));
            done(socket.sendText("€ and 🎬", true));
            assertThat(heard.next()).isEqualTo("pong 5");
            assertThat(heard.next()).isEqualTo("text one € and 🎬");
            done(socket.sendText("x".repeat(150_000), true));
            assertThat(heard.next()).hasSize(150_005);
            done(socket.sendBinary(ByteBuffer.wrap(new byte[3]), true));
            assertThat(heard.next()).isEqualTo("text binary");
            done(socket.sendClose(4000, "enough"));
            assertThat(heard.next()).isEqualTo("closed 4000 ");
            bed.end();
            assertThat(bed.conversation.heard).endsWith("closed 4000 enough");
        }
    }

    @Test
    void isClosedByUs() throws Exception {
        try (WebSocketBed bed = new WebSocketBed(new Recorded());
                HttpClient client = HttpClient.newHttpClient()) {
            Heard heard = new Heard();
            open(client, bed, heard);
            bed.conversation.peer().close(1001, "stopping");
            assertThat(heard.next()).isEqualTo("closed 1001 stopping");
            assertThat(bed.conversation.next()).isEqualTo("closed 1001 stopping");
        }
    }

    @Test
    void hearsWhyItsMessageWasTooBig() throws Exception {
        Recorded small =
                new Recorded(new Conversation.Limits(1000, 1 << 20, Duration.ofSeconds(60)), (peer, message) -> {});
        try (WebSocketBed bed = new WebSocketBed(small);
                HttpClient client = HttpClient.newHttpClient()) {
            Heard heard = new Heard();
            WebSocket socket = open(client, bed, heard);
            socket.sendText("x".repeat(100_000), true);
            assertThat(heard.next()).startsWith("closed 1009");
            assertThat(bed.conversation.next()).startsWith("closed 1009");
        }
    }

    private static WebSocket open(HttpClient client, WebSocketBed bed, Heard heard) {
        return done(client.newWebSocketBuilder()
                .subprotocols("v2.room", "v1.room")
                .connectTimeout(Duration.ofSeconds(10))
                .buildAsync(URI.create("ws://localhost:" + bed.port() + "/room"), heard));
    }
}
