package dev.embergate.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoFolderTest {
    @Test
    void aTemporaryFolderGoesAwayWithAllThatIsInIt() throws IOException {
        Path path;
        try (DemoFolder folder = DemoFolder.open(null)) {
            path = folder.path();
            Files.createDirectories(path.resolve("data/deep"));
            Files.writeString(path.resolve("data/deep/file"), "text");
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void aNamedFolderStaysAndWhatLiesInItIsNotTouched(@TempDir Path parent) throws IOException {
        Files.writeString(parent.resolve("config.yml"), "mine");
        try (DemoFolder folder = DemoFolder.open(parent)) {
            Files.writeString(folder.path().resolve("config.yml"), "the demo's");
        }
        assertThat(parent.resolve("config.yml")).hasContent("mine");
        assertThat(parent.resolve("demo/config.yml")).hasContent("the demo's");
    }
}
