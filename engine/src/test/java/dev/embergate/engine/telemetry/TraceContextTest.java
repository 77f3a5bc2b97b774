package dev.embergate.engine.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** W3C Trace Context, sections 3.2 and 3.3. */
class TraceContextTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "b7ad6b7169203331";

    @ParameterizedTest
    @CsvSource({"00, 00", "01, 01", "02, 02", "03, 03", "ff, 03", "f0, 00"})
    void aValidOneIsContinuedWithTheFlagsThatAreDefined(String received, String flags) {
        String next = next("00-" + TRACE + "-" + PARENT + "-" + received);
        assertThat(next).startsWith("00-" + TRACE + "-").endsWith("-" + flags).doesNotContain(PARENT);
        assertThat(TraceContext.isValid(next)).isTrue();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "00",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
                "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-B7AD6B7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333\r-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-g1",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1g",
                "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331_01",
            })
    void anythingElseBeginsANewTrace(@Nullable String received) {
        assertThat(TraceContext.isValid(received)).isFalse();
        String next = next(received);
        assertThat(next).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00").doesNotContain(TRACE);
        assertThat(TraceContext.isValid(next)).isTrue();
        assertThat(next(received)).isNotEqualTo(next);
    }

    @Test
    void everyHopIsAParentOfItsOwn() {
        String first = next(null);
        String second = next(first);
        assertThat(second.substring(0, 36)).isEqualTo(first.substring(0, 36));
        assertThat(second.substring(36, 52)).isNotEqualTo(first.substring(36, 52));
    }

    private static String next(@Nullable String received) {
        ByteBuf out = Unpooled.buffer(TraceContext.LENGTH);
        try {
            TraceContext.write(out, received);
            assertThat(out.readableBytes()).isEqualTo(TraceContext.LENGTH);
            return out.toString(StandardCharsets.US_ASCII);
        } finally {
            out.release();
        }
    }
}
