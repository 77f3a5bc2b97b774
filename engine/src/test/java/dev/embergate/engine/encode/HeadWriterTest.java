package dev.embergate.engine.encode;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HeadWriterTest {
    /** RFC 9110 section 5.5: obs-text is part of a value and goes through as the octets it came as. */
    @Test
    void everyOctetOfAValueGoesOutAsItIs() {
        StringBuilder all = new StringBuilder();
        for (char c = 0x20; c < 0x100; c++) {
            all.append(c);
        }
        for (ByteBuf out : new ByteBuf[] {Unpooled.buffer(4), Unpooled.directBuffer(4)}) {
            HeadWriter.field(out, "Name", all.toString());
            assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo("Name: " + all + "\r\n");
            out.release();
        }
    }
}
