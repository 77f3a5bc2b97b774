package dev.embergate.rules.directlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.testkit.HeadOf;
import dev.embergate.rules.directlink.AlistRedirectConfig.Alist;
import dev.embergate.rules.directlink.AlistRedirectConfig.Cache;
import dev.embergate.rules.directlink.AlistRedirectConfig.Unmapped;
import dev.embergate.rules.testkit.ContextOf;
import dev.embergate.rules.testkit.JdkFetcher;
import dev.embergate.rules.testkit.ServicesOf;
import dev.embergate.rules.testkit.fake.Catalogue;
import dev.embergate.rules.testkit.fake.FakeAlist;
import dev.embergate.rules.testkit.fake.FakeDrive;
import dev.embergate.rules.testkit.fake.FakeEmby;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rule against servers that hold every request against the real interfaces. */
@Timeout(60)
class FakeServersTest {
    private final FakeDrive drive = FakeDrive.start();
    private final FakeAlist alist = FakeAlist.start(drive, "/115", "alist-key");
    private FakeEmby emby;
    private final JdkFetcher fetcher = new JdkFetcher();
    private AlistRedirect rule;

    @BeforeEach
    void start() throws Exception {
        Catalogue.driveFiles().forEach(drive::put);
        emby = FakeEmby.start(drive.link("/movies/x", "x"));
        rule = (AlistRedirect) new AlistRedirectFactory()
                .create(
                        new AlistRedirectConfig(
                                new Alist(alist.origin().toString(), "alist-key"),
                                "",
                                List.of(new PathRule(Catalogue.MEDIA, "/115")),
                                Unmapped.PASS,
                                List.of(),
                                false,
                                302,
                                true,
                                Duration.ofSeconds(20),
                                new Cache(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ZERO, 100)),
                        new ServicesOf(fetcher, Path.of("."))
                                .upstream("", emby.origin().toString()));
    }

    @AfterEach
    void stop() {
        assertThat(emby.violations()).isEmpty();
        assertThat(alist.violations()).isEmpty();
        fetcher.close();
        emby.close();
        alist.close();
        drive.close();
    }

    @Test
    void aFilmPlaysFromTheDriveWithTheTokenInAnyForm() throws Exception {
        String token = emby.token(FakeEmby.USER);
        for (HeadOf request : List.of(
                HeadOf.get("/emby/Videos/1001/stream.mp4?Static=true&api_key=" + token),
                HeadOf.get("/videos/1001/stream?X-Emby-Token=" + token),
                HeadOf.get("/videos/1001/stream?access_token=" + token),
                HeadOf.get("/videos/1001/stream?X-Emby-Authorization=MediaBrowser%20Token%3D%22" + token + "%22"),
                HeadOf.get("/videos/1001/stream", "X-Emby-Token", token),
                HeadOf.get("/videos/1001/stream", "X-MediaBrowser-Token", token),
                HeadOf.get(
                        "/videos/1001/stream", "Authorization", "MediaBrowser Client=\"a\", Token=\"" + token + "\""),
                HeadOf.get("/videos/1001/stream", "X-Emby-Authorization", "Emby Token=" + token))) {
            assertThat(bytesOf(decide(request, "1001"))).isEqualTo(film());
        }
        assertThat(emby.count("POST /Items/{Id}/PlaybackInfo")).isEqualTo(1);
        assertThat(alist.count("/api/fs/get")).isEqualTo(1);
    }

    @Test
    void everyVersionPlaysAndADownloadToo() throws Exception {
        String token = emby.token(FakeEmby.USER);
        String first =
                location(HeadOf.get("/videos/1324/stream?MediaSourceId=mediasource_1324&api_key=" + token), "1324");
        String second =
                location(HeadOf.get("/videos/1324/stream?MediaSourceId=mediasource_1342&api_key=" + token), "1324");
        assertThat(first).isNotEqualTo(second);

        assertThat(bytesOf(decide(HeadOf.get("/Items/1001/Download?api_key=" + token), "1001")))
                .isEqualTo(film());
        assertThat(emby.count("GET /Items")).isEqualTo(1);
    }

    @Test
    void whoMayNotSeeAFilmDoesNotGetAKnownLink() {
        decide(HeadOf.get("/videos/1001/stream?api_key=" + emby.token(FakeEmby.USER)), "1001");

        for (String token : List.of(emby.token(FakeEmby.CHILD), "0000")) {
            assertThat(decide(HeadOf.get("/videos/1001/stream?api_key=" + token), "1001"))
                    .isInstanceOf(Outcome.Pass.class);
        }
        assertThat(alist.count("/api/fs/get")).isEqualTo(1);
    }

    @Test
    void withAnyServerDownTheFilmIsLeftToEmby() {
        HeadOf request = HeadOf.get("/videos/1001/stream?api_key=" + emby.token(FakeEmby.USER));
        drive.down();
        assertThat(decide(request, "1001")).isInstanceOf(Outcome.Pass.class);
        alist.down();
        assertThat(decide(request, "1001")).isInstanceOf(Outcome.Pass.class);
        alist.recover();
        drive.recover();
        assertThat(decide(request, "1001")).isInstanceOf(Outcome.Redirect.class);

        HeadOf other = HeadOf.get("/videos/1324/stream?api_key=" + emby.token(FakeEmby.USER));
        emby.down();
        assertThat(decide(other, "1324")).isSameAs(Relayed.EMBY_DOWN.pass());
        emby.recover();
    }

    @Test
    void aStrmGoesWhereItSaysAndLocalMediaStays() {
        String token = emby.token(FakeEmby.USER);

        assertThat(location(HeadOf.get("/videos/1002/stream?api_key=" + token), "1002"))
                .startsWith(drive.origin().toString());
        assertThat(decide(HeadOf.get("/videos/1003/stream?api_key=" + token), "1003"))
                .isSameAs(Relayed.UNMAPPED.pass());
        assertThat(alist.requests()).isEmpty();
    }

    private static byte[] film() {
        return Catalogue.driveFiles().entrySet().stream()
                .filter(file -> file.getKey().contains("Ember (2026)"))
                .findFirst()
                .orElseThrow()
                .getValue()
                .bytes();
    }

    private byte[] bytesOf(Outcome outcome) throws Exception {
        assertThat(outcome).isInstanceOf(Outcome.Redirect.class);
        URI location = ((Outcome.Redirect) outcome).location();
        try (HttpClient player = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> response = player.send(
                    HttpRequest.newBuilder(location)
                            .header("User-Agent", "Player/1")
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat((long) response.body().length).isEqualTo(((Outcome.Redirect) outcome).bytesKept());
            return response.body();
        }
    }

    private String location(HeadOf request, String item) {
        Outcome outcome = decide(request, item);
        assertThat(outcome).isInstanceOf(Outcome.Redirect.class);
        return ((Outcome.Redirect) outcome).location().toString();
    }

    private Outcome decide(HeadOf request, String item) {
        Outcome outcome = rule.decide(request.with("User-Agent", "Player/1"), ContextOf.params(fetcher, "id", item));
        return outcome instanceof Outcome.Later later
                ? later.stage()
                        .toCompletableFuture()
                        .orTimeout(30, TimeUnit.SECONDS)
                        .join()
                : outcome;
    }
}
