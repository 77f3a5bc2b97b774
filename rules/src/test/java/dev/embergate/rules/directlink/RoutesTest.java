package dev.embergate.rules.directlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.control.RuleEntry;
import dev.embergate.engine.match.Match;
import dev.embergate.engine.match.RuleTable;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.testkit.HeadOf;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The addresses of plays and downloads, as the engine's index sees them. */
class RoutesTest {
    private final RuleTable table = RuleTable.of(List.of(new RuleEntry(
            "direct",
            "alist-redirect",
            new AlistRedirectFactory().routes(null),
            (request, context) -> new Outcome.Pass("test"),
            false)));
    private final Match match = new Match();

    @ParameterizedTest
    @CsvSource({
        "/videos/12/stream,12",
        "/emby/Videos/12/stream.mkv,12",
        "/EMBY/VIDEOS/12/STREAM.MKV,12",
        "/mediabrowser/videos/12/stream,12",
        "/videos/12/original.mkv,12",
        "/videos/12/original,12",
        "/audio/12/universal,12",
        "/emby/Audio/12/universal.mp3,12",
        "/Audio/12/stream.flac,12",
        "/videos/12/stream/A%20film%20%25.mkv,12",
        "/Items/12/Download,12",
        "/emby/items/f7015ea39552171e139f185eb67e7fcc/download/a.mkv,f7015ea39552171e139f185eb67e7fcc",
    })
    void playsAndDownloadsAreTaken(String target, String item) {
        for (String method : List.of("GET", "HEAD")) {
            assertThat(table.next(HeadOf.of(method, target), 0, match)).isZero();
            assertThat(match.param("id")).isEqualTo(item);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Videos/12/mediasource_12/Subtitles/2/Stream.vtt",
                "/emby/videos/12/mediasource_12/subtitles/2/0/stream.srt",
                "/videos/12/subtitles.m3u8",
                "/videos/12/master.m3u8",
                "/videos/12/main.m3u8",
                "/videos/12/live.m3u8",
                "/videos/12/hls1/main/0.ts",
                "/videos/12/index.bif",
                "/videos/12/AdditionalParts",
                "/videos/12/mediasource_12/Attachments/3/Stream",
                "/videos/12/streams",
                "/videos/stream",
                "/videos/12/x/stream",
                "/Items/12/PlaybackInfo",
                "/Items/12/Images/Primary",
                "/Items/12/RemoteImages/Download",
                "/x?next=/videos/12/stream",
            })
    void whatIsNoPlayIsNot(String target) {
        assertThat(table.next(HeadOf.get(target), 0, match)).isNegative();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "DELETE", "OPTIONS"})
    void onlyReadingIsTaken(String method) {
        assertThat(table.next(HeadOf.of(method, "/videos/12/stream"), 0, match)).isNegative();
    }
}
