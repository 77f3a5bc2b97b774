package dev.embergate.engine.encode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.decode.DecodeLimits;
import dev.embergate.engine.decode.MessageSink;
import dev.embergate.engine.decode.ParsedRequest;
import dev.embergate.engine.decode.Rejection;
import dev.embergate.engine.decode.RequestDecoder;
import dev.embergate.engine.spi.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every choice of fields of a head, half of whose lines came otherwise than they are written. */
class FieldLinesTest {
    private static final String[] LINES = {
        "Host: example\r\n",
        "A:1\r\n",
        "Bb: two\r\n",
        "C: 3 \r\n",
        "Empty:\r\n",
        "E: \r\n",
        "F:\t6\r\n",
        "Ggg: seven\r\n"
    };

    @Test
    void whateverIsChosenComesOutAsNameColonSpaceValue() {
        ParsedRequest head = parsed("GET / HTTP/1.1\r\n" + String.join("", LINES) + "\r\n");
        for (int chosen = 0; chosen < 1 << LINES.length; chosen++) {
            StringBuilder expected = new StringBuilder();
            ByteBuf out = Unpooled.buffer();
            long run = FieldLines.NONE;
            for (int i = 0; i < LINES.length; i++) {
                if ((chosen & 1 << i) != 0) {
                    run = FieldLines.keep(head, out, run, i);
                    String[] parts = LINES[i].split(":", 2);
                    expected.append(parts[0])
                            .append(": ")
                            .append(parts[1].strip())
                            .append("\r\n");
                }
            }
            FieldLines.end(head, out, run);
            assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo(expected.toString());
        }
    }

    private static ParsedRequest parsed(String text) {
        List<ParsedRequest> heads = new ArrayList<>();
        RequestDecoder decoder = new RequestDecoder(DecodeLimits.DEFAULT, new MessageSink<>() {
            @Override
            public void head(ParsedRequest head) {
                head.detach();
                heads.add(head);
            }

            @Override
            public void body(ByteBuf piece) {
                piece.release();
            }

            @Override
            public void end(Headers trailers) {}

            @Override
            public void rejected(Rejection why) {
                throw new AssertionError(why.reason());
            }
        });
        decoder.feed(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
        return heads.getFirst();
    }
}
