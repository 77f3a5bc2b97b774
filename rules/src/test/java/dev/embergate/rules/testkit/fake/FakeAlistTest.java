package dev.embergate.rules.testkit.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FakeAlistTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String FILM = "/115/movies/Ember (2026)/Ember 余烬.mp4";

    private final FakeDrive drive = FakeDrive.start();
    private final FakeAlist alist = FakeAlist.start(drive, "/115", "alist-key");
    private final Asking asking = new Asking(alist.origin());

    @BeforeEach
    void fill() {
        Catalogue.driveFiles().forEach(drive::put);
    }

    @AfterEach
    void stop() {
        asking.close();
        alist.close();
        drive.close();
    }

    private JsonNode call(String api, String path, String agent) throws IOException {
        HttpResponse<byte[]> response = asking.send(
                "POST",
                "/api/fs/" + api,
                MAPPER.createObjectNode()
                        .put("path", path)
                        .put("password", "")
                        .put("refresh", false)
                        .toString(),
                "Authorization",
                "alist-key",
                "Content-Type",
                "application/json;charset=utf-8",
                "User-Agent",
                agent);
        assertThat(response.statusCode()).isEqualTo(200);
        return MAPPER.readTree(response.body());
    }

    private String link(String agent) throws IOException {
        JsonNode answer = call("get", FILM, agent);
        assertThat(answer.path("code").asInt()).isEqualTo(200);
        assertThat(answer.path("message").asText()).isEqualTo("success");
        assertThat(answer.at("/data/size").asInt()).isEqualTo(Film.content().bytes().length);
        return answer.at("/data/raw_url").asText();
    }

    @Test
    void aLinkIsGoodForTheUserAgentThatItWasAskedFor() throws IOException {
        String link = link("Player/1");
        HttpResponse<byte[]> part = asking.get(link, "User-Agent", "Player/1", "Range", "bytes=-10");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        assertThat(drive.bytesServed()).isEqualTo(10);
        assertThat(asking.get(link, "User-Agent", "Player/2").statusCode()).isEqualTo(403);
        assertThat(asking.get(link, "User-Agent", "Player/1", "Referer", "http://emby/")
                        .statusCode())
                .isEqualTo(403);
        assertThat(asking.get(link.replace("sign=", "sign=0"), "User-Agent", "Player/1")
                        .statusCode())
                .isEqualTo(403);
        assertThat(asking.send("HEAD", link, "", "User-Agent", "Player/1").statusCode())
                .isEqualTo(200);
        assertThat(alist.violations()).isEmpty();
    }

    @Test
    void aLinkExpires() throws IOException {
        drive.linkLife(Duration.ofMinutes(1));
        String link = link("Player/1");
        assertThat(asking.get(link, "User-Agent", "Player/1").statusCode()).isEqualTo(200);
        drive.clock(InstantSource.fixed(Instant.now().plusSeconds(61)));
        assertThat(asking.get(link, "User-Agent", "Player/1").body()).asString().isEqualTo("link has expired");
    }

    @Test
    void linksCanComeUnencoded() throws IOException {
        assertThat(link("a")).isASCII().contains("/d/movies/Ember%20(2026)/");
        drive.plainLinks(true);
        assertThat(link("a")).contains("/d/movies/Ember (2026)/Ember 余烬.mp4?");
    }

    @Test
    void everyFileOfTheDriveIsReachedByItsLink() throws IOException {
        for (String path : Catalogue.driveFiles().keySet()) {
            String link = call("get", "/115" + path, "a").at("/data/raw_url").asText();
            assertThat(asking.get(link, "User-Agent", "a").statusCode())
                    .describedAs(link)
                    .isEqualTo(200);
        }
    }

    @Test
    void theEnvelopeSaysWhatIsWrong() throws IOException {
        assertThat(call("get", "/115/movies/none.mp4", "a").path("code").asInt())
                .isEqualTo(500);
        assertThat(call("get", "/other/x", "a").path("message").asText()).contains("storage not found");
        assertThat(call("get", "/115/movies", "a").at("/data/is_dir").asBoolean())
                .isTrue();
        drive.down();
        assertThat(call("get", FILM, "a").path("message").asText()).isEqualTo("failed get link: drive: down");
        drive.recover();
        assertThat(call("get", FILM, "a").path("code").asInt()).isEqualTo(200);

        HttpResponse<byte[]> stranger =
                asking.send("POST", "/api/fs/get", "{\"path\":\"/\"}", "Content-Type", "application/json");
        assertThat(MAPPER.readTree(stranger.body()).path("code").asInt()).isEqualTo(401);
        assertThat(alist.violations()).isEmpty();
    }

    @Test
    void whatBreaksTheInterfaceIsRefusedAndKept() throws IOException {
        assertThat(call("get", "movies", "a").path("code").asInt()).isEqualTo(400);
        asking.get("/api/fs/get", "Authorization", "alist-key");
        assertThat(alist.violations()).hasSize(2);
    }

    @Test
    void foldersAreListed() throws IOException {
        JsonNode list = call("list", "/115/movies", "a").path("data");
        assertThat(list.path("total").asInt()).isEqualTo(2);
        assertThat(list.at("/content/0/name").asText()).isEqualTo("Ember (2026)");
        assertThat(list.at("/content/0/is_dir").asBoolean()).isTrue();
    }

    @Test
    void theAddressInAStrmFileLeadsToTheDrive() {
        String strm = alist.strm("/115/music/Tone.wav");
        HttpResponse<byte[]> redirect = asking.get(strm, "User-Agent", "a");
        assertThat(redirect.statusCode()).isEqualTo(302);
        String location = redirect.headers().firstValue("Location").orElseThrow();
        assertThat(asking.get(location, "User-Agent", "a").body())
                .isEqualTo(Tone.content().bytes());
        assertThat(asking.get(strm + "1").statusCode()).isEqualTo(401);
    }

    @Test
    void everyAnswerIsTold() throws IOException {
        BlockingQueue<Served> told = new LinkedBlockingQueue<>();
        String link = link("a");
        drive.onServed(told::add);
        asking.get(link, "User-Agent", "a", "Range", "bytes=0-9");
        assertThat(told).singleElement().satisfies(served -> {
            assertThat(served.status()).isEqualTo(206);
            assertThat(served.bodyBytes()).isEqualTo(10);
        });
    }

    @Test
    void bothCanBeDown() {
        alist.down();
        assertThatThrownBy(() -> asking.get("/ping")).isInstanceOf(UncheckedIOException.class);
        alist.recover();
        assertThat(asking.get("/ping").statusCode()).isEqualTo(200);
    }
}
