package dev.embergate.rules.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.embergate.engine.spi.Caching;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.ResponsePlan;
import dev.embergate.engine.spi.Route;
import dev.embergate.engine.testkit.HeadOf;
import dev.embergate.rules.testkit.ContextOf;
import dev.embergate.rules.testkit.ServicesOf;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CacheTest {
    @Test
    void aRequestIsForwardedWithCachingAsConfigured() throws Exception {
        Outcome.Forward forward =
                (Outcome.Forward) decide(config(Set.of("tag")), HeadOf.get("/Items/1/Images/Primary"));

        assertThat(forward.upstream()).isEmpty();
        assertThat(forward.response()).isEqualTo(ResponsePlan.RELAY);
        assertThat(forward.caching())
                .isEqualTo(new Caching(
                        true,
                        Duration.ofHours(1),
                        true,
                        Duration.ofSeconds(30),
                        Duration.ofDays(1),
                        List.of("Cookie", "X-Emby-Token", "X-Emby-Authorization", "X-MediaBrowser-Token", "X-Mine"),
                        Set.of("api_key"),
                        Set.of("tag"),
                        1000));
    }

    @Test
    void fieldsThatTellWhoAsksCanBeAddedButNotTakenAway() {
        assertThat(config(Set.of()).credentials())
                .containsExactly("Cookie", "X-Emby-Token", "X-Emby-Authorization", "X-MediaBrowser-Token", "X-Mine");
    }

    @Test
    void otherMethodsAreForwardedTooSinceTheyEndWhatIsKept() throws Exception {
        assertThat(decide(config(Set.of()), HeadOf.of("POST", "/Items/1"))).isInstanceOf(Outcome.Forward.class);
    }

    @Test
    void anUpgradeIsLeftToLaterRules() throws Exception {
        assertThat(decide(config(Set.of()), HeadOf.get("/x", "Connection", "Upgrade", "Upgrade", "websocket")))
                .isInstanceOf(Outcome.Pass.class);
    }

    @Test
    void withoutAMatchItIsForTheWholeUpstream() {
        assertThat(new CacheFactory().routes(config(Set.of()))).containsExactly(Route.path("/**"));
    }

    @Test
    void aParameterThatTellsWhoAsksCannotBeIgnored() {
        assertThatThrownBy(() -> config(Set.of("API_KEY")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ignore-query: API_KEY (expected: no parameter that tells who asks)");
    }

    @Test
    void valuesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new CacheConfig(
                        "",
                        Optional.of(Duration.ofSeconds(-1)),
                        false,
                        Duration.ZERO,
                        Duration.ZERO,
                        List.of(),
                        Set.of(),
                        Set.of(),
                        1))
                .hasMessageStartingWith("fresh-for:");
        assertThatThrownBy(() -> new CacheConfig(
                        "",
                        Optional.empty(),
                        false,
                        Duration.ZERO,
                        Duration.ZERO,
                        List.of("a b"),
                        Set.of(),
                        Set.of(),
                        1))
                .hasMessageStartingWith("credentials:");
        assertThatThrownBy(() -> new CacheConfig(
                        "", Optional.empty(), false, Duration.ZERO, Duration.ZERO, List.of(), Set.of(), Set.of(), 0))
                .hasMessageStartingWith("max-entry-bytes:");
    }

    private static CacheConfig config(Set<String> ignored) {
        return new CacheConfig(
                "",
                Optional.of(Duration.ofHours(1)),
                true,
                Duration.ofSeconds(30),
                Duration.ofDays(1),
                List.of("X-Mine", "cookie"),
                Set.of("api_key"),
                ignored,
                1000);
    }

    private static Outcome decide(CacheConfig config, HeadOf request) throws Exception {
        return new CacheFactory().create(config, ServicesOf.none()).decide(request, ContextOf.params());
    }
}
