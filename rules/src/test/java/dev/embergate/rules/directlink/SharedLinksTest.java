package dev.embergate.rules.directlink;

import static dev.embergate.rules.directlink.DirectLinks.ALIST;
import static dev.embergate.rules.directlink.DirectLinks.EMBY;
import static dev.embergate.rules.directlink.DirectLinks.known;
import static dev.embergate.rules.directlink.DirectLinks.link;
import static dev.embergate.rules.directlink.DirectLinks.play;
import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.Client;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.testkit.HeadOf;
import dev.embergate.rules.testkit.ScriptedFetcher;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who gets whose answer, and how often the servers are asked. */
class SharedLinksTest {
    private final DirectLinks links = new DirectLinks();

    @Test
    void twentyIdenticalPlaysAskOnce() {
        links.fetcher.hold();
        List<Outcome> said = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            said.add(links.said(play("/videos/12/stream?PlaySessionId=" + i + "&StartTimeTicks=" + i)));
        }
        assertThat(said).allMatch(outcome -> outcome instanceof Outcome.Later);
        links.fetcher.release();

        assertThat(said).allMatch(outcome -> known(outcome) instanceof Outcome.Redirect);
        assertThat(links.fetcher.asked(EMBY)).hasSize(1);
        assertThat(links.fetcher.asked(ALIST)).hasSize(1);
    }

    @Test
    void twentyPlayersGetTwentyLinks() {
        links.fetcher.on(
                ALIST, request -> link("http://d.example/" + request.headers().first("User-Agent")));
        links.fetcher.hold();
        List<Outcome> said = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            said.add(links.said(HeadOf.get("/videos/12/stream", "User-Agent", "P" + i, "X-Emby-Token", "t0k")));
        }
        links.fetcher.release();

        Set<String> locations = said.stream()
                .map(outcome -> ((Outcome.Redirect) known(outcome)).location().toString())
                .collect(Collectors.toSet());
        assertThat(locations).hasSize(20);
        assertThat(links.fetcher.asked(ALIST)).hasSize(20);
        assertThat(links.fetcher.asked(EMBY))
                .as("one token, one word of Emby's")
                .hasSize(1);
    }

    @Test
    void playersShareALinkWhenTheDriveDoesNotCare() {
        links.bindUserAgent = false;
        links.make();

        links.decide(HeadOf.get("/videos/12/stream", "User-Agent", "P1", "X-Emby-Token", "t0k"));
        links.decide(HeadOf.get("/videos/12/stream", "User-Agent", "P2", "X-Emby-Token", "t0k"));

        assertThat(links.fetcher.asked(ALIST)).hasSize(1);
    }

    @Test
    void aKnownLinkIsGivenWithoutWaiting() {
        links.decide(play("/videos/12/stream"));

        assertThat(links.said(play("/emby/Videos/12/stream.mkv"))).isInstanceOf(Outcome.Redirect.class);
        assertThat(links.fetcher.asked()).hasSize(2);
    }

    @Test
    void anotherTokenNeverGetsAKnownLinkBeforeEmbyAcceptsIt() {
        links.decide(play("/videos/12/stream"));
        links.fetcher.on(
                EMBY,
                request -> ScriptedFetcher.json(
                        "good".equals(request.headers().first("X-Emby-Token")) ? 200 : 401,
                        "{\"MediaSources\":[{\"Path\":\"/data/a.mkv\"}]}"));

        links.assertRelayed(Relayed.EMBY_REFUSED, with("revoked"));
        assertThat(links.location(with("good"))).isEqualTo("http://drive.example/a.mkv?sign=1");
        assertThat(links.fetcher.asked(EMBY)).hasSize(3);
        assertThat(links.fetcher.asked(ALIST))
                .as("one file, one player: one link")
                .hasSize(1);
    }

    @Test
    void noTokenNeverGetsAKnownLink() {
        links.decide(play("/videos/12/stream"));

        links.assertRelayed(Relayed.NO_TOKEN, HeadOf.get("/videos/12/stream", "User-Agent", "Player/1"));
        links.assertRelayed(Relayed.NO_TOKEN, HeadOf.get("/videos/12/stream?api_key=", "User-Agent", "Player/1"));
    }

    @Test
    void aTokenThatLooksLikeASubtitleIsCheckedLikeAnyOther() {
        links.fetcher.on(EMBY, 401, "");

        links.assertRelayed(Relayed.EMBY_REFUSED, HeadOf.get("/videos/12/stream?x=1&api_key=x.srt"));
    }

    @Test
    void whatEmbyMayDecideByIsNeverShared() throws UnknownHostException {
        links.decide(play("/videos/12/stream"));
        Client elsewhere = new Client(InetAddress.getByName("192.0.2.7"), 1, false, "media.example");

        links.decide(play("/videos/12/stream").from(elsewhere));
        links.decide(play("/videos/12/stream?UserId=u1"));
        links.decide(play("/videos/12/stream?MediaSourceId=m1"));
        links.decide(play("/videos/13/stream"));

        assertThat(links.fetcher.asked(EMBY)).hasSize(5);
        assertThat(links.fetcher.asked(EMBY).get(1).headers().first("X-Forwarded-For"))
                .isEqualTo("192.0.2.7");
        assertThat(links.fetcher.asked(ALIST)).hasSize(1);
    }

    @Test
    void embysWordAndTheLinkEndSeparately() {
        links.acceptance = Duration.ZERO;
        links.make();
        links.decide(play("/videos/12/stream"));
        links.decide(play("/videos/12/stream"));
        assertThat(links.fetcher.asked(EMBY)).hasSize(2);
        assertThat(links.fetcher.asked(ALIST)).hasSize(1);

        links.acceptance = Duration.ofMinutes(1);
        links.ttl = Duration.ZERO;
        links.make();
        links.decide(play("/videos/12/stream"));
        links.decide(play("/videos/12/stream"));
        assertThat(links.fetcher.asked(EMBY)).hasSize(3);
        assertThat(links.fetcher.asked(ALIST)).hasSize(3);
    }

    @Test
    void aFailureIsRememberedForItsOwnTimeOnly() {
        links.failure = Duration.ofSeconds(3);
        links.make().fetcher.on(ALIST, 200, "{\"code\":500,\"message\":\"x\"}");
        links.decide(play("/videos/12/stream"));
        links.decide(play("/videos/12/stream"));
        assertThat(links.fetcher.asked(ALIST)).hasSize(1);

        links.failure = Duration.ZERO;
        links.make();
        links.decide(play("/videos/12/stream"));
        links.fetcher.on(ALIST, request -> link("http://d.example/x"));
        assertThat(links.location(play("/videos/12/stream"))).isEqualTo("http://d.example/x");
    }

    @Test
    void aLiveStreamIsNotRememberedLikeAFile() {
        links.failure = Duration.ZERO;
        links.make().source("{\"Path\":\"http://tv.example/x\",\"IsInfiniteStream\":true}");

        links.assertRelayed(Relayed.LIVE, play("/videos/12/stream"));
        links.assertRelayed(Relayed.LIVE, play("/videos/12/stream"));

        assertThat(links.fetcher.asked(EMBY)).hasSize(2);
    }

    @Test
    void whatIsKeptIsBounded() {
        links.maxEntries = 10;
        links.make()
                .fetcher
                .on(
                        EMBY,
                        request -> ScriptedFetcher.json(
                                200,
                                "{\"MediaSources\":[{\"Path\":\"/data"
                                        + request.uri().getPath() + "\"}]}"));

        for (int i = 0; i < 500; i++) {
            links.decide(play("/videos/" + i + "/stream"));
        }

        assertThat(links.rule.size()).isLessThanOrEqualTo(20);
    }

    private static HeadOf with(String token) {
        return HeadOf.get("/videos/12/stream", "User-Agent", "Player/1", "X-Emby-Token", token);
    }
}
