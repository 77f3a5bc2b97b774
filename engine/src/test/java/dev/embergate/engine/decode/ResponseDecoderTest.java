package dev.embergate.engine.decode;

import static dev.embergate.engine.decode.Feeding.buffer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.testkit.EveryCut;
import dev.embergate.engine.testkit.LeakCheck;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9112 as a client reads it, on a connection that serves one request after another. */
@ExtendWith(LeakCheck.class)
class ResponseDecoderTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    private final Transcript<ParsedResponse> told = Transcript.of();
    private final ResponseDecoder decoder = new ResponseDecoder(DecodeLimits.DEFAULT, told);

    @Test
    void everyCutOfAChunkedAnswerTellsTheSame() {
        String text = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5\r\nhello\r\n00006;a\r\n world\r\n0\r\nETag: \"1\"\r\nSet-Cookie: no\r\n\r\n";
        String whole = Feeding.responses("GET", text).all();
        assertThat(whole)
                .contains("103 Early", "body hello world", "ETag: \"1\"")
                .doesNotContain("Set-Cookie");
        EveryCut.of(
                Feeding.bytes(text),
                pieces -> assertThat(Feeding.responses(DecodeLimits.DEFAULT, "GET", pieces)
                                .all())
                        .isEqualTo(whole));
    }

    @Test
    void aConnectionServesOneRequestAfterAnother() {
        for (int i = 0; i < 3; i++) {
            decoder.expect("GET");
            decoder.feed(buffer(OK));
        }
        decoder.expect("HEAD");
        decoder.feed(buffer(OK.substring(0, OK.length() - 5)));
        decoder.expect("GET");
        decoder.feed(buffer(OK));
        assertThat(told.verdict())
                .isEqualTo(
                        "200 OK, body 5, end, 200 OK, body 5, end, 200 OK, body 5, end, 200 OK, end, 200 OK, body 5, end");
        assertThat(decoder.inputClosed()).isTrue();
    }

    /** RFC 9112 section 9.5: a server may close, and say so, at any time. */
    @Test
    void bytesOnAnIdleConnectionAreRefused() {
        ByteBuf early = buffer("HTTP/1.1 408 Request Timeout\r\n\r\n");
        decoder.feed(early);
        assertThat(told.verdict()).isEqualTo("502");
        Feeding.assertReleased(List.of(early));
    }

    /** RFC 9112 section 6.3: surplus must never be the answer to the next request, even one that is sent at once. */
    @Test
    void aSurplusIsToldBeforeTheConnectionIsUsedAgain() {
        List<Boolean> surplus = new ArrayList<>();
        told.onEnd = () -> {
            surplus.add(decoder.hasSurplus());
            decoder.expect("GET");
        };
        decoder.expect("GET");
        decoder.feed(buffer(OK));
        decoder.feed(buffer(OK + OK));
        assertThat(surplus).containsExactly(false, true);
        assertThat(told.verdict()).isEqualTo("200 OK, body 5, end, 200 OK, body 5, end, 502");
    }

    @Test
    void surplusOnADecoderClosedAtItsEndIsDropped() {
        told.onEnd = decoder::close;
        decoder.expect("GET");
        ByteBuf two = buffer(OK + OK);
        decoder.feed(two);
        assertThat(told.verdict()).isEqualTo("200 OK, body 5, end");
        Feeding.assertReleased(List.of(two));
    }

    @Test
    void twoAnswersAreNotAwaitedAtOnce() {
        decoder.expect("GET");
        assertThatThrownBy(() -> decoder.expect("GET")).isInstanceOf(IllegalStateException.class);
        decoder.close();
        decoder.expect("GET");
    }

    @Test
    void aCloseCompletesOnlyWhatRunsUntilClose() {
        decoder.expect("GET");
        decoder.feed(buffer("HTTP/1.1 200 OK\r\n\r\nabc"));
        assertThat(told.verdict()).isEqualTo("200 OK");
        assertThat(decoder.inputClosed()).isTrue();
        assertThat(told.verdict()).isEqualTo("200 OK, body 3, end");
        assertThat(decoder.inputClosed()).isTrue();
        assertThat(told.verdict()).endsWith("end").doesNotContain("end, end");

        ResponseDecoder cut = new ResponseDecoder(DecodeLimits.DEFAULT, told);
        cut.expect("GET");
        assertThat(cut.inputClosed()).isFalse();
    }

    @Test
    void anUnframedAnswerEndsItsConnection() {
        List<Boolean> keeps = new ArrayList<>();
        ResponseDecoder unframed =
                new ResponseDecoder(DecodeLimits.DEFAULT, new HeadsOnly(head -> keeps.add(head.keepsAlive())));
        unframed.expect("GET");
        unframed.feed(buffer("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n"));
        assertThat(keeps).containsExactly(false);
        unframed.close();
    }

    /** RFC 9110 section 15.2.2. */
    @Test
    void whatFollowsAnUpgradeIsHeld() {
        ByteBuf head = buffer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nab");
        ByteBuf more = buffer("cd");
        decoder.expect("GET");
        decoder.feed(head);
        decoder.feed(more);
        assertThat(decoder.inputClosed()).isTrue();
        ByteBuf rest = decoder.takeRest();
        assertThat(rest.toString(StandardCharsets.ISO_8859_1)).isEqualTo("abcd");
        rest.release();
        Feeding.assertReleased(List.of(head, more));
        assertThat(told.verdict()).isEqualTo("101 Switching Protocols");
    }

    @Test
    void theRestMayBeTakenWhileTheUpgradeIsBeingTold() {
        List<String> rest = new ArrayList<>();
        ResponseDecoder[] upgrading = new ResponseDecoder[1];
        upgrading[0] = new ResponseDecoder(DecodeLimits.DEFAULT, new HeadsOnly(head -> {
            ByteBuf taken = upgrading[0].takeRest();
            rest.add(taken.toString(StandardCharsets.ISO_8859_1));
            taken.release();
        }));
        ByteBuf fed = buffer("HTTP/1.1 101 Switching Protocols\r\n\r\nab");
        upgrading[0].expect("GET");
        upgrading[0].feed(fed);
        assertThat(rest).containsExactly("ab");
        Feeding.assertReleased(List.of(fed));
    }

    @Test
    void aSinkMayCloseAtAnInterimHead() {
        ResponseDecoder[] closing = new ResponseDecoder[1];
        List<Integer> statuses = new ArrayList<>();
        closing[0] = new ResponseDecoder(DecodeLimits.DEFAULT, new HeadsOnly(head -> {
            statuses.add(head.status());
            closing[0].close();
        }));
        ByteBuf fed = buffer("HTTP/1.1 100 Continue\r\n\r\n" + OK);
        closing[0].expect("GET");
        closing[0].feed(fed);
        assertThat(statuses).containsExactly(100);
        Feeding.assertReleased(List.of(fed));
    }

    /** RFC 9112 section 6.3: also of a head that replaces a detached one. */
    @Test
    void aDetachedInterimHeadLeavesTheMethodKnown() {
        List<ParsedResponse> heads = new ArrayList<>();
        ResponseDecoder detaching = new ResponseDecoder(DecodeLimits.DEFAULT, new HeadsOnly(head -> {
            heads.add(head);
            head.detach();
        }));
        detaching.expect("HEAD");
        detaching.feed(buffer("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK.substring(0, OK.length() - 5)));
        assertThat(heads).hasSize(2);
        assertThat(heads.get(0).header("link")).isEqualTo("x");
        assertThat(heads.get(1).framing()).isEqualTo(BodyFraming.NONE);
        assertThat(heads.get(1).contentLength()).isEqualTo(5);
        detaching.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Text/HTML; charset=UTF-8 | text/html",
                "application/json | application/json",
                "video/mp4 ;a=b | video/mp4",
                "'' | ''",
            })
    void theMediaTypeHasNoParameters(String contentType, String mediaType) {
        List<String> types = new ArrayList<>();
        ResponseDecoder typed =
                new ResponseDecoder(DecodeLimits.DEFAULT, new HeadsOnly(head -> types.add(head.mediaType())));
        typed.expect("GET");
        typed.feed(buffer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Type: " + contentType + "\r\n\r\n"));
        assertThat(types).containsExactly(mediaType);
        typed.close();
    }

    @Test
    void anIdleConnectionKeepsNoLargeHead() {
        List<ParsedResponse> heads = new ArrayList<>();
        ResponseDecoder large = new ResponseDecoder(DecodeLimits.DEFAULT, new HeadsOnly(heads::add));
        large.expect("GET");
        large.feed(buffer("HTTP/1.1 200 OK\r\nX: " + "x".repeat(9000) + "\r\nContent-Length: 1\r\n\r\n"));
        assertThat(heads.getFirst().raw.capacity()).isGreaterThan(9000);
        large.feed(buffer("x"));
        assertThat(heads.getFirst().raw.capacity()).isZero();
        large.close();
    }

    /** Tells heads to a test, and lets go of the rest. */
    private record HeadsOnly(java.util.function.Consumer<ParsedResponse> then) implements MessageSink<ParsedResponse> {
        @Override
        public void head(ParsedResponse head) {
            then.accept(head);
        }

        @Override
        public void body(ByteBuf piece) {
            piece.release();
        }

        @Override
        public void end(Headers trailers) {}

        @Override
        public void rejected(Rejection rejection) {
            throw new AssertionError(rejection);
        }
    }
}
