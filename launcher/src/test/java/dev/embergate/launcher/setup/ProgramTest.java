package dev.embergate.launcher.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.embergate.engine.control.EngineStatus;
import dev.embergate.launcher.config.InvalidConfiguration;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole program but for the process: files in, requests answered. */
class ProgramTest {
    private static final String HEAD = """
            listeners: [{ host: 127.0.0.1, port: 0 }]
            admin: { port: 0 }
            upstreams: { emby: { url: "http://127.0.0.1:9" } }
            """;

    @TempDir
    Path folder;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private void write(String rules) throws IOException {
        Files.writeString(folder.resolve("config.yml"), HEAD + rules);
    }

    private static String says(String text) {
        return "rules: [{ name: hello, type: respond, match: { path: /hello }, with: { text: " + text + " } }]\n";
    }

    private HttpResponse<String> ask(Program program, String listener, String method, String path) throws Exception {
        int port = program.engine().status().listeners().stream()
                .filter(one -> one.name().equals(listener))
                .mapToInt(EngineStatus.Listener::port)
                .findFirst()
                .orElseThrow();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(Duration.ofSeconds(10))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private Program start() throws Exception {
        ConfigurationLoader loader = new ConfigurationLoader(folder.resolve("config.yml"), Map.of(), Overrides.NONE);
        Program program = Program.prepare(loader, log -> {}, null);
        program.listen();
        return program;
    }

    @Test
    void itAnswersAndReloadsByTheAdminPort() throws Exception {
        write(says("one"));
        try (Program program = start()) {
            assertThat(ask(program, "proxy", "GET", "/hello").body()).isEqualTo("one");

            write(says("two"));
            assertThat(ask(program, "admin", "POST", "/api/reload").statusCode())
                    .isEqualTo(200);
            assertThat(ask(program, "proxy", "GET", "/hello").body()).isEqualTo("two");

            write("rules: [{ name: hello, type: respnd }]\n");
            HttpResponse<String> refused = ask(program, "admin", "POST", "/api/reload");
            assertThat(refused.statusCode()).isEqualTo(422);
            assertThat(refused.body()).contains("config.yml:4:30 rules[0].type: ", "did you mean respond?");
            assertThat(ask(program, "proxy", "GET", "/hello").body()).isEqualTo("two");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ name: a, type: redirect, match: { path: '/media/{x}' }, with: { to: '/y/{z}' } }"
                        + "| rules[0].with.to: {z} (expected: a parameter of /media/{x})",
                "{ name: a, type: forward, match: { path: /media }, with: { path: '/y/{z}' } }"
                        + "| rules[0].with.path: {z} (expected: a parameter of /media)",
                "{ name: a, type: alist-redirect, match: { path: '/videos/**' },"
                        + " with: { alist: { url: 'http://127.0.0.1:9' }, unmapped: keep } }"
                        + "| rules[0].with: match: /videos/** (expected: {id} where the item's id stands)",
                "{ name: a, type: respond, match: { path: /, host: 'media.example:8095' } }"
                        + "| host: media.example:8095 (expected: a name without port)"
            })
    void aRuleThatCouldNotWorkOnItsPathIsRefused(String rule, String problem) throws Exception {
        write("rules: [" + rule + "]\n");
        assertThatThrownBy(this::start)
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("config.yml:")
                .hasMessageContaining(problem.trim());
    }

    @Test
    void aCertificateThatCannotBeReadStopsTheStart() throws Exception {
        Files.writeString(folder.resolve("ca.pem"), "no certificate");
        Files.writeString(
                folder.resolve("config.yml"),
                "upstreams: { emby: { url: 'https://127.0.0.1:9', ca-file: ca.pem } }\nlisteners: [{ host: 127.0.0.1, port: 0 }]\nadmin: { port: 0 }\n");
        assertThatThrownBy(this::start)
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("upstreams: ca-file: ")
                .hasMessageContaining("expected: a readable file of PEM certificates");
    }

    @Test
    void aListenersCertificateThatCannotBeUsedStopsTheStart() throws Exception {
        Files.writeString(folder.resolve("chain.pem"), "no certificate");
        Files.writeString(
                folder.resolve("config.yml"),
                "upstreams: { emby: { url: 'http://127.0.0.1:9' } }\nadmin: { port: 0 }\n"
                        + "listeners: [{ host: 127.0.0.1, port: 0, tls: { certificates: [{ chain: chain.pem, key: chain.pem }] } }]\n");
        assertThatThrownBy(this::start)
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("listener proxy: chain: ")
                .hasMessageContaining("chain.pem (expected: a PEM certificate; there is none in it)")
                .hasMessageNotContaining("upstreams");
    }

    @Test
    void itReloadsWhenTheFileChanges() throws Exception {
        write(says("one"));
        try (Program program = start();
                ConfigWatch watch = ConfigWatch.start(program.loader(), program.reloader()::reload)) {
            assertThat(watch).isNotNull();
            write(says("two"));
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> ask(program, "proxy", "GET", "/hello").body().equals("two"));
        }
    }

    @Test
    void theAdminPortTellsHealthMetricsAndStatus() throws Exception {
        write(says("one"));
        try (Program program = start()) {
            assertThat(ask(program, "admin", "GET", "/health").body()).isEqualTo("{\"status\":\"up\"}");
            assertThat(ask(program, "admin", "GET", "/ready").statusCode()).isEqualTo(200);
            assertThat(ask(program, "admin", "GET", "/metrics").body()).contains("# TYPE embergate_");
            assertThat(ask(program, "admin", "GET", "/api/status").body()).contains("\"rules\":[\"hello\"]");
            assertThat(ask(program, "admin", "GET", "/web").statusCode()).isEqualTo(404);
            assertThat(ask(program, "admin", "POST", "/health").statusCode()).isEqualTo(405);
        }
    }
}
