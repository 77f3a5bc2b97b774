package dev.embergate.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.testkit.LeakCheck;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A second opinion: on valid messages Netty's codec and this one agree on every field; on the corpus they differ exactly where a
 * file says so, nearly always because Netty lets through what is refused here.
 */
@ExtendWith(LeakCheck.class)
class NettyDifferentialTest {
    private static final int ROUNDS = 1500;

    @ParameterizedTest
    @MethodSource("dev.embergate.engine.decode.HostileMessage#requests")
    void requestsOfTheCorpusDifferWhereTheFileSaysSo(HostileMessage message) {
        String theirs = NettyReading.requests(message.bytes()).verdict();
        assertDifference(message, theirs);
    }

    @ParameterizedTest
    @MethodSource("dev.embergate.engine.decode.HostileMessage#responses")
    void answersOfTheCorpusDifferWhereTheFileSaysSo(HostileMessage message) {
        String theirs =
                NettyReading.responses(message.requestMethod(), message.bytes()).verdict();
        assertDifference(message, theirs);
    }

    private static void assertDifference(HostileMessage message, String theirs) {
        String ours = message.verdict().replaceAll("(^|, )(400|417|431|501|502|505)$", "$1refused");
        ours = ours.replaceAll("(, )?mid head$", "");
        String expected = message.netty().isEmpty() ? ours : message.netty();
        assertThat(theirs).as("Netty on %s", message).isEqualTo(expected);
    }

    @Test
    void generatedRequestsReadTheSame() {
        for (long seed = 1; seed <= ROUNDS; seed++) {
            Valid valid = new Valid(new SplittableRandom(seed));
            byte[] bytes = valid.requests();
            List<String> ours = new ArrayList<>();
            RequestDecoder[] decoder = new RequestDecoder[1];
            decoder[0] = new RequestDecoder(
                    DecodeLimits.DEFAULT, new Details<>(ours, request -> request.method() + " " + request.target()) {
                        @Override
                        public void end(Headers trailers) {
                            super.end(trailers);
                            decoder[0].resume();
                        }
                    });
            for (byte[] piece : valid.cut(bytes)) {
                decoder[0].feed(Feeding.buffer(piece));
            }
            decoder[0].close();
            assertThat(ours).as("seed %d", seed).isEqualTo(NettyReading.requests(bytes).details);
        }
    }

    @Test
    void generatedAnswersReadTheSame() {
        for (long seed = 1; seed <= ROUNDS; seed++) {
            Valid valid = new Valid(new SplittableRandom(seed));
            String method = seed % 7 == 0 ? "HEAD" : "GET";
            byte[] bytes = valid.response(method);
            List<String> ours = new ArrayList<>();
            ResponseDecoder decoder = new ResponseDecoder(
                    DecodeLimits.DEFAULT,
                    new Details<>(ours, answer -> (answer.status() + " " + answer.reason()).stripTrailing()));
            decoder.expect(method);
            for (byte[] piece : valid.cut(bytes)) {
                decoder.feed(Feeding.buffer(piece));
            }
            assertThat(decoder.inputClosed()).as("seed %d", seed).isTrue();
            assertThat(ours).as("seed %d", seed).isEqualTo(NettyReading.responses(method, bytes).details);
        }
    }

    /** Writes down in the words of {@link NettyReading}. */
    private static class Details<H extends ParsedHead> implements MessageSink<H> {
        private final List<String> lines;
        private final Function<H, String> startLine;
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();

        Details(List<String> lines, Function<H, String> startLine) {
            this.lines = lines;
            this.startLine = startLine;
        }

        @Override
        public void head(H head) {
            StringBuilder line = new StringBuilder(startLine.apply(head));
            line.append(head.isHttp10() ? " 1.0 " : " 1.1 ");
            // Netty asks the Connection field only; here a body until close ends the connection, too.
            boolean unframed =
                    head instanceof ParsedResponse && head.framing() != BodyFraming.CHUNKED && head.contentLength() < 0;
            line.append(unframed ? "" : head.keepsAlive() ? "keep " : "close ").append(head.contentLength());
            head.forEachHeader(
                    (name, value) -> line.append('\n').append(name).append('=').append(value));
            lines.add(line.toString());
        }

        @Override
        public void body(ByteBuf piece) {
            body.writeBytes(ByteBufUtil.getBytes(piece));
            piece.release();
        }

        @Override
        public void end(Headers trailers) {
            if (body.size() > 0) {
                lines.add("body " + body.toString(StandardCharsets.ISO_8859_1));
                body.reset();
            }
            StringBuilder line = new StringBuilder("end ");
            trailers.forEach(
                    (name, value) -> line.append('\n').append(name).append('=').append(value));
            lines.add(line.toString());
        }

        @Override
        public void rejected(Rejection rejection) {
            lines.add(rejection.toString());
        }
    }
}
