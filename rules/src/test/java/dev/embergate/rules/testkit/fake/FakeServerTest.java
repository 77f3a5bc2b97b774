package dev.embergate.rules.testkit.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FakeServerTest {
    private final FakeServer server = new FakeServer("fake-under-test", request -> {
        if (request.path().equals("/broken")) {
            throw new IllegalStateException("as the test wants it");
        }
        return FakeAnswer.empty(200).with("X-Path", request.path());
    });

    @AfterEach
    void stop() {
        server.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(5000);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrderEvenWhenOneIsSlow() throws IOException {
        server.fail(
                new Fault.Slow(Duration.ofMillis(200)),
                request -> request.path().equals("/1"));
        try (Socket socket = connect()) {
            write(socket, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(reader(socket).lines().filter(line -> line.startsWith("X-Path")))
                    .containsExactly("X-Path: /1", "X-Path: /2");
        }
    }

    @Test
    void onlyTheLastRequestsAreRemembered() throws IOException {
        int requests = FakeServer.MAX_RECORDED + 50;
        try (Socket socket = connect()) {
            CompletableFuture<Void> written = CompletableFuture.runAsync(() -> {
                try {
                    write(socket, "GET /first HTTP/1.1\r\nHost: a\r\n\r\n");
                    write(socket, "GET /more HTTP/1.1\r\nHost: a\r\n\r\n".repeat(requests - 2));
                    write(socket, "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThat(reader(socket).lines().filter(line -> line.startsWith("X-Path")))
                    .hasSize(requests);
            written.join();
        }
        assertThat(server.requests()).hasSize(FakeServer.MAX_RECORDED);
        assertThat(server.requests().getFirst().path()).isEqualTo("/more");
        assertThat(server.requests().getLast().path()).isEqualTo("/last");
    }

    @Test
    void aBodyBeyondTheLimitIsRefused() throws IOException {
        try (Socket socket = connect()) {
            write(
                    socket,
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + (FakeServer.MAX_BODY_BYTES + 1) + "\r\n"
                            + "Expect: 100-continue\r\n\r\n");
            assertThat(reader(socket).readLine()).isEqualTo("HTTP/1.1 413 Request Entity Too Large");
        }
    }

    @Test
    void aMishapOfTheFakeIsToldAndNotHidden() throws IOException {
        try (Socket socket = connect()) {
            write(socket, "GET /broken HTTP/1.0\r\n\r\n");
            assertThat(reader(socket).readLine()).isEqualTo("HTTP/1.1 500 Internal Server Error");
        }
        assertThat(server.mishaps())
                .singleElement()
                .asString()
                .contains("GET /broken")
                .contains("as the test wants it");
    }

    @Test
    void whatIsNotHttpIsRefused() throws IOException {
        try (Socket socket = connect()) {
            write(socket, "GET / HTTP/1.1\r\nbad field\r\n\r\n");
            assertThat(reader(socket).readLine()).isEqualTo("HTTP/1.1 400 Bad Request");
        }
    }
}
