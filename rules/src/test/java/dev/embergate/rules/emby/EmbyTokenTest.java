package dev.embergate.rules.emby;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.testkit.HeadOf;
import dev.embergate.rules.emby.EmbyToken.Place;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EmbyTokenTest {
    private static final String QUOTED =
            "MediaBrowser Client=\"A, b\", Device=\"tv\", DeviceId=\"d1\", Version=\"1.0\", Token=\"t0k\"";

    static Stream<Arguments> forms() {
        return Stream.of(
                Arguments.of(HeadOf.get("/x", "x-emby-token", "t0k"), Place.HEADER, "X-Emby-Token", "t0k"),
                Arguments.of(
                        HeadOf.get("/x", "X-MEDIABROWSER-TOKEN", "t0k"), Place.HEADER, "X-MediaBrowser-Token", "t0k"),
                Arguments.of(
                        HeadOf.get("/x", "X-Emby-Authorization", QUOTED), Place.HEADER, "X-Emby-Authorization", QUOTED),
                Arguments.of(HeadOf.get("/x", "Authorization", QUOTED), Place.HEADER, "Authorization", QUOTED),
                Arguments.of(
                        HeadOf.get("/x", "Authorization", "Emby UserId=,Client=Kodi, Token=t0k"),
                        Place.HEADER,
                        "Authorization",
                        "Emby UserId=,Client=Kodi, Token=t0k"),
                Arguments.of(
                        HeadOf.get("/x", "Authorization", "Bearer Token=t0k"),
                        Place.HEADER,
                        "Authorization",
                        "Bearer Token=t0k"),
                Arguments.of(
                        HeadOf.get("/x", "X-Emby-Authorization", "Token=t0k"),
                        Place.HEADER,
                        "X-Emby-Authorization",
                        "Token=t0k"),
                Arguments.of(HeadOf.get("/x?a=1&API_KEY=t0k"), Place.QUERY, "api_key", "t0k"),
                Arguments.of(HeadOf.get("/x?ApiKey=t0k"), Place.QUERY, "ApiKey", "t0k"),
                Arguments.of(HeadOf.get("/x?X-Emby-Token=t0k"), Place.QUERY, "X-Emby-Token", "t0k"),
                Arguments.of(HeadOf.get("/x?x-mediabrowser-token=t0k"), Place.QUERY, "X-MediaBrowser-Token", "t0k"),
                Arguments.of(HeadOf.get("/x?access_token=t0k"), Place.QUERY, "access_token", "t0k"),
                Arguments.of(
                        HeadOf.get("/x?X-Emby-Authorization=MediaBrowser%20Token%3D%22t0k%22"),
                        Place.QUERY,
                        "X-Emby-Authorization",
                        "MediaBrowser Token=\"t0k\""));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void everyFormIsFoundAndKnowsHowItCame(HeadOf request, Place place, String name, String sent) {
        assertThat(EmbyToken.of(request)).isEqualTo(new EmbyToken("t0k", place, name, sent));
    }

    @Test
    void aTokenInAFieldIsHandedOnInThatField() {
        EmbyToken token = EmbyToken.of(HeadOf.get("/x", "Authorization", QUOTED));

        assertThat(token.headers()).isEqualTo(Headers.of("Authorization", QUOTED));
        assertThat(token.queryParameter()).isEmpty();
    }

    @Test
    void aTokenInTheQueryIsHandedOnEncoded() {
        EmbyToken token = EmbyToken.of(HeadOf.get("/x?X-Emby-Authorization=MediaBrowser%20Token%3D%22t%26k%22"));

        assertThat(token.headers().isEmpty()).isTrue();
        assertThat(token.queryParameter()).isEqualTo("X-Emby-Authorization=MediaBrowser%20Token%3D%22t%26k%22");
        assertThat(token.value()).isEqualTo("t&k");
    }

    @Test
    void fieldsCountBeforeTheQuery() {
        assertThat(EmbyToken.of(HeadOf.get("/x?api_key=q", "X-Emby-Token", "h")).value())
                .isEqualTo("h");
        assertThat(EmbyToken.of(HeadOf.get("/x?api_key=q", "X-Emby-Token", "")).value())
                .isEqualTo("q");
    }

    @Test
    void whatIsNoTokenOfEmbysIsNone() {
        assertThat(EmbyToken.of(HeadOf.get("/x"))).isNull();
        assertThat(EmbyToken.of(HeadOf.get("/x?api_key="))).isNull();
        assertThat(EmbyToken.of(HeadOf.get("/api_key=t0k"))).isNull();
        assertThat(EmbyToken.of(HeadOf.get("/x", "Authorization", "Bearer eyJhbGciOi.x.y==")))
                .isNull();
        assertThat(EmbyToken.of(HeadOf.get("/x", "Authorization", "Basic dXNlcjpwdw==")))
                .isNull();
        assertThat(EmbyToken.of(HeadOf.get("/x", "Authorization", "MediaBrowser Client=\"Token=x\"")))
                .isNull();
    }

    @Test
    void textOfATokenNeverShowsIt() {
        EmbyToken token = EmbyToken.of(HeadOf.get("/x", "Authorization", QUOTED));

        assertThat(token.toString()).doesNotContain("t0k");
        assertThat(EmbyAuthorization.parse(QUOTED).toString()).doesNotContain("t0k");
    }

    @Test
    void fingerprintsAreEqualForEqualTokensOnly() {
        assertThat(TokenFingerprint.of("t0k")).isEqualTo(TokenFingerprint.of("t0k"));
        assertThat(TokenFingerprint.of("t0k")).isNotEqualTo(TokenFingerprint.of("t0K"));
    }
}
