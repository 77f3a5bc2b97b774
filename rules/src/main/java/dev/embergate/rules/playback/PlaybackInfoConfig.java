package dev.embergate.rules.playback;

import dev.embergate.engine.spi.Setting;
import java.util.List;
import java.util.Objects;

/** Settings of {@code playback-info}. */
public record PlaybackInfoConfig(
        @Setting(value = "Name of the upstream that is the Emby server; empty for the default one.", defaultValue = "")
        String upstream,

        @Setting("Folders whose files Emby itself serves, transcoding included: /mnt/films, D:\\films,"
                + " \\\\nas\\films or smb://nas/films. Whole path segments are compared.")
        List<String> localRoots,

        @Setting(
                value = "Whether clients may still ask for a transcode, which then runs on the Emby server.",
                defaultValue = "false")
        boolean keepTranscoding,

        @Setting(
                value = "Limit of one media source in Emby's answer; a longer one fails the answer.",
                defaultValue = "1MiB")
        int maxMediaSourceBytes) {
    private static final int LEAST_BYTES = 1024;

    public PlaybackInfoConfig {
        Objects.requireNonNull(upstream, "upstream");
        localRoots = List.copyOf(localRoots);
        for (String root : localRoots) {
            if (MediaLocation.parse(root) == null) {
                throw new IllegalArgumentException("local-roots: " + root
                        + " (expected: a folder such as /mnt/films, D:\\films, \\\\nas\\films or smb://nas/films)");
            }
        }
        if (maxMediaSourceBytes < LEAST_BYTES) {
            throw new IllegalArgumentException(
                    "max-media-source-bytes: " + maxMediaSourceBytes + " (expected: at least 1KiB)");
        }
    }
}
