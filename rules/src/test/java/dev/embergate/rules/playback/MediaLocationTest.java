package dev.embergate.rules.playback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaLocationTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "/mnt/films, /mnt/films/a.mkv",
                "/mnt/films/, /mnt/films",
                "/mnt/films, /mnt//films/./b/../a.mkv",
                "/, /anything/at all.mkv",
                "\\\\nas\\films, \\\\NAS\\Films\\a.mkv",
                "\\\\nas\\films, smb://nas/films/a.mkv",
                "smb://nas/films, //nas/films/a.mkv",
                "SMB://user:word@nas/films/, \\\\nas\\films\\sub\\a.mkv",
                "smb://nas, smb://me@nas/films/a@b.mkv",
                "D:\\films, d:/Films/a.mkv",
                "D:/, D:\\films\\a.mkv",
            })
    void whatLiesBelowARootIsHeldByIt(String root, String path) {
        assertThat(location(root).holds(location(path))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "/mnt/films, /mnt/films2/a.mkv",
                "/mnt/films, /mnt/Films/a.mkv",
                "/mnt/films, /mnt",
                "/mnt/films, /mnt/films/../cloud/a.mkv",
                "/mnt/films, /mnt/films\\a.mkv",
                "/, \\\\nas\\films\\a.mkv",
                "\\\\nas\\films, \\\\nas\\films2\\a.mkv",
                "smb://nas/films, smb://nas2/films/a.mkv",
                "D:\\films, E:\\films\\a.mkv",
            })
    void whatLiesElsewhereIsNot(String root, String path) {
        assertThat(location(root).holds(location(path))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "films/a.mkv",
                "http://cloud.example/a.mkv",
                "D:",
                "D:films",
                "\\\\",
                "//",
                "smb://",
                "nfs://nas/a"
            })
    void whatIsNoFilesPlaceIsNone(String path) {
        assertThat(MediaLocation.parse(path)).isNull();
    }

    private static MediaLocation location(String path) {
        return Objects.requireNonNull(MediaLocation.parse(path));
    }
}
