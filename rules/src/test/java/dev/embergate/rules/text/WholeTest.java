package dev.embergate.rules.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.embergate.engine.spi.Headers;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WholeTest {
    private static final Set<String> TEXT = Set.of("text/plain");
    private static final Whole UPPER = new Whole(
            1000, TEXT, body -> new String(body, UTF_8).toUpperCase(Locale.ROOT).getBytes(UTF_8));

    @Test
    void theBodyIsChangedAsAWhole() throws Exception {
        assertThat(EveryCut.of(UPPER, "some text é")).isEqualTo("SOME TEXT É");
        assertThat(EveryCut.of(UPPER, "")).isEmpty();
    }

    @Test
    void aBodyAtTheLimitPassesAndALongerOneFails() throws Exception {
        assertThat(EveryCut.fed(UPPER, new byte[1000], 64)).hasSize(1000);
        for (int piece : new int[] {1, 64, 1000, 1001}) {
            assertThatIOException()
                    .isThrownBy(() -> EveryCut.fed(UPPER, new byte[1001], piece))
                    .withMessageContaining("1000");
        }
    }

    @Test
    void aBodyKnownToBeTooLongFailsBeforeItsHeadWentOut() throws Exception {
        Headers fields = Headers.of("Content-Type", "text/plain", "Content-Length", "1001");
        assertThatIOException().isThrownBy(() -> UPPER.open(new JsonHead(200, fields)));
        UPPER.open(new JsonHead(200, fields.with("Content-Encoding", "gzip"))).close();
    }

    @Test
    void aFailureOfTheEditorFailsTheBody() {
        Whole failing = new Whole(10, TEXT, body -> {
            throw new IOException("no");
        });
        assertThatIOException()
                .isThrownBy(() -> EveryCut.fed(failing, new byte[1], 1))
                .withMessage("no");
    }
}
