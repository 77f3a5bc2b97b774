package dev.embergate.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineProgramTest {
    private static final String CONFIG = """
            listeners: [{ host: 127.0.0.1, port: 0 }]
            admin: { port: 0 }
            upstreams: { emby: { url: "http://127.0.0.1:9" } }
            """;
    private static final String RULES = """
            rules:
              - { name: robots, type: respond, match: { path: /robots.txt }, with: { text: none } }
              - { name: home, type: redirect, match: { path: / }, with: { to: "http://emby.example/web/index.html" } }
            """;

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path config;

    @BeforeEach
    void writeConfig() throws IOException {
        config = folder.resolve("config.yml");
        Files.writeString(config, CONFIG + RULES);
    }

    private int execute(String... args) {
        return new CommandLineProgram(environment, new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(args);
    }

    private int executeWithConfig(String... args) {
        environment.put("EMBERGATE_CONFIG", config.toString());
        return execute(args);
    }

    @Test
    void versionAndHelpAreFine() {
        assertThat(execute("version")).isZero();
        assertThat(out.toString()).startsWith("embergate ").contains("(Java ");
        assertThat(execute("--help")).isZero();
        assertThat(execute("run", "--help")).isZero();
        assertThat(execute("rules", "explain", "--help")).isZero();
        assertThat(out.toString()).contains("First steps:", "Exit codes", "--config", "EMBERGATE_CONFIG");
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "rnu", "run --prot 1", "run --port x", "run --port 70000", "rules", "rules explain GET"})
    void aWrongCommandLineIsCodeTwoAndSaysWhereToLook(String line) {
        assertThat(executeWithConfig(line.isEmpty() ? new String[0] : line.split(" ")))
                .isEqualTo(2);
        assertThat(err.toString()).startsWith("embergate: ").doesNotContain("\tat ");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aGoodConfigurationIsChecked() {
        assertThat(execute("rules", "check", "-c", config.toString())).isZero();
        assertThat(out.toString()).isEqualToNormalizingNewlines(config + ": fine (2 rules)\n");
    }

    @Test
    void everyProblemOfABadConfigurationIsShownOnStandardError() throws IOException {
        Files.writeString(config, CONFIG + "prot: 1\nrules: [{ name: a, type: redirct }]\n");
        assertThat(executeWithConfig("rules", "check")).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        config + ":4:1 prot: unknown key",
                        config + ":5:26 rules[0].type: \"redirct\" is no type of rule (did you mean redirect?)",
                        "embergate: 2 problems in the configuration")
                .doesNotContain("\tat ");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aRuleThatCanNeverBeReachedIsAProblemAtItsLine() throws IOException {
        Files.writeString(
                config, CONFIG + RULES + "  - { name: late, type: respond, match: { path: / }, with: { text: x } }\n");
        assertThat(executeWithConfig("rules", "check")).isEqualTo(2);
        assertThat(err.toString())
                .contains(config + ":7:5 rules[2]: \"late\" is never reached (expected: before \"home\"");
    }

    @Test
    void aMissingConfigurationSaysWhatToDo() {
        assertThat(execute("run", "--config", folder.resolve("none.yml").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("none.yml: no such file", "config-example.yml", "EMBERGATE_CONFIG");
    }

    @Test
    void explainTellsWhichRuleAnswers() {
        assertThat(executeWithConfig("rules", "explain", "GET", "http://gate.example/?a=b", "-H", "X-A: b"))
                .isZero();
        assertThat(out.toString().lines())
                .anySatisfy(line -> assertThat(line).startsWith("  robots").contains(" no "))
                .anySatisfy(line -> assertThat(line).startsWith("> home").contains("redirect", " yes "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gate.example", "http:///x", "http://a b/"})
    void explainRefusesWhatIsNoAddress(String url) {
        assertThat(executeWithConfig("rules", "explain", "GET", url)).isEqualTo(2);
        assertThat(err.toString()).startsWith("embergate: ").doesNotContain("\tat ");
    }

    @Test
    void typesShowTheManual() {
        assertThat(execute("rules", "types")).isZero();
        assertThat(execute("rules", "types", "redirect")).isZero();
        assertThat(out.toString()).contains("static-redirect", "keep-query (true or false, default false)");
        assertThat(execute("rules", "types", "redirec")).isEqualTo(2);
        assertThat(err.toString()).contains("(did you mean redirect?)");
    }

    @Test
    void aPortInUseIsCodeOneAndNamesTheAddress() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            environment.put("EMBERGATE_PORT", String.valueOf(taken.getLocalPort()));
            assertThat(executeWithConfig("run", "--data", folder.resolve("data").toString()))
                    .isEqualTo(1);
            assertThat(err.toString())
                    .contains("127.0.0.1:" + taken.getLocalPort(), "(expected: a free port", "--port")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void aDataFolderThatCannotBeWrittenIsCodeOneAndNamesIt() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThat(executeWithConfig("run", "--data", file.toString())).isEqualTo(1);
        assertThat(executeWithConfig("run", "--data", "/proc/embergate")).isEqualTo(1);
        assertThat(err.toString())
                .contains("data folder " + file + ": is a file", "data folder /proc/embergate: ", "--data FOLDER")
                .doesNotContain("\tat ");
    }

    @Test
    void debugShowsWhereAFailureComesFrom() {
        assertThat(executeWithConfig("run", "--debug", "--data", "/proc/embergate"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("\tat ");
    }

    @Test
    void rulesAreLookedAtBesideAProgramThatHoldsTheCacheButAnotherDoesNotStart() throws IOException {
        Files.writeString(config, CONFIG + "cache: { disk-bytes: 1MiB }\n" + RULES);
        Path cache = Files.createDirectories(folder.resolve("data/cache"));
        try (FileChannel held =
                FileChannel.open(cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertThat(held.lock().isValid()).isTrue();
            assertThat(executeWithConfig("rules", "check")).isZero();
            assertThat(executeWithConfig("rules", "explain", "GET", "http://gate.example/"))
                    .isZero();
            assertThat(executeWithConfig("run")).isEqualTo(1);
            assertThat(err.toString()).contains("in use (expected: a folder for this process alone)");
        }
    }

    @Test
    void aKubernetesServiceVariableIsNoPort() {
        environment.put("EMBERGATE_PORT", "tcp://10.0.0.1:8095");
        assertThat(executeWithConfig("rules", "check")).isZero();
    }
}
