package dev.embergate.rules.testkit.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FakeEmbyTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String IDENTITY =
            "Emby UserId=\"\", Client=\"Test, the client\", Device=TV, DeviceId=\"d 1\", Version=\"1.0\"";

    private final FakeEmby emby = FakeEmby.start();
    private final Asking asking = new Asking(emby.origin());

    @AfterEach
    void stop() {
        asking.close();
        emby.close();
    }

    private static JsonNode json(HttpResponse<byte[]> response) throws IOException {
        assertThat(response.statusCode())
                .describedAs(new String(response.body()))
                .isEqualTo(200);
        return MAPPER.readTree(response.body());
    }

    private JsonNode get(String target) throws IOException {
        return json(asking.get(target, "X-Emby-Token", emby.token(FakeEmby.USER)));
    }

    @Test
    void everyRouteOfTheFactsIsServedAndNoOther() {
        TreeSet<String> known = new TreeSet<>();
        new EmbyShapes().facts().routes().forEach(route -> known.add(route.name()));
        assertThat(new TreeSet<>(emby.handledRoutes())).isEqualTo(known);
    }

    @Test
    void aLoginGivesATokenThatOpensTheRestUntilItIsLoggedOut() throws IOException {
        JsonNode login = json(asking.send(
                "POST",
                "/emby/users/authenticatebyname",
                "{\"Username\":\"mei\",\"Pw\":\"ember\"}",
                "X-Emby-Authorization",
                IDENTITY,
                "Content-Type",
                "application/json"));
        String token = login.path("AccessToken").asText();
        assertThat(login.at("/SessionInfo/DeviceId").asText()).isEqualTo("d 1");
        assertThat(login.at("/SessionInfo/Client").asText()).isEqualTo("Test, the client");

        String me = "/Users/" + login.at("/User/Id").asText();
        assertThat(asking.get(me + "?X-Emby-Token=" + token).statusCode()).isEqualTo(200);
        assertThat(asking.send("POST", "/Sessions/Logout?api_key=" + token, "").statusCode())
                .isEqualTo(204);
        HttpResponse<byte[]> refused = asking.get(me + "?api_key=" + token);
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.body()).asString().isEqualTo(FakeEmby.BAD_TOKEN);
        assertThat(emby.violations()).isEmpty();
    }

    @Test
    void aWrongPasswordIsRefused() {
        HttpResponse<byte[]> refused = asking.send(
                "POST",
                "/Users/AuthenticateByName",
                "{\"Username\":\"mei\",\"Pw\":\"Ember\"}",
                "X-Emby-Authorization",
                IDENTITY);
        assertThat(refused.statusCode()).isEqualTo(401);
    }

    @Test
    void everyPlaceForATokenIsRead() {
        String token = emby.token(FakeEmby.USER);
        for (String query : List.of("api_key", "X-Emby-Token", "x-emby-token", "access_token", "ApiKey")) {
            assertThat(asking.get("/System/Info?" + query + "=" + token).statusCode())
                    .describedAs(query)
                    .isEqualTo(200);
        }
        for (String header : List.of("X-Emby-Token", "X-MediaBrowser-Token")) {
            assertThat(asking.get("/System/Info", header, token).statusCode())
                    .describedAs(header)
                    .isEqualTo(200);
        }
        for (String header : List.of("X-Emby-Authorization", "Authorization")) {
            assertThat(asking.get("/System/Info", header, "MediaBrowser Token=\"\", Client=a b, Token=" + token)
                            .statusCode())
                    .describedAs(header)
                    .isEqualTo(200);
        }
        String inQuery = "MediaBrowser%20Token%3D%22" + token + "%22";
        assertThat(asking.get("/System/Info?X-Emby-Authorization=" + inQuery).statusCode())
                .isEqualTo(200);
        assertThat(asking.get("/System/Info", "Authorization", "Bearer " + token)
                        .statusCode())
                .isEqualTo(200);
        assertThat(asking.get("/System/Info").statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Users/{u}/Views",
                "/emby/users/{u}/views",
                "/Users/{u}/Items?Recursive=true&Fields=Path,MediaSources,MediaStreams,ProviderIds,Overview,ParentId,Container",
                "/Users/{u}/Items/1001",
                "/Users/{u}/Items/Latest",
                "/Users/{u}/Items/Resume",
                "/Users/{u}",
                "/Users/Public",
                "/Shows/NextUp?UserId={u}",
                "/Shows/1400/Seasons?UserId={u}",
                "/EMBY/shows/1400/EPISODES?userid={u}",
                "/Items?Ids=1001,1324&Fields=Path,MediaSources",
                "/Items/Counts",
                "/Items/1001/PlaybackInfo?UserId={u}",
                "/System/Info",
                "/mediabrowser/System/Info/Public",
                "/System/Endpoint",
                "/Branding/Configuration",
                "/Sessions",
                "/DisplayPreferences/usersettings?UserId={u}&Client=emby"
            })
    void answersHaveTheShapeOfTheInterface(String target) throws IOException {
        get(target.replace("{u}", emby.userId(FakeEmby.USER)));
        assertThat(emby.violations()).isEmpty();
    }

    @Test
    void listsHoldPathsOnlyWhenAskedForThem() throws IOException {
        assertThat(get("/Items?Ids=1001").at("/Items/0").has("Path")).isFalse();
        JsonNode item = get("/Items?Ids=1001&Fields=Path,MediaSources").at("/Items/0");
        assertThat(item.path("Path").asText()).isEqualTo(Catalogue.FILM_PATH);
        assertThat(item.at("/MediaSources/0/Id").asText()).isEqualTo("mediasource_1001");
    }

    @Test
    void aVersionIsAnItemOfItsOwn() throws IOException {
        JsonNode item = get("/Items?Ids=1342&Fields=MediaSources").at("/Items/0");
        assertThat(item.at("/MediaSources/0/Id").asText()).isEqualTo(Catalogue.SECOND_VERSION);
        assertThat(item.at("/MediaSources/1/Id").asText()).isEqualTo(Catalogue.FIRST_VERSION);
    }

    @Test
    void usersSeeOnlyTheirLibraries() throws IOException {
        String child = emby.token(FakeEmby.CHILD);
        assertThat(json(asking.get("/Items?Ids=1001,1411", "X-Emby-Token", child))
                        .path("TotalRecordCount")
                        .asInt())
                .isEqualTo(1);
        assertThat(asking.get("/Videos/1001/stream?api_key=" + child).statusCode())
                .isEqualTo(404);
        assertThat(asking.get("/Users/" + emby.userId(FakeEmby.USER), "X-Emby-Token", child)
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void pagesAreCutOutAndCounted() throws IOException {
        JsonNode page = get("/Items?Recursive=true&IncludeItemTypes=Movie&StartIndex=1&Limit=2");
        assertThat(page.path("TotalRecordCount").asInt()).isEqualTo(4);
        assertThat(page.at("/Items/0/Id").asText()).isEqualTo(Catalogue.STRM);
        assertThat(page.path("Items")).hasSize(2);
    }

    @Test
    void aProfileDecidesBetweenSendingAndTranscoding() throws IOException {
        String token = emby.token(FakeEmby.USER);
        String profile = "{\"DeviceProfile\":{\"DirectPlayProfiles\":[{\"Type\":\"Video\",\"Container\":\"%s\"}]}}";
        String target = "/Items/1324/PlaybackInfo?MediaSourceId=mediasource_1342&api_key=" + token;
        JsonNode direct = json(asking.send("POST", target, profile.formatted("mkv,mp4"), "Content-Type", "text/plain"));
        assertThat(direct.path("MediaSources")).hasSize(1);
        assertThat(direct.at("/MediaSources/0/Id").asText()).isEqualTo("mediasource_1342");
        String url = direct.at("/MediaSources/0/DirectStreamUrl").asText();
        assertThat(url).startsWith("/videos/1342/original.mp4?");
        assertThat(asking.get(url).body()).isEqualTo(Film.content().bytes());

        JsonNode transcoded = json(asking.send("POST", target, profile.formatted("avi")));
        assertThat(transcoded.at("/MediaSources/0/SupportsDirectPlay").asBoolean())
                .isFalse();
        assertThat(transcoded.at("/MediaSources/0/TranscodingUrl").asText()).startsWith("/videos/1342/master.m3u8?");
        JsonNode any = json(asking.send("POST", "/Items/1324/PlaybackInfo?api_key=" + token, ""));
        assertThat(any.path("MediaSources")).hasSize(2);
        assertThat(emby.count("POST /Items/{Id}/PlaybackInfo")).isEqualTo(3);
        assertThat(emby.violations()).isEmpty();
    }

    @Test
    void requestsThatBreakTheInterfaceAreRefusedByTheFactTheyBreakAndKept() {
        String token = emby.token(FakeEmby.USER);
        HttpResponse<byte[]> missing = asking.get("/Items/1001/PlaybackInfo?api_key=" + token);
        assertThat(missing.statusCode()).isEqualTo(400);
        assertThat(missing.body()).asString().contains("GET /Items/{Id}/PlaybackInfo UserId: missing");
        asking.get("/Items?Limit=ten&api_key=" + token);
        asking.send(
                "POST",
                "/Items/1001/PlaybackInfo?api_key=" + token,
                "{\"MediaSourceId\":[1],\"IsPlayback\":\"maybe\"}");
        assertThat(emby.violations())
                .anyMatch(violation -> violation.contains("Limit: ten (expected: a int32)"))
                .anyMatch(violation -> violation.contains("body.MediaSourceId"))
                .anyMatch(violation -> violation.contains("body.IsPlayback"));
    }

    @Test
    void theFilmIsServedInRangesUnderAllItsAddresses() {
        String token = emby.token(FakeEmby.USER);
        byte[] film = Film.content().bytes();
        for (String target : List.of(
                "/Videos/1001/stream",
                "/emby/videos/1001/stream.mp4",
                "/videos/1001/original.mp4",
                "/Items/1001/Download")) {
            HttpResponse<byte[]> part = asking.get(target + "?Static=true&api_key=" + token, "Range", "bytes=100-199");
            assertThat(part.statusCode()).describedAs(target).isEqualTo(206);
            assertThat(part.headers().firstValue("Content-Range")).hasValue("bytes 100-199/" + film.length);
            assertThat(part.body()).isEqualTo(java.util.Arrays.copyOfRange(film, 100, 200));
        }
        assertThat(asking.get("/Videos/1001/nothing.mp4?api_key=" + token).statusCode())
                .isEqualTo(404);
        assertThat(asking.get("/Audio/1500/universal?api_key=" + token)
                        .headers()
                        .firstValue("Content-Type"))
                .hasValue("audio/wav");
        HttpResponse<byte[]> head = asking.send("HEAD", "/Videos/1001/stream?api_key=" + token, "");
        assertThat(head.headers().firstValue("Content-Length")).hasValue(Integer.toString(film.length));
    }

    @Test
    void reportsOfPlayersAreKeptAndChangeWhatIsResumed() throws IOException {
        String token = emby.token(FakeEmby.USER);
        String body = "{\"ItemId\":1001,\"PositionTicks\":100000000,\"PlayMethod\":\"directplay\"}";
        for (String kind : List.of("", "/Progress", "/Stopped")) {
            assertThat(asking.send("POST", "/Sessions/Playing" + kind + "?api_key=" + token, body)
                            .statusCode())
                    .isEqualTo(204);
        }
        assertThat(emby.reports()).extracting(FakeEmby.Report::kind).containsExactly("Start", "Progress", "Stopped");
        JsonNode resume = get("/Users/" + emby.userId(FakeEmby.USER) + "/Items/Resume");
        assertThat(resume.at("/Items/0/UserData/PlaybackPositionTicks").asLong())
                .isEqualTo(100_000_000);
        assertThat(emby.violations()).isEmpty();
    }

    @Test
    void textIsPackedForWhoTakesGzipAndOnlyForThem() throws IOException {
        HttpResponse<byte[]> packed = asking.get("/System/Info/Public", "Accept-Encoding", "br;q=0, gzip");
        assertThat(packed.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(packed.headers().firstValue("Transfer-Encoding")).hasValue("chunked");
        byte[] plain = new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes();
        assertThat(MAPPER.readTree(plain).path("Version").asText()).isEqualTo(EmbyDtos.VERSION);
        assertThat(asking.get("/System/Info/Public", "Accept-Encoding", "gzip;q=0")
                        .headers()
                        .firstValue("Content-Encoding"))
                .isEmpty();
    }

    @Test
    void imagesNeedNoTokenAndAreRealAndValidated() throws IOException {
        HttpResponse<byte[]> image = asking.get("/Items/1001/Images/Primary?MaxWidth=300");
        assertThat(ImageIO.read(new ByteArrayInputStream(image.body())).getHeight())
                .isEqualTo(180);
        String etag = image.headers().firstValue("ETag").orElseThrow();
        assertThat(asking.get("/Items/1001/Images/Primary", "If-None-Match", etag)
                        .statusCode())
                .isEqualTo(304);
    }

    @Test
    void theWebClientIsThere() {
        assertThat(asking.get("/emby/web/index.html").body()).asString().contains("余烬");
        assertThat(asking.get("/web/JS/app.js").headers().firstValue("Content-Type"))
                .hasValue("text/javascript; charset=utf-8");
        assertThat(asking.get("/web/nothing.js").statusCode()).isEqualTo(404);
    }

    @Test
    void itFailsOnCommandAndRecovers() {
        String target = "/System/Info/Public";
        emby.fail(new Fault.Status(500));
        assertThat(asking.get(target).statusCode()).isEqualTo(500);
        emby.fail(new Fault.Slow(Duration.ofMillis(300)));
        long before = System.nanoTime();
        assertThat(asking.get(target).statusCode()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        emby.fail(new Fault.Cut(10));
        assertThatThrownBy(() -> asking.get(target)).isInstanceOf(UncheckedIOException.class);
        emby.down();
        assertThatThrownBy(() -> asking.get(target)).isInstanceOf(UncheckedIOException.class);
        emby.recover();
        assertThat(asking.get(target).statusCode()).isEqualTo(200);
    }

    @Test
    void aFaultCanStrikeSomeRequestsOnly() {
        emby.fail(new Fault.Hang(), request -> request.path().equals("/System/Ping"));
        assertThat(asking.get("/System/Info/Public").statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> asking.client()
                        .send(
                                java.net.http.HttpRequest.newBuilder(
                                                emby.origin().resolve("/System/Ping"))
                                        .timeout(Duration.ofMillis(300))
                                        .build(),
                                java.net.http.HttpResponse.BodyHandlers.discarding()))
                .isInstanceOf(HttpTimeoutException.class);
    }

    @Test
    void requestsAreRecordedAsTheyCame() {
        asking.send("POST", "/emby/Nowhere?A=1&a=2", "hello", "X-Probe", "yes");
        FakeRequest request = emby.requests().getLast();
        assertThat(request.target()).isEqualTo("/emby/Nowhere?A=1&a=2");
        assertThat(request.query("a")).isEqualTo("1");
        assertThat(request.header("x-probe")).isEqualTo("yes");
        assertThat(request.bodyText()).isEqualTo("hello");
        assertThat(emby.count("other")).isEqualTo(1);
    }
}
