package dev.embergate.engine.wire;

import static dev.embergate.engine.testkit.Step.echo;
import static dev.embergate.engine.testkit.Step.readBody;
import static dev.embergate.engine.testkit.Step.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.Body;
import dev.embergate.engine.spi.BodyRewriter;
import dev.embergate.engine.spi.BodySink;
import dev.embergate.engine.spi.BodyTransform;
import dev.embergate.engine.spi.Conversation;
import dev.embergate.engine.spi.HeadEdits;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestEdits;
import dev.embergate.engine.spi.ResponseHead;
import dev.embergate.engine.spi.ResponsePlan;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.ReceivedRequest;
import dev.embergate.engine.testkit.WireAnswer;
import dev.embergate.engine.testkit.WireClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Each of the eight words, carried out over real sockets. */
@ExtendWith(LeakCheck.class)
class OutcomesTest {
    private Origin origin;

    @BeforeEach
    void start() {
        origin = Origin.start();
    }

    @AfterEach
    void stop() {
        origin.close();
    }

    @Test
    void aRuleThatPassesLetsTheNextOneAnswerAndTheDefaultAfterTheLast() {
        origin.answersText("upstream");
        try (Proxy proxy = Proxy.to(origin)
                        .rule("first", "/**", (request, context) -> new Outcome.Pass("not mine"))
                        .rule("second", "/b", (request, context) -> Outcome.Respond.text(200, "second"))
                        .start();
                WireClient client = proxy.client()) {
            assertThat(client.get("/b").readAnswer().text()).isEqualTo("second");
            assertThat(client.get("/c").readAnswer().text()).isEqualTo("upstream");
        }
    }

    @Test
    void tenThousandRulesThatPassDoNotOverflowTheStack() {
        origin.answersText("upstream");
        Proxy.Builder builder = Proxy.to(origin);
        for (int i = 0; i < 10_000; i++) {
            builder.rule("r" + i, "/**", (request, context) -> new Outcome.Pass("no"));
        }
        try (Proxy proxy = builder.start();
                WireClient client = proxy.client()) {
            assertThat(client.get("/").readAnswer().text()).isEqualTo("upstream");
        }
    }

