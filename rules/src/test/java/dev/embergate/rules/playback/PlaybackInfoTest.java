package dev.embergate.rules.playback;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embergate.engine.spi.BodyTransform;
import dev.embergate.engine.spi.HeadEdits;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestEdits;
import dev.embergate.engine.spi.ResponsePlan;
import dev.embergate.engine.spi.Route;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.spi.RuleFactory;
import dev.embergate.engine.testkit.HeadOf;
import dev.embergate.rules.testkit.ContextOf;
import dev.embergate.rules.testkit.ServicesOf;
import dev.embergate.rules.text.EveryCut;
import dev.embergate.rules.text.JsonHead;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaybackInfoTest {
    private static final PlaybackInfoConfig PLAIN = new PlaybackInfoConfig("", List.of(), false, 1 << 20);

    private final PlaybackInfoFactory factory = new PlaybackInfoFactory();

    static List<GoldenCase> goldenCases() {
        return GoldenCase.all();
    }

    @ParameterizedTest
    @MethodSource("goldenCases")
    void theClientGetsWhatTheCaseSaysAtEveryCut(GoldenCase golden) throws Exception {
        Rule rule = factory.create(golden.config(), ServicesOf.none());
        assertThat(EveryCut.of(transform(rule, golden.request()), golden.upstreamBody()))
                .isEqualTo(golden.clientBody());
        new ObjectMapper().readTree(golden.clientBody());
    }

    @Test
    void thereAreCases() {
        assertThat(goldenCases()).hasSizeGreaterThan(8);
    }

    @Test
    void theRequestGoesOnAsItCame() throws Exception {
        Rule rule = factory.create(
                new PlaybackInfoConfig("films", List.of(), false, 2048),
                ServicesOf.none().upstream("films", "http://films.example:8096"));
        for (String method : new String[] {"GET", "POST"}) {
            Outcome outcome = rule.decide(
                    HeadOf.of(method, "/Emby/items/12/playbackInfo?UserId=u&api_key=k"), ContextOf.params("id", "12"));
            assertThat(outcome).isInstanceOfSatisfying(Outcome.Forward.class, forward -> {
                assertThat(forward.upstream()).isEqualTo("films");
                assertThat(forward.edits()).isSameAs(RequestEdits.NONE);
                assertThat(forward.response())
                        .isInstanceOfSatisfying(
                                ResponsePlan.Rewrite.class,
                                rewrite -> assertThat(rewrite.edit().apply(JsonHead.OK))
                                        .isSameAs(HeadEdits.NONE));
            });
        }
    }

    @Test
    void embysPathsAreTakenWithAndWithoutPrefixInAnyCase() {
        assertThat(factory.routes(PLAIN))
                .extracting(Route::path)
                .containsExactly(
                        "/Items/{id}/PlaybackInfo",
                        "/emby/Items/{id}/PlaybackInfo",
                        "/mediabrowser/Items/{id}/PlaybackInfo");
        assertThat(factory.routes(PLAIN)).allSatisfy(route -> {
            assertThat(route.ignoreCase()).isTrue();
            assertThat(route.methods()).containsExactly("GET", "POST");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Items/12",
                "/Items//PlaybackInfo",
                "/PlaybackInfo",
                "/12/PlaybackInfo",
                "/LiveTv/12/PlaybackInfo",
                "/Items/12/PlaybackInfo/",
                "/MyItems/12/PlaybackInfo",
            })
    void anotherPathIsPassed(String target) throws Exception {
        Rule rule = factory.create(PLAIN, ServicesOf.none());
        assertThat(rule.decide(HeadOf.get(target), ContextOf.params())).isInstanceOf(Outcome.Pass.class);
    }

    @Test
    void theIdIsThatOfThePathEncoded() throws Exception {
        Rule rule = factory.create(PLAIN, ServicesOf.none());
        for (String target : List.of("/Items/a%20b%3F/PlaybackInfo", "/below/emby/items/a%20b%3f/PLAYBACKINFO")) {
            assertThat(address(rule, HeadOf.get(target), "{}")).isEqualTo("/videos/a%20b%3F/stream?Static=true");
        }
    }

    @Test
    void aTokenFromAnywhereButTheRequestIsNotHandedOut() throws Exception {
        Rule rule = factory.create(PLAIN, ServicesOf.none());
        String source =
                "{\"DirectStreamUrl\":\"/videos/1/stream?api_key=ADMIN&X-Emby-Token=ADMIN\",\"Path\":\"/a?api_key=x\"}";
        HeadOf request = HeadOf.get("/Items/1/PlaybackInfo", "X-Emby-Token", "mine");
        assertThat(address(rule, request, source)).endsWith("&api_key=mine").doesNotContain("ADMIN");
    }

    @Test
    void theOutcomeDoesNotShowTheToken() throws Exception {
        Rule rule = factory.create(PLAIN, ServicesOf.none());
        Outcome outcome = rule.decide(HeadOf.get("/Items/1/PlaybackInfo?api_key=SECRET"), ContextOf.params());
        assertThat(outcome.toString()).doesNotContain("SECRET");
    }

    @Test
    void aSourceBeyondTheLimitFails() throws Exception {
        Rule rule = factory.create(new PlaybackInfoConfig("", List.of(), false, 1024), ServicesOf.none());
        byte[] body = ("{\"MediaSources\":[{\"Name\":\"" + "x".repeat(1024) + "\"}]}").getBytes(UTF_8);
        BodyTransform transform = transform(rule, HeadOf.get("/Items/1/PlaybackInfo"));
        assertThatIOException()
                .isThrownBy(() -> EveryCut.fed(transform, body, 100))
                .withMessageContaining("1024");
    }

    @Test
    void wrongSettingsAreRefusedWithTheirKey() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PlaybackInfoConfig("", List.of("films"), false, 2048))
                .withMessageStartingWith("local-roots: films (expected: ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PlaybackInfoConfig("", List.of(), false, 1023))
                .withMessageStartingWith("max-media-source-bytes: 1023 (expected: ");
        assertThatExceptionOfType(RuleFactory.InvalidConfig.class)
                .isThrownBy(
                        () -> factory.create(new PlaybackInfoConfig("no", List.of(), false, 2048), ServicesOf.none()))
                .satisfies(invalid -> assertThat(invalid.key()).isEqualTo("upstream"));
    }

    private static BodyTransform transform(Rule rule, HeadOf request) throws Exception {
        Outcome outcome = rule.decide(request, ContextOf.params());
        ResponsePlan plan = ((Outcome.Forward) outcome).response();
        return ((ResponsePlan.Rewrite) plan).transform();
    }

    private static String address(Rule rule, HeadOf request, String source) throws Exception {
        byte[] body = ("{\"MediaSources\":[" + source + "]}").getBytes(UTF_8);
        JsonNode answer = new ObjectMapper().readTree(EveryCut.fed(transform(rule, request), body, 16));
        return answer.at("/MediaSources/0/DirectStreamUrl").asText();
    }
}
