package dev.embergate.engine.decode;

import static dev.embergate.engine.decode.RequestFuzzTest.same;

import dev.embergate.engine.encode.ClientHead;
import dev.embergate.engine.encode.StrictTransport;
import dev.embergate.engine.spi.HeadEdits;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.testkit.FuzzInputs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fuzz target: what an upstream answers, to GET and to HEAD. The verdict does not depend on the cuts; what the client gets for it
 * has the same status, reason and body, one framing and one end.
 */
public class ResponseFuzzTest {
    private static final DecodeLimits TIGHT = new DecodeLimits(64, 256, 6, 16, 64);

    static Stream<byte[]> seeds() {
        Stream<byte[]> valid = IntStream.range(1, 40)
                .mapToObj(seed -> new Valid(new SplittableRandom(seed)).response(seed % 7 == 0 ? "HEAD" : "GET"));
        Stream<byte[]> corpus = HostileMessage.responses().map(HostileMessage::bytes);
        return Stream.concat(Stream.concat(corpus, valid), FuzzInputs.stored(ResponseFuzzTest.class));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void holdsForASeed(byte[] input) {
        fuzzerTestOneInput(input);
    }

    public static void fuzzerTestOneInput(byte[] input) {
        List<byte[]> cut = FuzzInputs.cut(input);
        for (String method : List.of("GET", "HEAD")) {
            for (DecodeLimits limits : List.of(TIGHT, DecodeLimits.DEFAULT)) {
                String whole = Feeding.responses(limits, method, List.of(input)).all();
                same("at cuts", Feeding.responses(limits, method, cut).all(), whole);
            }
            for (boolean http10 : new boolean[] {false, true}) {
                ResponseDecoder decoder = new ResponseDecoder(DecodeLimits.DEFAULT, new Relayed(method, http10));
                decoder.expect(method);
                decoder.feed(Feeding.buffer(input));
                decoder.inputClosed();
                decoder.close();
            }
        }
    }

    /** Sends each answer on and reads it again. */
    private static final class Relayed implements MessageSink<ParsedResponse> {
        private final String method;
        private final boolean http10;
        private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private String line = "";
        private boolean chunked;
        private boolean anyChunk;

        Relayed(String method, boolean http10) {
            this.method = method;
            this.http10 = http10;
        }

        @Override
        public void head(ParsedResponse head) {
            String told = (head.status() + " " + head.reason()).stripTrailing();
            if (head.status() == 101) {
                byte[] upgraded = taken(ClientHead.upgraded(UnpooledByteBufAllocator.DEFAULT, head));
                same(
                        "101",
                        Feeding.responses(DecodeLimits.DEFAULT, method, List.of(upgraded))
                                .verdict(),
                        told);
                LaxReading.checkOneReading(upgraded);
                return;
            }
            if (head.status() < 200) {
                byte[] interim = taken(ClientHead.interim(UnpooledByteBufAllocator.DEFAULT, head));
                same(
                        "interim",
                        Feeding.responses(DecodeLimits.DEFAULT, method, List.of(interim))
                                .verdict(),
                        told + ", cut short");
                LaxReading.checkOneReading(interim);
                return;
            }
            line = told;
            boolean none = method.equals("HEAD") || head.status() == 204 || head.status() == 304;
            chunked = !none && head.contentLength() < 0 && !http10;
            ParsedRequest request = Feeding.request(method + " / HTTP/1." + (http10 ? 0 : 1) + "\r\nHost: a\r\n\r\n");
            sent.writeBytes(taken(ClientHead.relay(
                    UnpooledByteBufAllocator.DEFAULT,
                    request,
                    StrictTransport.NONE,
                    head,
                    HeadEdits.NONE,
                    false,
                    chunked,
                    head.contentLength(),
                    none || chunked || head.contentLength() >= 0)));
        }

        @Override
        public void body(ByteBuf piece) {
            if (chunked) {
                sent.writeBytes(
                        taken(ClientHead.chunk(UnpooledByteBufAllocator.DEFAULT, piece.readableBytes(), !anyChunk)));
                anyChunk = true;
            }
            byte[] bytes = taken(piece);
            sent.writeBytes(bytes);
            body.writeBytes(bytes);
        }

        @Override
        public void end(Headers trailers) {
            if (chunked) {
                sent.writeBytes(taken(ClientHead.lastChunk(UnpooledByteBufAllocator.DEFAULT, trailers, !anyChunk)));
            }
            Transcript<ParsedResponse> read =
                    Feeding.responses(DecodeLimits.DEFAULT, method, List.of(sent.toByteArray()));
            String verdict = line + (body.size() > 0 ? ", body " + body.size() : "") + ", end";
            same("sent to the client", read.verdict(), verdict);
            // Netty strips a reason of white space, which says nothing.
            same(
                    "to Netty",
                    NettyReading.responses(method, sent.toByteArray()).verdict().replaceAll("[ \\t]+", ""),
                    verdict.replaceAll("[ \\t]+", ""));
            if (body.size() > 0) {
                same("body", read.events.get(1), "body " + body.toString(StandardCharsets.ISO_8859_1));
            }
            LaxReading.checkOneReading(sent.toByteArray());
        }

        @Override
        public void rejected(Rejection rejection) {
            if (rejection.status() != 502) {
                throw new AssertionError(rejection.toString());
            }
        }

        private static byte[] taken(ByteBuf out) {
            byte[] bytes = ByteBufUtil.getBytes(out);
            out.release();
            return bytes;
        }
    }
}
