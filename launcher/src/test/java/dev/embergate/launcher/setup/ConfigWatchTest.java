package dev.embergate.launcher.setup;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigWatchTest {
    @TempDir
    Path folder;

    private final AtomicInteger calls = new AtomicInteger();
    private ConfigWatch watch;

    @BeforeEach
    void watch() throws IOException {
        Files.writeString(folder.resolve("config.yml"), "a: 1");
        watch = ConfigWatch.start(
                new ConfigurationLoader(folder.resolve("config.yml"), Map.of(), Overrides.NONE),
                calls::incrementAndGet);
    }

    @AfterEach
    void close() {
        watch.close();
    }

    private void awaitCalls(int expected) {
        await().atMost(Duration.ofSeconds(20)).until(() -> calls.get() == expected);
    }

    @Test
    void aChangedFileIsToldOnce() throws IOException {
        for (int i = 0; i < 20; i++) {
            Files.writeString(folder.resolve("config.yml"), "a: 2 # " + i);
        }
        awaitCalls(1);
    }

    @Test
    void aFileRenamedIntoPlaceIsTold() throws IOException {
        Path draft = Files.writeString(folder.resolve(".config.yml.swp"), "a: 2");
        Files.move(draft, folder.resolve("config.yml"), ATOMIC_MOVE, REPLACE_EXISTING);
        awaitCalls(1);
    }

    @Test
    void rulesThatAppearLaterAreTold() throws IOException {
        Files.createDirectories(folder.resolve("rules"));
        Files.writeString(folder.resolve("rules/a.yml"), "rules: []");
        awaitCalls(1);
        Files.writeString(folder.resolve("rules/a.yml"), "rules: [] # again");
        awaitCalls(2);
        Files.delete(folder.resolve("rules/a.yml"));
        awaitCalls(3);
    }

    @Test
    void aLinkThatIsTurnedElsewhereIsTold() throws IOException {
        Path first = Files.createDirectory(folder.resolve("v1"));
        Path second = Files.createDirectory(folder.resolve("v2"));
        Files.writeString(first.resolve("config.yml"), "a: 1");
        Files.writeString(second.resolve("config.yml"), "a: 2");
        Path mounted = Files.createDirectory(folder.resolve("mounted"));
        Files.createSymbolicLink(mounted.resolve("..data"), first);
        Files.createSymbolicLink(mounted.resolve("config.yml"), Path.of("..data/config.yml"));
        AtomicInteger told = new AtomicInteger();
        ConfigWatch linked = ConfigWatch.start(
                new ConfigurationLoader(mounted.resolve("config.yml"), Map.of(), Overrides.NONE),
                told::incrementAndGet);
        try {
            Files.createSymbolicLink(mounted.resolve("..next"), second);
            Files.move(mounted.resolve("..next"), mounted.resolve("..data"), ATOMIC_MOVE, REPLACE_EXISTING);
            await().atMost(Duration.ofSeconds(20)).until(() -> told.get() == 1);
        } finally {
            linked.close();
        }
    }

    @Test
    void anEventThatChangesNoContentIsNotTold() throws IOException {
        Files.writeString(folder.resolve("config.yml"), "a: 1");
        Files.writeString(folder.resolve("unrelated.txt"), "x");
        await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(5)).until(() -> calls.get() == 0);
        Files.writeString(folder.resolve("config.yml"), "a: 3");
        awaitCalls(1);
    }
}
