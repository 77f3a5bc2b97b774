package dev.embergate.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.rules.testkit.fake.Catalogue;
import dev.embergate.rules.testkit.fake.FakeEmby;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DemoNewsTest {
    @Test
    void bytesAreCountedByTheWayTheyTook() throws IOException, InterruptedException {
        StringWriter told = new StringWriter();
        DemoNews news = new DemoNews(new PrintWriter(told));
        try (DemoServers servers = DemoServers.start();
                HttpClient client = HttpClient.newHttpClient()) {
            news.follow(servers);
            String token = servers.emby().token(FakeEmby.USER);
            String film = "/movies/Ember (2026)/Ember 余烬.mp4";
            get(client, servers.drive().link(film, "player/1 (a test)"), "bytes=0-1999");
            get(
                    client,
                    servers.emby().origin() + "/emby/Videos/" + Catalogue.FILM + "/stream?api_key=" + token,
                    "bytes=0-9");
            get(client, servers.drive().link(film, "another"), "bytes=0-1999");
            get(client, servers.emby().origin() + "/System/Info/Public", "bytes=0-9");
            assertThat(servers.violations()).isEmpty();
        }
        news.printSum();
        assertThat(told.toString().lines())
                .containsExactly(
                        "  drive  206 GET Ember 余烬.mp4 bytes=0-1999 to player/1: 2 kB straight to the player; 2 kB kept off the"
                                + " proxy so far",
                        "  Emby   206 GET stream bytes=0-9 to player/1: 10 bytes through the proxy; 10 bytes so far",
                        "  drive  403 GET Ember 余烬.mp4 bytes=0-1999 to player/1: 44 bytes refused",
                        "The drive served 2 kB, and 10 bytes of film went through the proxy.");
    }

    private static void get(HttpClient client, String address, String range) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                .header("User-Agent", "player/1 (a test)")
                .header("Range", range)
                .timeout(Duration.ofSeconds(5))
                .build();
        client.send(request, BodyHandlers.discarding());
    }
}
