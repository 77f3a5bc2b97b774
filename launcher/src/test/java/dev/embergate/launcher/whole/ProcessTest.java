package dev.embergate.launcher.whole;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process: signals, output, exit code. */
class ProcessTest {
    private static final Pattern LISTENS = Pattern.compile("proxy listens on 127\\.0\\.0\\.1:([0-9]+)");

    @TempDir
    Path folder;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private Process process;

    private void start(String log) throws IOException {
        write(log);
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.embergate.launcher.Main",
                        "run",
                        "--config",
                        folder.resolve("config.yml").toString())
                .redirectErrorStream(true)
                .start();
        Thread.ofVirtual().start(() -> {
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                reader.lines().forEach(lines::add);
            } catch (IOException e) {
                lines.add(e.toString());
            }
        });
    }

    private void write(String log) throws IOException {
        Files.writeString(folder.resolve("config.yml"), """
                listeners: [{ host: 127.0.0.1, port: 0 }]
                admin: { enabled: false }
                upstreams: { emby: { url: "http://127.0.0.1:9" } }
                log: %s
                rules: [{ name: hello, type: respond, match: { path: /hello }, with: { text: one } }]
                """.formatted(log));
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    private int port() {
        return await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> lines.stream()
                                .map(LISTENS::matcher)
                                .filter(Matcher::find)
                                .mapToInt(found -> Integer.parseInt(found.group(1)))
                                .findFirst()
                                .orElse(-1),
                        port -> port > 0);
    }

    private String hello(int port) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/hello"))
                .timeout(Duration.ofSeconds(10))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private void signal(String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
        assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(kill.exitValue()).isZero();
    }

    @Test
    void hangUpReloadsAndTermEndsItWellWithCodeZero() throws Exception {
        start("{ level: info }");
        int port = port();
        assertThat(hello(port)).isEqualTo("one");

        signal("HUP");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> lines.stream().anyMatch(line -> line.contains("reloaded, rules: 1")));

        signal("TERM");
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        await().untilAsserted(() ->
                assertThat(lines).anySatisfy(line -> assertThat(line).contains("stopped")));
        assertThat(lines).noneMatch(line -> line.contains("WARNING") || line.contains("Exception"));
        assertThat(lines).anyMatch(line -> line.startsWith("time=") && line.contains("target=\"/hello\""));
    }

    @Test
    void linesAreJsonWhereAskedFor() throws Exception {
        start("{ json: true }");
        hello(port());
        await().atMost(Duration.ofSeconds(20)).until(() -> lines.stream().anyMatch(line -> line.contains("/hello")));
        assertThat(lines).allSatisfy(line -> assertThat(line).startsWith("{").endsWith("}"));
        assertThat(lines).anyMatch(line -> line.contains("\"loggerName\":\"embergate.access\""));
    }
}
