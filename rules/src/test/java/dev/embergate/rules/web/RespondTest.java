package dev.embergate.rules.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.embergate.engine.spi.Body;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RuleFactory.InvalidConfig;
import dev.embergate.engine.testkit.HeadOf;
import dev.embergate.rules.testkit.ContextOf;
import dev.embergate.rules.testkit.ScriptedFetcher;
import dev.embergate.rules.testkit.ServicesOf;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RespondTest {
    private static final Optional<String> NONE = Optional.empty();

    @TempDir
    Path directory;

    @Test
    void textAndFieldsAreAnswered() throws Exception {
        Outcome.Respond respond = answer(
                new RespondConfig(403, Map.of("Cache-Control", "no-store"), Optional.of("nö"), NONE, NONE, NONE));

        assertThat(respond.status()).isEqualTo(403);
        assertThat(respond.headers()).isEqualTo(Headers.of("Cache-Control", "no-store"));
        assertThat(respond.body()).isInstanceOfSatisfying(Body.Bytes.class, bytes -> {
            assertThat(new String(bytes.bytes(), StandardCharsets.UTF_8)).isEqualTo("nö");
            assertThat(bytes.mediaType()).startsWith("text/plain");
        });
    }

    @Test
    void jsonIsSentAsWritten() throws Exception {
        Outcome.Respond respond = answer(with(Optional.of("{\"a\": [1, 2]}")));

        assertThat(respond.body()).isInstanceOfSatisfying(Body.Bytes.class, bytes -> {
            assertThat(bytes.bytes()).asString().isEqualTo("{\"a\": [1, 2]}");
            assertThat(bytes.mediaType()).startsWith("application/json");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{} {}", "{\"a\":}", "nope"})
    void whatIsNoJsonIsRefused(String json) {
        assertThatThrownBy(() -> with(Optional.of(json))).hasMessageStartingWith("json:");
    }

    @Test
    void aFileIsTakenFromTheFolderOfTheConfiguration() throws Exception {
        Files.writeString(directory.resolve("robots.txt"), "x");

        Outcome.Respond respond =
                answer(new RespondConfig(200, Map.of(), NONE, NONE, Optional.of("robots.txt"), Optional.of("text/x")));

        assertThat(respond.body()).isEqualTo(new Body.File(directory.resolve("robots.txt"), "text/x"));
    }

    @Test
    void aFileThatIsNotThereIsRefusedAtLoad() {
        assertThatThrownBy(() -> answer(new RespondConfig(200, Map.of(), NONE, NONE, Optional.of("gone"), NONE)))
                .isInstanceOfSatisfying(
                        InvalidConfig.class, e -> assertThat(e.key()).isEqualTo("file"));
    }

    @Test
    void contradictionsAreRefused() {
        Optional<String> some = Optional.of("1");
        assertThatThrownBy(() -> new RespondConfig(200, Map.of(), some, some, NONE, NONE))
                .hasMessageContaining("one at most");
        assertThatThrownBy(() -> new RespondConfig(204, Map.of(), some, NONE, NONE, NONE))
                .hasMessageStartingWith("status: 204");
        assertThatThrownBy(() -> new RespondConfig(200, Map.of(), NONE, NONE, NONE, some))
                .hasMessageStartingWith("media-type:");
        assertThatThrownBy(() -> new RespondConfig(199, Map.of(), NONE, NONE, NONE, NONE))
                .hasMessageStartingWith("status: 199");
        assertThatThrownBy(() -> new RespondConfig(200, Map.of("Content-length", "1"), NONE, NONE, NONE, NONE))
                .hasMessageStartingWith("headers:");
        assertThatThrownBy(() -> new RespondConfig(200, Map.of("X", "a\nb"), NONE, NONE, NONE, NONE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static RespondConfig with(Optional<String> json) {
        return new RespondConfig(200, Map.of(), NONE, json, NONE, NONE);
    }

    private Outcome.Respond answer(RespondConfig config) throws Exception {
        return (Outcome.Respond) new RespondFactory()
                .create(config, new ServicesOf(new ScriptedFetcher(), directory))
                .decide(HeadOf.get("/x"), ContextOf.params());
    }
}
