package dev.embergate.rules.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.Route;
import dev.embergate.engine.testkit.HeadOf;
import dev.embergate.rules.testkit.ContextOf;
import dev.embergate.rules.testkit.ServicesOf;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StaticRedirectTest {
    private final StaticRedirectConfig config = config("https://emby.example:8920/", true, false);

    @ParameterizedTest
    @CsvSource({
        "/web/css/a.css,https://emby.example:8920/web/css/a.css",
        "/emby/Web/x%20y.JS?v=4.9,https://emby.example:8920/emby/Web/x%20y.JS?v=4.9",
        "/web/fonts/a.woff2,https://emby.example:8920/web/fonts/a.woff2",
        "/emby/Items/12/Images/Primary?tag=ab&maxWidth=300,"
                + "https://emby.example:8920/emby/Items/12/Images/Primary?tag=ab&maxWidth=300",
    })
    void staticFilesAreAskedOfEmbyItself(String target, String location) {
        assertThat(decide(config, HeadOf.get(target))).isInstanceOfSatisfying(Outcome.Redirect.class, redirect -> {
            assertThat(redirect.status()).isEqualTo(301);
            assertThat(redirect.location().toASCIIString()).isEqualTo(location);
            assertThat(redirect.headers().first("Vary")).contains("User-Agent");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/web/index.html",
                "/web/",
                "/web/manifest.json",
                "/web/strings/en-US.json",
                "/emby/web/a.css/System/Info",
                "/web/a.css.html",
                "/web/css",
            })
    void pagesAndWhatIsNoStaticFileStayHere(String target) {
        assertThat(decide(config, HeadOf.get(target))).isInstanceOf(Outcome.Pass.class);
    }

    /** RFC 9110 section 15.4.3: a 302 is only kept where a field says so. */
    @Test
    void onlyAPermanentRedirectIsKeptByTheClient() {
        StaticRedirectConfig temporary = new StaticRedirectConfig(
                "https://emby.example", 302, Set.of("css"), false, List.of(), List.of(), false);
        assertThat(decide(temporary, HeadOf.get("/web/a.css")))
                .isInstanceOfSatisfying(
                        Outcome.Redirect.class,
                        redirect -> assertThat(redirect.headers().first("Cache-Control"))
                                .isNull());
        assertThat(decide(config, HeadOf.get("/web/a.css")))
                .isInstanceOfSatisfying(
                        Outcome.Redirect.class,
                        redirect -> assertThat(redirect.headers().first("Cache-Control"))
                                .isEqualTo("max-age=86400"));
    }

    @Test
    void noRouteTouchesTheApi() {
        assertThat(new StaticRedirectFactory().routes(config))
                .allMatch(route -> route.methods().equals(Set.of("GET", "HEAD")))
                .extracting(Route::path)
                .allMatch(path -> path.endsWith("/web/**") || path.contains("/images/{type}"));
    }

    @Test
    void picturesAreLeftOutUnlessWanted() {
        StaticRedirectConfig web = config("https://emby.example", false, false);
        assertThat(new StaticRedirectFactory().routes(web))
                .extracting(Route::path)
                .noneMatch(path -> path.contains("images"));
        assertThat(decide(web, HeadOf.get("/Items/1/Images/Primary"))).isInstanceOf(Outcome.Pass.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/web/a.css?api_key=s3cret",
                "/web/a.css?x=1&X-EMBY-TOKEN=s3cret",
                "/web/a.css?X-Emby-Authorization=MediaBrowser%20Token%3D%22s3cret%22",
            })
    void aTokenNeverGoesIntoALocationUnlessAllowed(String target) {
        assertThat(decide(config, HeadOf.get(target))).isInstanceOf(Outcome.Pass.class);
        assertThat(decide(config("https://emby.example", true, true), HeadOf.get(target)))
                .isInstanceOf(Outcome.Redirect.class);
    }

    @Test
    void aTokenInAFieldStaysOutOfTheLocation() {
        Outcome outcome = decide(config, HeadOf.get("/web/a.css", "X-Emby-Token", "s3cret"));
        assertThat(((Outcome.Redirect) outcome).location().toString()).doesNotContain("s3cret");
    }

    @Test
    void exceptedAppsAreNeverRedirected() {
        assertThat(decide(config, HeadOf.get("/web/a.css?X-Emby-Client=Emby%20for%20iOS")))
                .isInstanceOf(Outcome.Pass.class);
        assertThat(decide(config, HeadOf.get("/web/a.css", "X-Emby-Client", "emby for android")))
                .isInstanceOf(Outcome.Pass.class);
        assertThat(decide(config, HeadOf.get("/web/a.css", "X-Emby-Authorization", "Emby Client=\"Emby for iOS\"")))
                .isInstanceOf(Outcome.Pass.class);
        assertThat(decide(config, HeadOf.get("/web/a.css", "User-Agent", "Mozilla INFUSE/7")))
                .isInstanceOf(Outcome.Pass.class);
        assertThat(decide(config, HeadOf.get("/web/a.css?X-Emby-Client=Emby%20Web", "User-Agent", "Mozilla")))
                .isInstanceOf(Outcome.Redirect.class);
    }

    @Test
    void aClientThatAsksThereAlreadyIsNotSentInACircle() {
        assertThat(decide(config, HeadOf.get("/web/a.css", "Host", "EMBY.example:8920")))
                .isInstanceOf(Outcome.Pass.class);
    }

    @Test
    void aTargetThatLooksLikeAnotherHostStaysBelowEmby() {
        Outcome outcome = decide(config, HeadOf.get("/web/..//evil.example/a.css"));
        assertThat(((Outcome.Redirect) outcome).location().getHost()).isEqualTo("emby.example");
    }

    @Test
    void whatCouldNotWorkIsRefused() {
        assertThatThrownBy(() -> config("/emby", false, false)).hasMessageStartingWith("to: /emby");
        assertThatThrownBy(() -> config("https://emby.example/?a=1", false, false))
                .hasMessageStartingWith("to:");
        assertThatThrownBy(() -> extensions(Set.of("html"))).hasMessageStartingWith("extensions: html");
        assertThatThrownBy(() -> extensions(Set.of(".css"))).hasMessageStartingWith("extensions: .css");
        assertThatThrownBy(() -> extensions(Set.of())).hasMessageStartingWith("extensions: none");
    }

    private static StaticRedirectConfig extensions(Set<String> extensions) {
        return new StaticRedirectConfig("https://emby.example", 301, extensions, false, List.of(), List.of(), false);
    }

    private static StaticRedirectConfig config(String to, boolean images, boolean tokens) {
        return new StaticRedirectConfig(
                to,
                301,
                Set.of("css", "js", "woff2"),
                images,
                List.of("Emby for iOS", "Emby for macOS", "Emby for Android"),
                List.of("infuse"),
                tokens);
    }

    private static Outcome decide(StaticRedirectConfig config, HeadOf request) {
        try {
            return new StaticRedirectFactory().create(config, ServicesOf.none()).decide(request, ContextOf.params());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
