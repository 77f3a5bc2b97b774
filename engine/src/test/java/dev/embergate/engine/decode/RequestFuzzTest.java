package dev.embergate.engine.decode;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.testkit.FuzzInputs;
import dev.embergate.engine.upstream.SentUpstream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fuzz target: what a client sends. The verdict does not depend on the cuts; bounds hold; Netty reads the same of what is
 * accepted; and what is sent upstream for it is one message, to this parser, to Netty and to a reader that is lax.
 */
public class RequestFuzzTest {
    private static final DecodeLimits TIGHT = new DecodeLimits(64, 256, 6, 16, 64);

    static Stream<byte[]> seeds() {
        Stream<byte[]> valid =
                IntStream.range(1, 40).mapToObj(seed -> new Valid(new SplittableRandom(seed)).requests());
        Stream<byte[]> corpus = HostileMessage.requests().map(HostileMessage::bytes);
        return Stream.concat(Stream.concat(corpus, valid), FuzzInputs.stored(RequestFuzzTest.class));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void holdsForASeed(byte[] input) {
        fuzzerTestOneInput(input);
    }

    public static void fuzzerTestOneInput(byte[] input) {
        List<byte[]> cut = FuzzInputs.cut(input);
        for (DecodeLimits limits : List.of(TIGHT, DecodeLimits.DEFAULT)) {
            String whole = Feeding.requests(limits, List.of(input)).all();
            same("at cuts", Feeding.requests(limits, cut).all(), whole);
        }
        bounded(input);
        Relayed relayed = new Relayed();
        RequestDecoder decoder = new RequestDecoder(DecodeLimits.DEFAULT, relayed);
        relayed.decoder = decoder;
        decoder.feed(Feeding.buffer(input));
        decoder.close();
        if (!relayed.absolute) {
            // Of what we refuse, and of what has no end, nothing is expected; and Netty may refuse more, such as octets
            // above
            // 127 in a quoted chunk extension. It must not read anything else.
            NettyReading theirs = NettyReading.requests(input);
            int count = relayed.completeDetails;
            if (theirs.verdict().endsWith("refused")) {
                int told = theirs.details.size();
                boolean partOfBody = told > 0 && theirs.details.getLast().startsWith("body ");
                count = Math.min(count, partOfBody ? told - 1 : told);
            }
            same(
                    "Netty",
                    withoutTrailers(theirs.details.subList(0, Math.min(theirs.details.size(), count))),
                    withoutTrailers(relayed.details.subList(0, count)));
        }
    }

    /** Trailers that have no business there are left out here, and kept by Netty. */
    private static List<String> withoutTrailers(List<String> details) {
        return details.stream()
                .map(line -> line.startsWith("end ") ? "end" : line)
                .toList();
    }

    /** Never more than the limits, whatever comes. */
    private static void bounded(byte[] input) {
        RequestDecoder[] decoder = new RequestDecoder[1];
        decoder[0] = new RequestDecoder(TIGHT, new MessageSink<>() {
            @Override
            public void head(ParsedRequest head) {
                if (head.sizeBytes() > TIGHT.maxHeadBytes() || head.fieldCount() > TIGHT.maxFields()) {
                    throw new AssertionError("head of " + head.sizeBytes() + " bytes, " + head.fieldCount());
                }
            }

            @Override
            public void body(ByteBuf piece) {
                piece.release();
            }

            @Override
            public void end(Headers trailers) {
                if (trailers.fields().size() > TIGHT.maxFields()) {
                    throw new AssertionError("trailers: " + trailers.fields().size());
                }
            }

            @Override
            public void rejected(Rejection rejection) {}
        });
        int ends = 0;
        for (byte[] piece : FuzzInputs.cut(input)) {
            decoder[0].feed(Feeding.buffer(piece));
            if (!decoder[0].isMidMessage() && decoder[0].heldBytes() > 0 && ends++ < 3) {
                decoder[0].resume();
            }
        }
        if (decoder[0].heldBytes() > input.length) {
            throw new AssertionError("held: " + decoder[0].heldBytes());
        }
        decoder[0].close();
    }

    static void same(String what, Object seen, Object expected) {
        if (!seen.equals(expected)) {
            throw new AssertionError(what + "\nseen:     " + seen + "\nexpected: " + expected);
        }
    }

    /** Sends each request on and reads it again. */
    private static final class Relayed implements MessageSink<ParsedRequest> {
        final List<String> details = new ArrayList<>();
        int completeDetails;
        boolean absolute;
        RequestDecoder decoder = new RequestDecoder(DecodeLimits.DEFAULT, this);

        private SentUpstream sent;
        private String line;
        private String framing;
        private final List<String> dropped = new ArrayList<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();

        @Override
        public void head(ParsedRequest head) {
            absolute |= head.hasAuthority();
            StringBuilder told = new StringBuilder(head.method() + " " + head.target());
            told.append(head.isHttp10() ? " 1.0 " : " 1.1 ").append(head.keepsAlive() ? "keep " : "close ");
            told.append(head.contentLength());
            head.forEachHeader(
                    (name, value) -> told.append('\n').append(name).append('=').append(value));
            details.add(told.toString());

            line = head.method() + " " + SentUpstream.BASE_PATH + head.target();
            framing =
                    head.framing() == BodyFraming.CHUNKED ? "CHUNKED -1" : head.framing() + " " + head.contentLength();
            dropped.clear();
            for (int i = 0; i < head.fieldCount(); i++) {
                if (head.namedByConnection(i) && head.fieldName(i) == FieldName.OTHER) {
                    dropped.add(head.fieldNameText(i));
                }
            }
            sent = new SentUpstream(head, head.upgrade() != null);
            body.reset();
        }

        @Override
        public void body(ByteBuf piece) {
            body.writeBytes(ByteBufUtil.getBytes(piece));
            sent.body(piece);
        }

        @Override
        public void end(Headers trailers) {
            if (body.size() > 0) {
                details.add("body " + body.toString(StandardCharsets.ISO_8859_1));
            }
            StringBuilder told = new StringBuilder("end ");
            trailers.forEach(
                    (name, value) -> told.append('\n').append(name).append('=').append(value));
            details.add(told.toString());
            completeDetails = details.size();
            sent.end(trailers);
            check(sent.bytes(), trailers);
            decoder.resume();
        }

        @Override
        public void rejected(Rejection rejection) {}

        private void check(byte[] message, Headers trailers) {
            Transcript<ParsedRequest> read = Feeding.requests(DecodeLimits.DEFAULT, List.of(message));
            String verdict = line + (body.size() > 0 ? ", body " + body.size() : "") + ", end";
            same("sent upstream", read.verdict(), verdict);
            same("sent upstream, to Netty", NettyReading.requests(message).verdict(), verdict);
            String head = read.events.getFirst();
            if (!head.contains("\n-> " + framing)) {
                throw new AssertionError("sent upstream: framing " + head + "\nexpected: " + framing);
            }
            StringBuilder end = new StringBuilder("end");
            trailers.forEach(
                    (name, value) -> end.append('\n').append(name).append(": ").append(value));
            same("trailers sent upstream", read.events.getLast(), end.toString());
            if (body.size() > 0) {
                same("body sent upstream", read.events.get(1), "body " + body.toString(StandardCharsets.ISO_8859_1));
            }
            LaxReading.checkOneReading(message);
            for (String name : dropped) {
                if (LaxReading.has(message, name)
                        && !LaxReading.OURS.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                    throw new AssertionError("sent upstream: " + name + " (expected: dropped, Connection names it)");
                }
            }
        }
    }
}
