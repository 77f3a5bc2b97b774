package dev.embergate.rules.emby;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.Fetcher;
import dev.embergate.engine.spi.Fetcher.FetchException.Kind;
import dev.embergate.engine.testkit.HeadOf;
import dev.embergate.rules.emby.EmbyAnswer.Why;
import dev.embergate.rules.testkit.ScriptedFetcher;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmbyClientTest {
    private static final String SOURCES = """
            {"MediaSources":[
              {"Id":"mediasource_12","Path":"/m/a.mkv","Container":"mkv","Size":46800000000,"Protocol":"File","Name":"4K",
               "IsRemote":false,"IsInfiniteStream":false,"RequiresOpening":false,"RequiredHttpHeaders":{}},
              {"Id":"f7015ea39552171e139f185eb67e7fcc","Path":"http://d.example/x","Protocol":"Http","IsRemote":true,
               "RequiredHttpHeaders":{"Cookie":"x"}},
              {"Id":"placeholder"},
              {"Id":"live","Path":"http://tv.example/","IsInfiniteStream":true,"RequiresOpening":true}],
             "PlaySessionId":"p"}""";

    private final ScriptedFetcher fetcher = new ScriptedFetcher();
    private final EmbyClient client = new EmbyClient(URI.create("http://emby.example:8096/"), Duration.ofSeconds(5));
    private final EmbyItemId item = new EmbyItemId("12");

    @Test
    void sourcesAreReadWithAllThatDecides() {
        fetcher.on("/PlaybackInfo", 200, SOURCES);

        PlayableItem playable = found(playable("", ""));

        assertThat(playable.sources()).hasSize(3);
        assertThat(playable.source(""))
                .isEqualTo(new MediaSource(
                        "mediasource_12",
                        "/m/a.mkv",
                        "mkv",
                        46_800_000_000L,
                        "File",
                        "4K",
                        "",
                        false,
                        false,
                        false,
                        false));
        assertThat(playable.source("F7015EA39552171E139F185EB67E7FCC")).satisfies(source -> {
            assertThat(source.remote()).isTrue();
            assertThat(source.needsHeaders()).isTrue();
            assertThat(source.size()).isEqualTo(-1);
        });
        assertThat(playable.source("live").infinite()).isTrue();
        assertThat(playable.source("live").needsOpening()).isTrue();
        assertThat(playable.source("mediasource_1")).as("unknown id").isNull();
    }

    @Test
    void theCallersTokenGoesInTheFormItCameAndNothingElse() {
        fetcher.on("/PlaybackInfo", 200, SOURCES);

        playable("mediasource_12", "a&b");

        Fetcher.Request request = fetcher.asked().getFirst();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.uri())
                .hasToString("http://emby.example:8096/Items/12/PlaybackInfo?reqformat=json&IsPlayback=false"
                        + "&AutoOpenLiveStream=false&MediaSourceId=mediasource_12&UserId=a%26b&api_key=t0k");
        assertThat(request.body()).asString(StandardCharsets.US_ASCII).isEqualTo("{}");
        assertThat(request.headers().first("Content-Type")).isEqualTo("application/json");
        assertThat(request.headers().first("X-Forwarded-For")).isEqualTo("127.0.0.1");
        assertThat(request.headers().first("X-Emby-Token")).isNull();
        assertThat(request.timeout()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aTokenInAFieldStaysOutOfTheAddress() {
        fetcher.on("/PlaybackInfo", 200, SOURCES);
        EmbyToken token = EmbyToken.of(HeadOf.get("/x", "Authorization", "MediaBrowser Token=\"t0k\""));

        client.playable(fetcher, new EmbyCaller(token, InetAddress.getLoopbackAddress()), item, "", "");

        assertThat(fetcher.asked().getFirst().uri().toString()).doesNotContain("t0k");
        assertThat(fetcher.asked().getFirst().headers().first("Authorization")).isEqualTo("MediaBrowser Token=\"t0k\"");
    }

    @ParameterizedTest
    @CsvSource({"404,''", "400,''", "200,{}", "200,'{\"MediaSources\":[]}'", "200,<html>", "200,''", "200,[]"})
    void withoutSourcesTheItemListIsAsked(int status, String body) {
        fetcher.on("/PlaybackInfo", status, body);
        fetcher.on("/Items?", 200, "{\"Items\":[{\"Id\":\"12\",\"Path\":\"/m/b.flac\",\"Container\":\"flac\"}]}");

        assertThat(found(playable("", "")).source("").path()).isEqualTo("/m/b.flac");
        assertThat(fetcher.asked()).hasSize(2);
        assertThat(fetcher.asked().getLast().uri())
                .hasToString("http://emby.example:8096/Items?Fields=Path,MediaSources,CanDownload&Limit=1&Ids=12"
                        + "&api_key=t0k");
    }

    @ParameterizedTest
    @CsvSource({"mediasource_77,77", "MediaSource_78,78", "f7015ea39552171e139f185eb67e7fcc,12", "'',12"})
    void aNumberedVersionIsAskedForByItsOwnItem(String mediaSourceId, String ids) {
        fetcher.on("/Items?", 200, "{\"Items\":[]}");

        download(mediaSourceId);

        assertThat(fetcher.asked().getFirst().uri().getQuery()).contains("Ids=" + ids + "&");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void aRefusalIsFinal(int status) {
        fetcher.on("/PlaybackInfo", status, "Access token is invalid or expired.");

        assertThat(why(playable("", ""))).isEqualTo(Why.REFUSED);
        assertThat(fetcher.asked()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NotAllowed", "RateLimitExceeded"})
    void aUserWhoMayNotPlayIsRefusedForGood(String code) {
        fetcher.on("/PlaybackInfo", 200, "{\"MediaSources\":[],\"ErrorCode\":\"" + code + "\"}");
        fetcher.on("/Items?", 200, "{\"Items\":[{\"Id\":\"12\",\"Path\":\"/media/a.mkv\"}]}");

        assertThat(why(playable("", ""))).isEqualTo(Why.REFUSED);
        assertThat(fetcher.asked()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void noAnswerMeansDown(Kind kind) {
        fetcher.failing("/PlaybackInfo", kind);

        assertThat(why(playable("", ""))).isEqualTo(Why.DOWN);
        assertThat(fetcher.asked()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "500,'',DOWN",
        "503,'',DOWN",
        "404,'',NOT_FOUND",
        "418,'',MALFORMED",
        "200,{},MALFORMED",
        "200,{,MALFORMED",
        "200,'{\"Items\":[]}',NOT_FOUND",
        "200,'{\"Items\":[{}]}',NOT_FOUND",
        "302,'',MALFORMED",
        "401,'',REFUSED",
    })
    void everyOtherAnswerHasItsName(int status, String body, Why why) {
        fetcher.on("/Items?", status, body);

        assertThat(why(download(""))).isEqualTo(why);
    }

    @ParameterizedTest
    @CsvSource({"false,true", "true,false", "null,false"})
    void onlyAPlainNoRefusesADownload(String canDownload, boolean refused) {
        fetcher.on("/Items?", 200, "{\"Items\":[{\"Path\":\"/a\",\"CanDownload\":" + canDownload + "}]}");

        assertThat(found(download("")).downloadRefused()).isEqualTo(refused);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1/2",
                "1?x",
                "é",
                "..",
                "a b",
                "12345678901234567890123456789012345678901234567890123456789012345"
            })
    void whatIsNoItemIdIsNull(String text) {
        assertThat(EmbyItemId.parse(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1", "999999899", "f7015ea39552171e139f185eb67e7fcc", "f7015ea3-9552-171e-139f-185eb67e7fcc"})
    void everyKindOfItemIdIsTaken(String text) {
        assertThat(EmbyItemId.parse(text)).hasToString(text);
    }

    private EmbyAnswer<PlayableItem> playable(String mediaSourceId, String userId) {
        return client.playable(fetcher, caller(), item, mediaSourceId, userId)
                .toCompletableFuture()
                .join();
    }

    private EmbyAnswer<PlayableItem> download(String mediaSourceId) {
        return client.download(fetcher, caller(), item, mediaSourceId, "")
                .toCompletableFuture()
                .join();
    }

    private static EmbyCaller caller() {
        return new EmbyCaller(EmbyToken.of(HeadOf.get("/x?api_key=t0k")), InetAddress.getLoopbackAddress());
    }

    private static PlayableItem found(EmbyAnswer<PlayableItem> answer) {
        assertThat(answer).isInstanceOf(EmbyAnswer.Found.class);
        return ((EmbyAnswer.Found<PlayableItem>) answer).value();
    }

    private static Why why(EmbyAnswer<PlayableItem> answer) {
        assertThat(answer).isInstanceOf(EmbyAnswer.Failed.class);
        return ((EmbyAnswer.Failed<PlayableItem>) answer).why();
    }
}