    @Test
    void respondAnswersWithHeadAndRange() {
        try (Proxy proxy = Proxy.to(origin)
                        .rule(
                                "text",
                                "/t",
                                (request, context) ->
                                        new Outcome.Respond(200, Headers.of("X-A", "b"), Body.text("0123456789")))
                        .start();
                WireClient client = proxy.client()) {
            WireAnswer whole = client.get("/t").readAnswer();
            assertThat(whole.text()).isEqualTo("0123456789");
            assertThat(whole.field("X-A")).isEqualTo("b");
            assertThat(whole.field("Date")).endsWith("GMT");
            client.send("HEAD /t HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readAnswerTo("HEAD").field("Content-Length")).isEqualTo("10");
            WireAnswer part = client.send("GET /t HTTP/1.1\r\nHost: a\r\nRange: bytes=2-4\r\n\r\n")
                    .readAnswer();
            assertThat(part.status()).isEqualTo(206);
            assertThat(part.text()).isEqualTo("234");
        }
    }

    @Test
    void aFileOfManyMegabytesIsSentToASlowReaderWhole(@TempDir Path folder) throws Exception {
        byte[] content = new byte[6 << 20];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i ^ (i >> 9));
        }
        Path file = Files.write(folder.resolve("film.mp4"), content);
        try (Proxy proxy = Proxy.to(origin)
                        .rule(
                                "file",
                                "/f",
                                (request, context) ->
                                        new Outcome.Respond(200, Headers.EMPTY, new Body.File(file, null)))
                        .start();
                WireClient client = proxy.slowClient(8 << 10)) {
            WireAnswer answer = client.get("/f").readAnswer();
            assertThat(answer.field("Content-Type")).isEqualTo("video/mp4");
            assertThat(answer.body()).isEqualTo(content);
            assertThat(client.get("/f").readAnswer().body()).isEqualTo(content);
        }
    }

    @Test
    void aSmallBodyNobodyReadsDoesNotCostTheConnection() {
        try (Proxy proxy = Proxy.to(origin)
                        .rule("no", "/**", (request, context) -> Outcome.Respond.text(403, "no"))
                        .start();
                WireClient client = proxy.client()) {
            assertThat(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
                            .readAnswer()
                            .status())
                    .isEqualTo(403);
            assertThat(client.get("/").readAnswer().status()).isEqualTo(403);
        }
    }

    @Test
    void aLargeBodyNobodyReadsClosesTheConnectionAfterTheAnswer() {
        try (Proxy proxy = Proxy.to(origin)
                        .rule("no", "/**", (request, context) -> Outcome.Respond.text(403, "no"))
                        .start();
                WireClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\nhello");
            WireAnswer answer = client.readAnswer();
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.field("Connection")).isEqualTo("close");
            client.awaitClosed();
        }
    }

    @Test
    void redirectSendsTheClientElsewhereAndCountsWhatItKept() {
        try (Proxy proxy = Proxy.to(origin)
                        .rule(
                                "away",
                                "/v/{id}",
                                (request, context) -> new Outcome.Redirect(
                                        302,
                                        URI.create("https://drive.example/" + context.param("id") + "?s=%E4%BD%99"),
                                        Headers.of("Cache-Control", "no-store"),
                                        1000))
                        .start();
                WireClient client = proxy.client()) {
            WireAnswer answer = client.get("/v/7").readAnswer();
            assertThat(answer.status()).isEqualTo(302);
            assertThat(answer.field("Location")).isEqualTo("https://drive.example/7?s=%E4%BD%99");
            assertThat(answer.field("Cache-Control")).isEqualTo("no-store");
            assertThat(answer.field("Content-Length")).isEqualTo("0");
            client.get("/v/8").readAnswer();
            assertThat(proxy.engine.status().bytesKept()).isGreaterThanOrEqualTo(1000);
        }
    }

    @Test
    void forwardAppliesEditsAndAHeadEdit() {
        origin.answers(
                readBody(), send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Old: 1\r\nServer: origin\r\n\r\nok"));
        try (Proxy proxy = Proxy.to(origin)
                        .rule(
                                "edit",
                                "/**",
                                (request, context) -> new Outcome.Forward(
                                        "",
                                        new RequestEdits(
                                                "/new?x=1",
                                                List.of("X-Drop"),
                                                Headers.of("X-Add", "v", "Host", "emby.example"),
                                                null),
                                        new ResponsePlan.EditHead(head ->
                                                new HeadEdits(203, List.of("x-old"), Headers.of("Server", "gate")))))
                        .start();
                WireClient client = proxy.client()) {
            WireAnswer answer = client.send("GET /old HTTP/1.1\r\nHost: a\r\nX-Drop: 1\r\nX-Keep: 2\r\n\r\n")
                    .readAnswer();
            assertThat(answer.status()).isEqualTo(203);
            assertThat(answer.field("X-Old")).isNull();
            assertThat(answer.fields("Server")).containsExactly("gate");
            assertThat(answer.text()).isEqualTo("ok");
        }
        ReceivedRequest request = origin.take();
        assertThat(request.target()).isEqualTo("/new?x=1");
        assertThat(request.field("X-Drop")).isNull();
        assertThat(request.field("X-Keep")).isEqualTo("2");
        assertThat(request.field("X-Add")).isEqualTo("v");
        assertThat(request.field("Host")).isEqualTo("emby.example");
    }

    @Test
    void whatTheEngineSaysOfTheClientNoRuleSaysOtherwise() {
        origin.answersText("ok");
        try (Proxy proxy = Proxy.to(origin)
                        .rule(
                                "claims",
                                "/**",
                                (request, context) -> new Outcome.Forward(
                                        "",
                                        RequestEdits.NONE
                                                .setting("X-Forwarded-For", "6.6.6.6")
                                                .setting("Content-Length", "7")
                                                .setting("Transfer-Encoding", "chunked"),
                                        ResponsePlan.RELAY))
                        .start();
                WireClient client = proxy.client()) {
            client.get("/").readAnswer();
        }
        String head = origin.take().head();
        assertThat(head).containsOnlyOnce("X-Forwarded-For: 127.0.0.1").doesNotContain("6.6.6.6");
        assertThat(head).doesNotContainIgnoringCase("transfer-encoding").doesNotContainIgnoringCase("content-length");
    }

    @Test
    void aForwardToAnUpstreamNobodyConfiguredIs502() {
        try (Proxy proxy = Proxy.to(origin)
                        .rule(
                                "lost",
                                "/**",
                                (request, context) ->
                                        new Outcome.Forward("nowhere", RequestEdits.NONE, ResponsePlan.RELAY))
                        .start();
                WireClient client = proxy.client()) {
            WireAnswer answer = client.get("/").readAnswer();
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.text()).contains("nowhere");
        }
    }

    @Test
    void aReplacedBodyGoesUpstreamInsteadOfTheClients() {
        origin.answersText("ok").answersText("next");
        try (Proxy proxy = Proxy.to(origin)
                        .rule(
                                "body",
                                "/b",
                                (request, context) -> new Outcome.Forward(
                                        "",
                                        RequestEdits.NONE.withBody("other".getBytes(StandardCharsets.UTF_8)),
                                        ResponsePlan.RELAY))
                        .start();
                WireClient client = proxy.client()) {
            assertThat(client.send("POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nmine")
                            .readAnswer()
                            .text())
                    .isEqualTo("ok");
            assertThat(client.get("/").readAnswer().text()).isEqualTo("next");
        }
        assertThat(origin.take().bodyText()).isEqualTo("other");
    }

    /** Turns letters to capitals, piece by piece. */
    private static final BodyTransform SHOUT = new BodyTransform() {
        @Override
        public boolean accepts(ResponseHead head) {
            return head.mediaType().equals("text/plain");
        }

        @Override
        public BodyRewriter open(ResponseHead head) {
            return new BodyRewriter() {
                @Override
                public void accept(ByteBuffer chunk, BodySink out) {
                    byte[] bytes = new byte[chunk.remaining()];
                    chunk.get(bytes);
                    out.write(new String(bytes, StandardCharsets.ISO_8859_1)
                            .toUpperCase(java.util.Locale.ROOT)
                            .getBytes(StandardCharsets.ISO_8859_1));
                }

                @Override
                public void finish(BodySink out) {
                    out.write("!".getBytes(StandardCharsets.ISO_8859_1));
                }
            };
        }
    };

    private Proxy shouting() {
        return Proxy.to(origin)
                .rule(
                        "shout",
                        "/**",
                        (request, context) ->
                                new Outcome.Forward("", RequestEdits.NONE, new ResponsePlan.Rewrite(SHOUT)))
                .start();
    }

    @Test
    void aShortRewrittenBodyIsSentWithItsNewLengthAndWithoutOldValidators() {
        origin.answers(
                readBody(),
                send(
                        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nETag: \"a\"\r\nAccept-Ranges: bytes\r\nContent-Length: 5\r\n\r\nhello"));
        try (Proxy proxy = shouting();
                WireClient client = proxy.client()) {
            WireAnswer answer = client.send(
                            "GET / HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\nIf-Range: \"a\"\r\nAccept-Encoding: zstd\r\n\r\n")
                    .readAnswer();
            assertThat(answer.head()).startsWith("HTTP/1.1 200");
            assertThat(answer.text()).isEqualTo("HELLO!");
            assertThat(answer.field("Content-Length")).isEqualTo("6");
            assertThat(answer.field("ETag")).isNull();
            assertThat(answer.field("Accept-Ranges")).isNull();
        }
        ReceivedRequest request = origin.take();
        assertThat(request.field("Range")).isNull();
        assertThat(request.field("If-Range")).isNull();
        assertThat(request.field("Accept-Encoding")).doesNotContain("zstd");
    }

    @Test
    void aLongRewrittenBodyIsChunkedAndASlowReaderGetsAllOfIt() {
        String line = "abcdefghij".repeat(100);
        origin.answers(
                readBody(),
                send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5000000\r\n\r\n"),
                send(line.repeat(5000)));
        try (Proxy proxy = shouting();
                WireClient client = proxy.slowClient(8 << 10)) {
            WireAnswer answer = client.get("/").readAnswer();
            assertThat(answer.field("Transfer-Encoding")).isEqualTo("chunked");
            assertThat(answer.text()).isEqualTo(line.repeat(5000).toUpperCase(java.util.Locale.ROOT) + "!");
        }
    }

    @Test
    void whatTheTransformDoesNotAcceptIsRelayedUntouched() {
        origin.answers(
                readBody(),
                send("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nETag: \"a\"\r\nContent-Length: 5\r\n\r\nhello"));
        try (Proxy proxy = shouting();
                WireClient client = proxy.client()) {
            WireAnswer answer = client.get("/").readAnswer();
            assertThat(answer.text()).isEqualTo("hello");
            assertThat(answer.field("ETag")).isEqualTo("\"a\"");
        }
    }

    /** RFC 9110 section 7.8. */
    @Test
    void aTunnelCarriesAnUpgradeBothWays() {
        origin.answers(
                send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhi"),
                echo());
        try (Proxy proxy = Proxy.to(origin).start();
                WireClient client = proxy.client()) {
            client.send(
                    "GET /embywebsocket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
            String head = client.readHead();
            assertThat(head).startsWith("HTTP/1.1 101").containsIgnoringCase("Upgrade: websocket");
            assertThat(client.readExactly(2)).asString().isEqualTo("hi");
            client.send("ping");
            assertThat(client.readExactly(4)).asString().isEqualTo("ping");
            client.finishSending();
            assertThat(client.readToEnd()).isEmpty();
        }
        ReceivedRequest request = origin.take();
        assertThat(request.field("Connection")).isEqualTo("Upgrade");
        assertThat(request.field("Upgrade")).isEqualTo("websocket");
        origin.awaitAllClosed();
    }

    @Test
    void aRefusedUpgradeIsAnOrdinaryAnswer() {
        origin.answers(readBody(), send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno"))
                .answersText("next");
        try (Proxy proxy = Proxy.to(origin).start();
                WireClient client = proxy.client()) {
            client.send("GET /s HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            assertThat(client.readAnswer().status()).isEqualTo(401);
            assertThat(client.get("/").readAnswer().text()).isEqualTo("next");
        }
    }

    @Test
    void converseEndsAWebSocketHere() throws Exception {
        class Echo implements Conversation {
            private Peer peer;
            private final CompletableFuture<Integer> closed = new CompletableFuture<>();

            @Override
            public void opened(Peer opened) {
                peer = opened;
            }

            @Override
            public void text(String message) {
                peer.text("you said " + message);
            }

            @Override
            public void binary(byte[] message) {}

            @Override
            public void closed(int code, String reason) {
                closed.complete(code);
            }
        }
        Echo conversation = new Echo();
        try (Proxy proxy = Proxy.to(origin)
                        .rule("talk", "/talk", (request, context) -> new Outcome.Converse(conversation))
                        .start();
                HttpClient http = HttpClient.newHttpClient()) {
            CompletableFuture<String> heard = new CompletableFuture<>();
            WebSocket socket = http.newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + proxy.port() + "/talk"), new WebSocket.Listener() {
                        @Override
                        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                            heard.complete(data.toString());
                            from.request(1); // the close that follows
                            return null;
                        }
                    })
                    .get(5, TimeUnit.SECONDS);
            socket.sendText("hello", true).get(5, TimeUnit.SECONDS);
            assertThat(heard.get(5, TimeUnit.SECONDS)).isEqualTo("you said hello");
            socket.sendClose(1000, "bye").get(5, TimeUnit.SECONDS);
            assertThat(conversation.closed.get(5, TimeUnit.SECONDS)).isEqualTo(1000);
            try (WireClient client = proxy.client()) {
                assertThat(client.get("/talk").readAnswer().status()).isEqualTo(400);
                WireAnswer old = client.send(
                                "GET /talk HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 8\r\n\r\n")
                        .readAnswer();
                assertThat(old.status()).isEqualTo(426);
                assertThat(old.field("Sec-WebSocket-Version")).isEqualTo("13");
                assertThat(old.field("Upgrade")).isEqualTo("websocket");
                assertThat(old.field("Connection")).isEqualTo("Upgrade");
            }
            http.shutdownNow(); // close() alone would wait for a socket that a failure left open
        }
    }

    @Test
    void aDecisionFromAnotherThreadIsCarriedOut() {
        origin.answersText("upstream");
        try (Proxy proxy = Proxy.to(origin)
                        .rule(
                                "look-up",
                                "/{id}",
                                (request, context) -> context.offload(() -> {
                                    assertThat(Thread.currentThread().isVirtual())
                                            .isTrue();
                                    return context.param("id").equals("pass")
                                            ? new Outcome.Pass("asked to")
                                            : Outcome.Respond.text(200, context.param("id"));
                                }))
                        .start();
                WireClient client = proxy.client()) {
            assertThat(client.get("/one").readAnswer().text()).isEqualTo("one");
            assertThat(client.get("/pass").readAnswer().text()).isEqualTo("upstream");
        }
    }

    @Test
    void aDecisionThatNeverComesIs504AndALateOneIsIgnored() {
        CompletableFuture<Outcome> never = new CompletableFuture<>();
        try (Proxy proxy = Proxy.to(origin)
                        .decision(Duration.ofMillis(150))
                        .rule("slow", "/slow", (request, context) -> new Outcome.Later(never))
                        .rule("fast", "/fast", (request, context) -> Outcome.Respond.text(200, "fast"))
                        .start();
                WireClient client = proxy.client()) {
            WireAnswer answer = client.get("/slow").readAnswer();
            assertThat(answer.status()).isEqualTo(504);
            assertThat(answer.text()).contains("slow");
            never.complete(Outcome.Respond.text(200, "late"));
            assertThat(client.get("/fast").readAnswer().text()).isEqualTo("fast");
        }
    }

    @Test
    void explainTellsWhichRuleAnswersAndWhyTheOthersDoNot() throws Exception {
        try (Proxy proxy = Proxy.to(origin)
                .rule("other", "/other", (request, context) -> Outcome.Respond.text(200, "x"))
                .rule("home", "/home", (request, context) -> new Outcome.Redirect(302, URI.create("/web/index.html?a")))
                .rule("passes", "/**", (request, context) -> new Outcome.Pass("no token"))
                .rule(
                        "answers",
                        "/v/{id}",
                        (request, context) -> context.offload(
                                () -> new Outcome.Redirect(302, URI.create("https://drive.example/secret?sign=1"))))
                .rule("after", "/**", (request, context) -> Outcome.Respond.text(200, "x"))
                .start()) {
            var lines = proxy.engine
                    .explain("proxy", "GET", "/v/7", Headers.EMPTY)
                    .toCompletableFuture()
                    .get(5, TimeUnit.SECONDS);
            assertThat(lines).hasSize(4);
            assertThat(lines.get(0).asked()).isFalse();
            assertThat(lines.get(2).detail()).contains("no token");
            assertThat(lines.get(3).answers()).isTrue();
            assertThat(lines.get(3).detail())
                    .contains("302")
                    .contains("drive.example")
                    .doesNotContain("secret");
            var home = proxy.engine
                    .explain("proxy", "GET", "/home", Headers.EMPTY)
                    .toCompletableFuture()
                    .get(5, TimeUnit.SECONDS);
            assertThat(home.get(1).detail()).isEqualTo("redirects 302 to /web/index.html");
            var refused = proxy.engine
                    .explain("proxy", "GET", "/a/../b", Headers.EMPTY)
                    .toCompletableFuture()
                    .get(5, TimeUnit.SECONDS);
            assertThat(refused.getFirst().detail()).contains("400");
        }
    }
}
