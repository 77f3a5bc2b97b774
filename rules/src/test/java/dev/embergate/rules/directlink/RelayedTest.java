package dev.embergate.rules.directlink;

import static dev.embergate.rules.directlink.DirectLinks.ALIST;
import static dev.embergate.rules.directlink.DirectLinks.EMBY;
import static dev.embergate.rules.directlink.DirectLinks.known;
import static dev.embergate.rules.directlink.DirectLinks.play;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.embergate.engine.spi.Fetcher;
import dev.embergate.engine.spi.Fetcher.FetchException.Kind;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.testkit.HeadOf;
import dev.embergate.rules.testkit.ContextOf;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** What does not end in a redirect goes to Emby as it came. */
class RelayedTest {
    private final DirectLinks links = new DirectLinks();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200|{\"code\":401}|ALIST_UNAUTHORISED",
                "200|{\"code\":403}|ALIST_FORBIDDEN",
                "200|{\"code\":404}|ALIST_NOT_FOUND",
                "200|{\"code\":429}|ALIST_BUSY",
                "200|{\"code\":500,\"message\":\"\"}|ALIST_FAILED",
                "500|''|ALIST_FAILED",
                "200|<html>|ALIST_MALFORMED",
                "200|{\"code\":200,\"data\":{\"is_dir\":true,\"raw_url\":\"x\"}}|ALIST_MALFORMED",
            })
    void whateverAlistSaysBesidesALink(int status, String body, Relayed why) {
        links.fetcher.on(ALIST, status, body);

        links.assertRelayed(why, play("/videos/12/stream"));
    }

    @ParameterizedTest
    @CsvSource({"401,EMBY_REFUSED", "403,EMBY_REFUSED", "404,EMBY_NOT_FOUND", "500,EMBY_DOWN", "502,EMBY_DOWN"})
    void whateverEmbySaysBesidesASource(int status, Relayed why) {
        links.fetcher.on(EMBY, status, "").on("/Items?", status, "");

        links.assertRelayed(why, play("/videos/12/stream"));
        assertThat(links.fetcher.asked(ALIST)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void eitherServerDown(Kind kind) {
        links.fetcher.failing(ALIST, kind);
        links.assertRelayed(Relayed.ALIST_DOWN, play("/videos/12/stream"));

        links.make().fetcher.failing(EMBY, kind);
        links.assertRelayed(Relayed.EMBY_DOWN, play("/videos/12/stream"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"Path\":\"http://tv.example/x\",\"IsInfiniteStream\":true}|LIVE",
                "{\"Path\":\"tuner\",\"RequiresOpening\":true}|LIVE",
                "{\"Path\":\"http://d.example/x\",\"RequiredHttpHeaders\":{\"Cookie\":\"a\"}}|NEEDS_HEADERS",
                "{\"Path\":\"/local/a.mkv\"}|LOCAL",
                "{\"Path\":\"\\\\\\\\NAS\\\\own\\\\a.mkv\"}|LOCAL",
                "{\"Path\":\"//nas/own/a.mkv\"}|LOCAL",
                "{\"Path\":\"/localhost/a.mkv\"}|UNMAPPED",
                "{\"Path\":\"/database/a.mkv\"}|UNMAPPED",
                "{\"Path\":\"/data/../etc/passwd\"}|UNMAPPED",
                "{\"Path\":\"/data/a.STRM\"}|UNMAPPED",
                "{\"Path\":\"rtsp://cam.example/x\"}|UNMAPPED",
                "{\"Path\":\"\\\\\\\\other\\\\a.mkv\"}|UNMAPPED",
            })
    void sourcesThatOnlyEmbyCanDeliver(String source, Relayed why) {
        links.source(source);

        links.assertRelayed(why, play("/videos/12/stream"));
        assertThat(links.fetcher.asked(ALIST)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/videos/12/stream?Static=false,CONVERSION",
        "/videos/12/stream.ts?static=False&VideoCodec=h264,CONVERSION",
        "/videos/12/stream.m3u8,CONVERSION",
        "/videos/1%3Fx/stream,NO_ITEM",
        "/videos/a b/stream,NO_ITEM",
    })
    void requestsThatAskForSomethingElse(String target, Relayed why) {
        links.assertRelayed(why, play(target));
        assertThat(links.fetcher.asked()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "mkv,'mp3,mkv',true",
        "mkv,'mp3|mp3,MKV|flac',true",
        "'mov,mp4,m4a','opus,m4a|aac',true",
        "flac,'mp3,opus',false",
        "flac,'',true",
        "'','mp3',true",
    })
    void anAudioPlayerOnlyGetsWhatItTakes(String container, String taken, boolean redirected) {
        links.source("{\"Path\":\"/data/a\",\"Container\":\"" + container + "\"}");
        HeadOf request = play("/Audio/12/universal?Container=" + taken.replace("|", "%7C"));

        for (int i = 0; i < 2; i++) {
            Outcome outcome = links.decide(request);
            assertThat(outcome instanceof Outcome.Redirect).as("time " + i).isEqualTo(redirected);
        }
        assertThat(links.decide(play("/Audio/12/stream?Container=" + taken.replace("|", "%7C"))))
                .isInstanceOf(Outcome.Redirect.class);
    }

    @Test
    void aNameEmbyDoesNotKnowIsTakenOffForIt() {
        links.fetcher.on(ALIST, 200, "{\"code\":404}");

        Outcome outcome = links.decide(play("/emby/Videos/12/stream/a%20film.mkv?Static=true&x=%7C|"));

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Forward.class, forward -> {
            assertThat(forward.upstream()).isEmpty();
            assertThat(forward.edits().target()).isEqualTo("/emby/Videos/12/stream?Static=true&x=%7C%7C");
        });
    }

    @Test
    @Timeout(20)
    void aLookUpThatTakesTooLongEndsWithEmby() {
        links.timeout = Duration.ofMillis(50);
        links.make().fetcher.hold();

        links.assertRelayed(Relayed.SLOW, play("/videos/12/stream"));

        links.fetcher.release();
        assertThat(links.location(play("/videos/12/stream")))
                .as("the answer came late, for the next one")
                .isEqualTo("http://drive.example/a.mkv?sign=1");
        assertThat(links.fetcher.asked(EMBY)).hasSize(1);
    }

    @Test
    void aFetcherThatBreaksItsWordCostsNothingButTheRedirect() {
        Fetcher broken = request -> {
            throw new IllegalStateException("t0k");
        };

        Outcome outcome = links.rule.decide(play("/videos/12/stream"), ContextOf.params(broken, "id", "12"));

        assertThat(known(outcome)).isSameAs(Relayed.FAILED.pass());
        assertThat(links.location(play("/videos/13/stream"))).isNotEmpty();
    }

    @Test
    void everyReasonHasALabelOfItsOwn() {
        assertThat(Relayed.values())
                .extracting(Relayed::label)
                .doesNotHaveDuplicates()
                .allMatch(l -> l.matches("[a-z_]+"));
    }

    @Test
    void neitherTokenNorLinkIsEverLogged() {
        Logger logger = (Logger) LoggerFactory.getLogger("dev.embergate.rules");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Level before = logger.getLevel();
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.TRACE);
        try {
            links.decide(play("/videos/12/stream?api_key=t0k"));
            links.fetcher.on(ALIST, 200, "{\"code\":401}").on(EMBY, 401, "");
            links.decide(play("/videos/13/stream/s3cret-name?api_key=t0k"));
            links.make().source("{\"Path\":\"/data/a.mkv\"}");
            links.decide(play("/videos/14/stream?api_key=t0k"));
            Fetcher broken = request -> {
                throw new IllegalStateException(request.uri().toString());
            };
            links.rule.decide(play("/videos/99/stream?api_key=t0k"), ContextOf.params(broken, "id", "99"));
        } finally {
            logger.detachAppender(lines);
            logger.setLevel(before);
        }
        assertThat(lines.list).anyMatch(line -> line.getLevel() == Level.WARN);
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .allSatisfy(line ->
                        assertThat(line).doesNotContain("t0k", "drive.example", "sign=1", "s3cret", "alist-t0ken"));
        assertThat(lines.list).allMatch(line -> line.getThrowableProxy() == null);
    }
}
