package dev.embergate.engine.spi;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 section 11.1: nothing a rule sets can end a line and begin another, nor become octets that do. */
class SplittingTest {
    /** The last two are sent as octets 0x0d and 0x0a by whoever cuts characters to octets. */
    @ParameterizedTest
    @ValueSource(strings = {"\r\nSet-Cookie: a", "\r", "\n", "\0", "\u0001", "\u007f", "\u010d", "\u010a"})
    void aValueNameOrTargetWithALineEndIsRefused(String end) {
        assertThatIllegalArgumentException().isThrownBy(() -> Headers.of("X", "a" + end));
        assertThatIllegalArgumentException().isThrownBy(() -> Headers.of("X" + end, "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> RequestEdits.NONE.setting("X", "a" + end));
        assertThatIllegalArgumentException().isThrownBy(() -> RequestEdits.NONE.withTarget("/a" + end));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HeadEdits(0, List.of(), Headers.of("Location", "/a" + end)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a/\r\nSet-Cookie: b", "http://a/\n", "http://a/\u0001"})
    void aLocationWithALineEndIsNoAddress(String location) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Outcome.Redirect(302, URI.create(location)));
    }
}
