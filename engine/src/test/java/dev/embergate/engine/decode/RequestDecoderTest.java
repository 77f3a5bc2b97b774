package dev.embergate.engine.decode;

import static dev.embergate.engine.decode.Feeding.buffer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.testkit.EveryCut;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 9112 as a server reads it, and the pauses of a relay. */
class RequestDecoderTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String POST = "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";
    private static final String CHUNKED = "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5\r\nhello\r\n6;a=b;c=\"d;\\\"\" ; e\r\n world\r\n0\r\nX-Sum: 1\r\nHost: evil\r\n\r\n";

    private final Transcript<ParsedRequest> told = Transcript.of();

    @Test
    void everyCutOfPipelinedRequestsTellsTheSame() {
        String text = GET + POST + "\r\n" + CHUNKED + GET;
        String whole = Feeding.requests(text).all();
        assertThat(whole).contains("GET /a", "body hello", "body hello world", "X-Sum: 1").doesNotContain("evil");
        EveryCut.of(Feeding.bytes(text), pieces -> assertThat(
                        Feeding.requests(DecodeLimits.DEFAULT, pieces).all())
                .isEqualTo(whole));
    }

    @Test
    void aPipelinedRequestWaitsUntilTheOneBeforeIsAnswered() {
        RequestDecoder decoder = new RequestDecoder(DecodeLimits.DEFAULT, told);
        decoder.feed(buffer(GET + POST + GET));
        assertThat(told.verdict()).isEqualTo("GET /a, end");
        assertThat(decoder.heldBytes()).isEqualTo(POST.length() + GET.length());
        assertThat(decoder.isMidMessage()).isFalse();
        decoder.resume();
        assertThat(told.verdict()).isEqualTo("GET /a, end, POST /b, body 5, end");
        decoder.resume();
        assertThat(told.verdict()).isEqualTo("GET /a, end, POST /b, body 5, end, GET /a, end");
        decoder.resume();
        assertThat(decoder.heldBytes()).isZero();
        decoder.close();
    }

    @Test
    void aSinkThatPausesAtTheHeadGetsNoBodyBeforeResume() {
        List<String> events = new ArrayList<>();
        RequestDecoder[] decoder = new RequestDecoder[1];
        decoder[0] = new RequestDecoder(DecodeLimits.DEFAULT, new MessageSink<>() {
            @Override
            public void head(ParsedRequest head) {
                events.add("head");
                decoder[0].pause();
            }

            @Override
            public void body(ByteBuf piece) {
                events.add(piece.toString(StandardCharsets.ISO_8859_1));
                piece.release();
                decoder[0].pause();
            }

            @Override
            public void end(Headers trailers) {
                events.add("end");
            }

            @Override
            public void rejected(Rejection rejection) {
                events.add("rejected");
            }
        });
        ByteBuf all = buffer(POST);
        ByteBuf more = buffer(GET);
        decoder[0].feed(all);
        decoder[0].feed(more);
        assertThat(events).containsExactly("head");
        assertThat(decoder[0].heldBytes()).isEqualTo(5 + GET.length());
        decoder[0].resume();
        assertThat(events).containsExactly("head", "hello");
        assertThat(decoder[0].isMidMessage()).isTrue();
        decoder[0].resume();
        assertThat(events).containsExactly("head", "hello", "end");
        decoder[0].close();
        Feeding.assertReleased(List.of(all, more));
    }
}
