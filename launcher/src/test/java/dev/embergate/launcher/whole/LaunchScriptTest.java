package dev.embergate.launcher.whole;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/embergate} in an unpacked archive, with Javas that only say how they were called. */
class LaunchScriptTest {
    @TempDir
    Path folder;

    private Path home;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void unpack() throws IOException {
        home = folder.resolve("em ber gate");
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        Files.copy(Path.of("bin/embergate"), home.resolve("bin/embergate"));
        executable(home.resolve("bin/embergate"));
        Files.writeString(home.resolve("lib/embergate-launcher-1.jar"), "jar");
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("HOME", folder.resolve("user").toString());
    }

    private static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path java(String name, String version) throws IOException {
        Path java = folder.resolve(name);
        Files.createDirectories(java.resolve("bin"));
        Files.writeString(java.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        Files.writeString(java.resolve("bin/java"), """
                #!/bin/sh
                for flag in "$@"; do
                    case $flag in -XX:AOTCacheOutput=*) echo "$*" >"${flag#*=}" && exit 0 ;; esac
                done
                printf '%s\\n' "$0" "MALLOC=$MALLOC_ARENA_MAX" "$@"
                exit 7
                """);
        executable(java.resolve("bin/java"));
        return java;
    }

    private record Ended(int code, List<String> lines) {}

    private Ended run(Path script, String... args) throws Exception {
        List<String> command = Stream.concat(Stream.of("sh", script.toString()), Stream.of(args))
                .toList();
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), output.lines().toList());
    }

    @Test
    void itBecomesTheJavaThatIsNamedWithBoundedMemoryAndAllArguments() throws Exception {
        environment.put("EMBERGATE_JAVA_HOME", java("jdk 25", "25.0.3").toString());
        environment.put("EMBERGATE_OPTS", "-Xmx1g -Da=b");
        Ended ended = run(home.resolve("bin/embergate"), "run", "--config", "a b.yml");
        assertThat(ended.code()).isEqualTo(7);
        assertThat(ended.lines())
                .startsWith(folder.resolve("jdk 25/bin/java").toString(), "MALLOC=1")
                .contains("-XX:+UseSerialGC", "-Xmx256m", "-XX:+UseCompactObjectHeaders")
                .containsSubsequence("-Xmx256m", "-Xmx1g", "-Da=b", "-jar")
                .endsWith(
                        "-jar", home.resolve("lib/embergate-launcher-1.jar").toString(), "run", "--config", "a b.yml");
    }

    @Test
    void itFindsItsJarsBehindSymbolicLinks() throws Exception {
        environment.put("EMBERGATE_JAVA_HOME", java("jdk", "25").toString());
        Path link = Files.createSymbolicLink(folder.resolve("link"), home.resolve("bin/embergate"));
        Path second = Files.createSymbolicLink(folder.resolve("second"), Path.of("link"));
        assertThat(link).isSymbolicLink();
        assertThat(run(second, "version").lines())
                .contains(home.resolve("lib/embergate-launcher-1.jar").toString());
    }

    @Test
    void aNamedJavaThatIsTooOldIsRefused() throws Exception {
        environment.put("EMBERGATE_JAVA_HOME", java("old", "17.0.15").toString());
        Ended ended = run(home.resolve("bin/embergate"), "version");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.lines())
                .containsExactly("embergate: EMBERGATE_JAVA_HOME: " + folder.resolve("old")
                        + " (expected: the folder of a Java 25 or newer)");
    }

    @Test
    void anOldJavaHomeIsPassedOverForTheJavaOnThePath() throws Exception {
        environment.put("JAVA_HOME", java("old", "17.0.15").toString());
        Path good = java("good", "26-ea");
        Path onPath = Files.createDirectories(folder.resolve("path"));
        Files.createSymbolicLink(onPath.resolve("java"), good.resolve("bin/java"));
        environment.put("PATH", onPath + ":/usr/bin:/bin");
        assertThat(run(home.resolve("bin/embergate"), "version").lines().getFirst())
                .isEqualTo(good.resolve("bin/java").toString());
    }

    @Test
    void theFirstRunHasAnArchiveMadeForTheNext() throws Exception {
        environment.put("EMBERGATE_JAVA_HOME", java("jdk", "25").toString());
        assertThat(run(home.resolve("bin/embergate"), "run").lines()).noneMatch(line -> line.contains("AOTCache"));
        Path cache = folder.resolve("user/.cache/embergate");
        await().until(() -> files(cache).size() == 1 && files(cache).getFirst().endsWith(".aot"));
        String made = Files.readString(cache.resolve(files(cache).getFirst())).strip();
        assertThat(made).contains("-XX:+UseSerialGC", "-Xmx256m").endsWith("embergate-launcher-1.jar warm-up");
        assertThat(archive(run(home.resolve("bin/embergate"), "run")))
                .isEqualTo(cache.resolve(files(cache).getFirst()).toString());
    }

    @Test
    void theArchiveFollowsTheContentOfTheJars() throws Exception {
        environment.put("EMBERGATE_JAVA_HOME", java("jdk", "25").toString());
        assertThat(run(home.resolve("bin/embergate"), "warm-up").code()).isZero();
        String first = archive(run(home.resolve("bin/embergate"), "run"));
        assertThat(archive(run(home.resolve("bin/embergate"), "demo"))).isEqualTo(first);
        Files.writeString(home.resolve("lib/embergate-launcher-1.jar"), "raj");
        assertThat(run(home.resolve("bin/embergate"), "warm-up").code()).isZero();
        assertThat(archive(run(home.resolve("bin/embergate"), "run"))).isNotEqualTo(first);
        assertThat(Path.of(first)).doesNotExist();

        environment.put("EMBERGATE_CACHE", "");
        assertThat(run(home.resolve("bin/embergate"), "run").lines()).noneMatch(line -> line.contains("AOTCache"));
    }

    private static List<String> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static String archive(Ended ended) {
        String flag = "-XX:AOTCache=";
        return ended.lines().stream()
                .filter(line -> line.startsWith(flag))
                .map(line -> line.substring(flag.length()))
                .findFirst()
                .orElseThrow();
    }
}
