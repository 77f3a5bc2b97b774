package dev.embergate.rules.directlink;

import static dev.embergate.rules.directlink.DirectLinks.ALIST;
import static dev.embergate.rules.directlink.DirectLinks.EMBY;
import static dev.embergate.rules.directlink.DirectLinks.link;
import static dev.embergate.rules.directlink.DirectLinks.play;
import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.Route;
import dev.embergate.engine.testkit.HeadOf;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlistRedirectTest {
    private final DirectLinks links = new DirectLinks();

    @Test
    void aPlayIsSentToTheDrive() {
        Outcome outcome = links.decide(play("/videos/12/stream.mkv?Static=true&MediaSourceId=m1"));

        assertThat(outcome)
                .isEqualTo(new Outcome.Redirect(
                        302,
                        URI.create("http://drive.example/a.mkv?sign=1"),
                        Headers.of("Referrer-Policy", "no-referrer", "Cache-Control", "no-store"),
                        1000));
        assertThat(links.fetcher.asked(EMBY)).singleElement().satisfies(request -> {
            assertThat(request.uri().getHost()).isEqualTo("emby.example");
            assertThat(request.headers().first("X-Emby-Token")).isEqualTo("t0k");
        });
        assertThat(links.fetcher.asked(ALIST)).singleElement().satisfies(request -> {
            assertThat(request.headers().first("User-Agent")).isEqualTo("Player/1");
            assertThat(request.headers().first("Authorization")).isEqualTo("alist-t0ken");
            assertThat(request.headers().first("X-Emby-Token")).isNull();
            assertThat(request.body()).asString(StandardCharsets.UTF_8).contains("\"/Drive/a.mkv\"");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/videos/12/stream",
                "/emby/Videos/12/stream.mkv",
                "/VIDEOS/12/ORIGINAL.mkv",
                "/Audio/12/universal",
                "/audio/12/stream.flac",
                "/videos/12/stream/a%20film.mkv",
                "/mediabrowser/videos/12/original"
            })
    void everyKindOfPlayIsSentThere(String target) {
        assertThat(links.location(play(target))).isEqualTo("http://drive.example/a.mkv?sign=1");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 307})
    void theStatusIsASetting(int status) {
        links.status = status;
        assertThat(((Outcome.Redirect) links.make().decide(play("/videos/12/stream"))).status())
                .isEqualTo(status);
    }

    @Test
    void headIsAnsweredLikeGet() {
        HeadOf head = HeadOf.of("HEAD", "/videos/12/stream", "X-Emby-Token", "t0k", "User-Agent", "Player/1");

        assertThat(links.location(head)).isEqualTo("http://drive.example/a.mkv?sign=1");
        assertThat(((Outcome.Redirect) links.decide(head)).bytesKept()).isZero();
        assertThat(new AlistRedirectFactory().routes(null))
                .allMatch(route -> route.methods().contains("HEAD"));
    }

    @Test
    void noRouteIsOfSubtitlesPicturesOrPlaylists() {
        assertThat(new AlistRedirectFactory().routes(null))
                .extracting(Route::path)
                .contains("/videos/{id}/stream.*", "/emby/audio/{id}/universal", "/items/{id}/download/{name}")
                .noneMatch(path -> path.contains("**"))
                .noneMatch(path -> path.endsWith("/*"))
                // /Videos/{Id}/{MediaSourceId}/Subtitles/{Index}/Stream.{Format} has five segments at least.
                .allMatch(path -> path.replaceFirst("^/(emby|mediabrowser)", "").split("/").length <= 5);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-,1000",
        "bytes=100-,900",
        "bytes=0-0,1",
        "bytes=100-199,100",
        "bytes=0-5000,1000",
        "bytes=2000-,0",
        "bytes=-100,1000",
        "'bytes=0-1,5-6',1000",
        "items=0-,1000",
        "bytes=x-,1000",
        "bytes=99999999999999999999-,1000",
        "bytes=,1000",
    })
    void bytesKeptAreThoseTheRangeAsksFor(String range, long kept) {
        Outcome.Redirect redirect =
                (Outcome.Redirect) links.decide(play("/videos/12/stream").with("Range", range));

        assertThat(redirect.bytesKept()).isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://d.example/电影 1.mkv|http://d.example/%E7%94%B5%E5%BD%B1%201.mkv",
                "http://d.example/%E7%94%B5%e5%bd%b1%201.mkv|http://d.example/%E7%94%B5%e5%bd%b1%201.mkv",
                "http://d.example/100%2541.mkv|http://d.example/100%2541.mkv",
                "http://d.example/a#1+2.mkv?s=a%2Bb+c|http://d.example/a%231+2.mkv?s=a%2Bb+c",
            })
    void theLocationIsEncodedExactlyOnce(String rawUrl, String location) {
        links.fetcher.on(ALIST, request -> link(rawUrl));

        assertThat(links.location(play("/videos/12/stream"))).isEqualTo(location);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/d/a.mkv", "//d.example/a", "ftp://d.example/a", "http://u:p@d.example/a", "http://", "x\\r\\ny"
            })
    void aLinkNoPlayerMayBeSentToIsNotSent(String rawUrl) {
        links.fetcher.on(ALIST, request -> link(rawUrl));

        links.assertRelayed(Relayed.LINK_UNFIT, play("/videos/12/stream"));
    }

    @Test
    void aFilesNameGoesToAlistAsItIs() {
        links.source("{\"Path\":\"/data/电影/a b+#?%41.mkv\"}").decide(play("/videos/12/stream"));

        assertThat(links.fetcher.asked(ALIST).getFirst().body())
                .asString(StandardCharsets.UTF_8)
                .contains("\"/Drive/电影/a b+#?%41.mkv\"");
    }

    @Test
    void theSourceIsTheOneAskedForAndNeverAnotherVersion() {
        links.source("{\"Id\":\"mediasource_1324\",\"Path\":\"/data/1324.mkv\"},"
                + "{\"Id\":\"mediasource_1342\",\"Path\":\"/data/1342.mkv\"}");
        links.fetcher.on(
                ALIST,
                request -> link(
                        new String(request.body(), StandardCharsets.UTF_8).contains("1342")
                                ? "http://d/2"
                                : "http://d/1"));

        assertThat(links.location(play("/videos/1324/stream?MediaSourceId=mediasource_1342")))
                .isEqualTo("http://d/2");
        assertThat(links.location(play("/videos/1324/stream?mediaSourceId=mediasource_1324")))
                .isEqualTo("http://d/1");
        links.assertRelayed(Relayed.EMBY_NOT_FOUND, play("/videos/1324/stream?MediaSourceId=gone"));
        assertThat(links.location(play("/videos/1324/stream"))).isEqualTo("http://d/1");
    }

    @Test
    void theOnlySourceFitsWhateverVersionIsAskedFor() {
        assertThat(links.location(play("/videos/12/stream?MediaSourceId=as_an_older_app_calls_it")))
                .isEqualTo("http://drive.example/a.mkv?sign=1");
    }

    @Test
    void anAddressInAStrmFileIsSentOnDirectly() {
        links.source("{\"Path\":\"http://tv.example/d/电 1.mkv\",\"Protocol\":\"Http\",\"IsRemote\":true,\"Size\":5}");

        assertThat(links.location(play("/videos/12/stream"))).isEqualTo("http://tv.example/d/%E7%94%B5%201.mkv");
        assertThat(links.fetcher.asked(ALIST)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"http://u:p@tv.example/x", "http://tv example/x"})
    void anUnfitAddressInAStrmFileIsNot(String path) {
        links.source("{\"Path\":\"" + path + "\"}");

        links.assertRelayed(Relayed.SOURCE_UNFIT, play("/videos/12/stream"));
    }

    @Test
    void aDownloadNeedsEmbysPermission() {
        links.fetcher.on("/Items?", 200, "{\"Items\":[{\"Id\":\"12\",\"Path\":\"/data/a.mkv\",\"CanDownload\":true}]}");
        assertThat(links.location(play("/Items/12/Download"))).isEqualTo("http://drive.example/a.mkv?sign=1");

        links.fetcher.on(
                "/Items?", 200, "{\"Items\":[{\"Id\":\"13\",\"Path\":\"/data/a.mkv\",\"CanDownload\":false}]}");
        links.assertRelayed(Relayed.NOT_DOWNLOADABLE, play("/emby/items/13/download"));
        assertThat(links.location(play("/videos/13/stream")))
                .as("playing is another right")
                .isNotNull();
    }

    @Test
    void countersTellWhatHappened() {
        links.decide(play("/videos/12/stream"));
        links.decide(play("/videos/12/stream"));
        links.decide(play("/videos/12/stream"));

        assertThat(links.services.count("direct_links_resolved")).isEqualTo(1);
        assertThat(links.services.count("direct_link_cache_hits")).isEqualTo(2);
    }
}
