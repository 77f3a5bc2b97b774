package dev.embergate.launcher.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    Path folder;

    @Test
    void aMissingFolderIsMadeAndLeftEmpty() throws Exception {
        DataFolder.check(folder.resolve("a/b"));
        assertThat(folder.resolve("a/b")).isEmptyDirectory();
    }

    @Test
    void aFullDiskIsNoticed() {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.exists(full), "a system without /dev/full");
        assertThatThrownBy(() -> DataFolder.fill(full)).isInstanceOf(IOException.class);
        assertThat(DataFolder.why(new IOException("No space left on device"))).isEqualTo("No space left on device");
    }
}
