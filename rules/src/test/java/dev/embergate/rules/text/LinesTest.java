package dev.embergate.rules.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LinesTest {
    private static final Set<String> M3U8 = Set.of("application/vnd.apple.mpegurl");

    @Test
    void endingsAreKept() throws Exception {
        Lines lines = new Lines(M3U8, 100, line -> line.startsWith("#") ? line : "<" + line + ">");
        assertThat(EveryCut.of(lines, "#EXTM3U\r\na.ts\nb é.ts\r\n\n#x\rstill\r\r\nlast"))
                .isEqualTo("#EXTM3U\r\n<a.ts>\n<b é.ts>\r\n<>\n#x\rstill\r\r\n<last>");
        assertThat(EveryCut.of(lines, "")).isEmpty();
        assertThat(EveryCut.of(lines, "a\n")).isEqualTo("<a>\n");
        assertThat(EveryCut.of(lines, "a\r")).isEqualTo("<a\r>");
    }

    @Test
    void anUnchangedLineKeepsOctetsThatAreNotUtf8() throws Exception {
        byte[] latin = "caf\u00e9\nplain\n".getBytes(ISO_8859_1);
        assertThat(EveryCut.of(new Lines(M3U8, 100, line -> line), latin)).isEqualTo(latin);
    }

    @Test
    void aLineAtTheLimitPassesAndALongerOneFails() throws Exception {
        Lines lines = new Lines(M3U8, 10, line -> line);
        for (String ending : new String[] {"", "\n", "\r\n"}) {
            String fits = "0123456789" + ending + "x";
            assertThat(EveryCut.of(lines, ending.isEmpty() ? "0123456789" : fits))
                    .startsWith("0123456789" + ending);
            byte[] longer = ("0123456789+" + ending).getBytes(UTF_8);
            for (int piece = 1; piece <= longer.length; piece++) {
                int pieceBytes = piece;
                assertThatIOException()
                        .isThrownBy(() -> EveryCut.fed(lines, longer, pieceBytes))
                        .withMessageContaining("at most 10");
            }
        }
    }

    @Test
    void eachBodyMayHaveItsOwnEditor() throws Exception {
        List<int[]> counters = new ArrayList<>();
        Lines lines = Lines.withEditorPerBody(M3U8, 100, () -> {
            int[] count = new int[1];
            counters.add(count);
            return line -> count[0]++ + line;
        });
        assertThat(EveryCut.of(lines, "a\nb\n")).isEqualTo("0a\n1b\n");
        assertThat(counters).hasSizeGreaterThan(2);
    }

    @Test
    void onlyTheNamedMediaTypesAreTaken() {
        Lines lines = new Lines(M3U8, 10, line -> line);
        assertThat(lines.accepts(JsonHead.of(200, "Application/Vnd.Apple.MpegURL; charset=UTF-8")))
                .isTrue();
        assertThat(lines.accepts(JsonHead.of(200, "text/plain"))).isFalse();
        assertThat(lines.accepts(JsonHead.of(500, "application/vnd.apple.mpegurl")))
                .isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new Lines(Set.of("Text/Plain"), 10, line -> line));
        assertThatIllegalArgumentException().isThrownBy(() -> new Lines(M3U8, 0, line -> line));
    }
}
