package dev.embergate.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.embergate.launcher.cli.CommandLineProgram;
import dev.embergate.rules.testkit.fake.Film;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a visitor of the demo can see. */
class DemoTest {
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    @AfterEach
    void close() {
        client.close();
    }

    private HttpResponse<byte[]> get(String address, String... headers) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(address)), headers);
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request, String... headers)
            throws IOException, InterruptedException {
        request.timeout(Duration.ofSeconds(20)).header("User-Agent", "player/1");
        return client.send(
                (headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofByteArray());
    }

    private static String play(RunningDemo demo) {
        return demo.told("proxy") + "/emby/videos/1001/original.mp4?api_key=" + demo.token();
    }

    @Test
    void theFilmPlaysByARedirectToTheDriveWithASeek() throws Exception {
        try (RunningDemo demo = new RunningDemo()) {
            HttpResponse<byte[]> redirect = get(play(demo), "Range", "bytes=0-");
            assertThat(redirect.statusCode()).isEqualTo(302);
            assertThat(redirect.headers().firstValue("Cache-Control")).hasValue("no-store");
            assertThat(redirect.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
            String link = redirect.headers().firstValue("Location").orElseThrow();
            assertThat(link)
                    .startsWith(demo.told("drive") + "/d/movies/Ember%20(2026)/Ember%20%E4%BD%99%E7%83%AC.mp4?");

            byte[] film = Film.content().bytes();
            assertThat(get(link, "Range", "bytes=0-").body()).isEqualTo(film);
            assertThat(get(link, "Range", "bytes=200000-200999").body())
                    .isEqualTo(Arrays.copyOfRange(film, 200_000, 201_000));
            await().until(() -> demo.printed().contains("kept off the proxy so far"));
            assertThat(get(demo.told("admin") + "/metrics").body())
                    .asString()
                    .containsPattern("embergate_kept_bytes_total (?!0\\.0)");
            assertThat(demo.stop()).isZero();
            assertThat(demo.complained()).isEmpty();
            assertThat(Path.of(demo.told("config"))).doesNotExist();
        }
    }

    @Test
    void withTheDriveDownTheFilmPlaysByRelay() throws Exception {
        try (RunningDemo demo = new RunningDemo("--drive-down")) {
            assertThat(get(play(demo)).body()).isEqualTo(Film.content().bytes());
            HttpResponse<byte[]> part = get(play(demo), "Range", "bytes=200000-200999");
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.body()).isEqualTo(Arrays.copyOfRange(Film.content().bytes(), 200_000, 201_000));
            await().until(() -> demo.printed().contains("through the proxy; "));
            assertThat(demo.stop()).isZero();
        }
    }

    @Test
    void everythingElseOfEmbyPassesThrough() throws Exception {
        try (RunningDemo demo = new RunningDemo()) {
            String proxy = demo.told("proxy");
            assertThat(get(proxy + "/emby/System/Info/Public").body())
                    .asString()
                    .contains("Fake Emby");
            assertThat(get(proxy + "/emby/Items/1001/Images/Primary").body())
                    .isEqualTo(get(demo.told("Emby") + "/Items/1001/Images/Primary")
                            .body());
            HttpResponse<byte[]> home = get(proxy + "/");
            assertThat(home.statusCode()).isEqualTo(302);
            assertThat(home.headers().firstValue("Location"))
                    .hasValueSatisfying(to -> assertThat(to).endsWith("/web/index.html"));
            HttpResponse<byte[]> script = get(proxy + "/web/js/app.js");
            assertThat(script.headers().firstValue("Location")).hasValue(demo.told("Emby") + "/web/js/app.js");
            // A browser must not keep it: the port is another one in the next demo.
            assertThat(script.statusCode()).isEqualTo(302);
            assertThat(script.headers().firstValue("Cache-Control")).isEmpty();
            HttpResponse<byte[]> info = send(
                    HttpRequest.newBuilder(URI.create(proxy + "/emby/Items/1001/PlaybackInfo?api_key=" + demo.token()))
                            .POST(
                                    BodyPublishers.ofString(
                                            "{\"DeviceProfile\":{\"DirectPlayProfiles\":[{\"Type\":\"Video\",\"Container\":\"avi\"}]}}")));
            assertThat(info.body())
                    .asString()
                    .contains("\"SupportsDirectPlay\":true")
                    .doesNotContain("master.m3u8");
            assertThat(get(demo.told("admin") + "/ready").statusCode()).isEqualTo(200);
            assertThat(demo.stop()).isZero();
        }
    }

    @Test
    void aWebSocketTalksThroughTheTunnel() throws Exception {
        try (RunningDemo demo = new RunningDemo()) {
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            URI address = URI.create(
                    demo.told("proxy").replace("http:", "ws:") + "/embywebsocket?deviceId=tv&api_key=" + demo.token());
            WebSocket socket = client.newWebSocketBuilder()
                    .buildAsync(address, new Hearing(heard))
                    .get(10, TimeUnit.SECONDS);
            assertThat(heard.poll(10, TimeUnit.SECONDS)).contains("ForceKeepAlive");
            assertThat(heard.poll(10, TimeUnit.SECONDS)).contains("UserDataChanged");
            socket.sendText("{\"MessageType\":\"Echo\",\"Data\":\"余烬\"}", true).get(10, TimeUnit.SECONDS);
            assertThat(heard.poll(10, TimeUnit.SECONDS)).contains("余烬");
            socket.sendBinary(ByteBuffer.allocate(1 << 20), true).get(10, TimeUnit.SECONDS);
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("1048576 bytes");
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("closed 1000");
            assertThat(demo.stop()).isZero();
        }
    }

    @Test
    void explainTellsWhichRuleAnswersEachAddressOfTheDemo() throws Exception {
        try (RunningDemo demo = new RunningDemo()) {
            String token = "?api_key=" + demo.token();
            assertThat(explained(demo, "/emby/videos/1001/original.mp4" + token))
                    .startsWith("> play")
                    .contains("redirects 302")
                    .doesNotContain("sign=");
            assertThat(explained(demo, "/")).startsWith("> home");
            assertThat(explained(demo, "/web/js/app.js")).startsWith("> static");
            assertThat(explained(demo, "/emby/Items/1001/PlaybackInfo" + token)).startsWith("> playback-info");
            assertThat(explained(demo, "/emby/System/Info/Public")).startsWith("> (default)");
            assertThat(explained(
                            demo, "/embywebsocket" + token, "-H", "Connection: Upgrade", "-H", "Upgrade: websocket"))
                    .startsWith("> socket");
            // On the server's own disk: Emby delivers it.
            assertThat(explained(demo, "/emby/videos/1003/stream.mp4" + token)).startsWith("> (default)");
        }
    }

    /** The line of what answers. */
    private static String explained(RunningDemo demo, String target, String... more) {
        List<String> arguments = new ArrayList<>(List.of("rules", "explain", "--config", demo.told("config")));
        arguments.addAll(List.of(more));
        arguments.addAll(List.of("GET", target));
        StringWriter out = new StringWriter();
        PrintWriter both = new PrintWriter(out, true);
        int exitCode = new CommandLineProgram(Map.of(), both, both).execute(arguments.toArray(String[]::new));
        assertThat(exitCode).describedAs(out.toString()).isZero();
        return out.toString()
                .lines()
                .filter(line -> line.startsWith(">"))
                .findFirst()
                .orElse(out.toString());
    }

    @Test
    void itStopsByItselfAndKeepsANamedFolder(@TempDir Path folder) throws Exception {
        StringWriter out = new StringWriter();
        int exitCode = run(out, "--port", "0", "--admin-port", "0", "--for", "10ms", "--data", folder.toString());
        assertThat(exitCode).isZero();
        assertThat(out.toString()).contains("The time is up.");
        assertThat(Files.readString(folder.resolve("demo/config.yml"))).contains("alist-redirect");
    }

    @Test
    void aPortInUseIsNamedAndSaysWhatToDo() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            StringWriter out = new StringWriter();
            String port = Integer.toString(taken.getLocalPort());
            assertThat(run(out, "--port", port, "--admin-port", "0")).isEqualTo(1);
            assertThat(out.toString()).contains("127.0.0.1:" + port).contains("--port PORT");
        }
    }

    @Test
    void aTimeThatIsNoneIsAMistake() {
        StringWriter out = new StringWriter();
        assertThat(run(out, "--for", "soon")).isEqualTo(2);
        assertThat(out.toString()).contains("soon (expected: a time such as 30s or 5m)");
    }

    private static int run(StringWriter out, String... options) {
        String[] arguments = new String[options.length + 1];
        arguments[0] = "demo";
        System.arraycopy(options, 0, arguments, 1, options.length);
        PrintWriter both = new PrintWriter(out, true);
        return new CommandLineProgram(Map.of(), both, both).execute(arguments);
    }

    /** Whole messages, in order. */
    private static final class Hearing implements WebSocket.Listener {
        private final BlockingQueue<String> heard;
        private final StringBuilder text = new StringBuilder();
        private int bytes;

        Hearing(BlockingQueue<String> heard) {
            this.heard = heard;
        }

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
            bytes += data.remaining();
            if (last) {
                heard.add(bytes + " bytes");
                bytes = 0;
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int statusCode, String reason) {
            heard.add("closed " + statusCode);
            return null;
        }
    }
}
