package dev.embergate.engine.wire;

import static dev.embergate.engine.testkit.Step.readBody;
import static dev.embergate.engine.testkit.Step.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.BodyRewriter;
import dev.embergate.engine.spi.BodySink;
import dev.embergate.engine.spi.BodyTransform;
import dev.embergate.engine.spi.HeadEdits;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestEdits;
import dev.embergate.engine.spi.ResponseHead;
import dev.embergate.engine.spi.ResponsePlan;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.WireAnswer;
import dev.embergate.engine.testkit.WireClient;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers without a body where a plan speaks of one (RFC 9110 section 6.4.1). */
@ExtendWith(LeakCheck.class)
class BodilessAnswersTest {
    private static final BodyTransform TWICE = new BodyTransform() {
        @Override
        public boolean accepts(ResponseHead head) {
            return "text/plain".equals(head.header("Content-Type"));
        }

        @Override
        public BodyRewriter open(ResponseHead head) {
            return new BodyRewriter() {
                @Override
                public void accept(ByteBuffer piece, BodySink out) {
                    out.write(piece);
                    out.write(piece);
                }

                @Override
                public void finish(BodySink out) {}
            };
        }
    };

    private Origin origin;

    @BeforeEach
    void start() {
        origin = Origin.start();
    }

    @AfterEach
    void stop() {
        origin.close();
    }

    private Proxy with(ResponsePlan plan) {
        return Proxy.to(origin)
                .rule("plan", "/**", (request, context) -> new Outcome.Forward("", RequestEdits.NONE, plan))
                .start();
    }

    /** RFC 9110 section 8.6: no Content-Length but the one the answer to GET would have. */
    @Test
    void theHeadOfWhatWouldBeRewrittenTellsNothingOfTheOldBody() {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nETag: \"a\"\r\nContent-Length: 5\r\n\r\n";
        origin.answers(readBody(), send(head)).answersText("next");
        try (Proxy proxy = with(new ResponsePlan.Rewrite(TWICE));
                WireClient client = proxy.client()) {
            client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
            WireAnswer answer = client.readAnswerTo("HEAD");
            assertThat(answer.field("Content-Type")).isEqualTo("text/plain");
            assertThat(answer.head())
                    .doesNotContainIgnoringCase("content-length")
                    .doesNotContainIgnoringCase("etag");
            assertThat(client.get("/").readAnswer().status()).isEqualTo(200);
        }
    }

    @Test
    void theHeadOfWhatWouldNotBeRewrittenIsRelayedAsItIs() {
        origin.answers(
                readBody(),
                send("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nETag: \"a\"\r\nContent-Length: 5\r\n\r\n"));
        try (Proxy proxy = with(new ResponsePlan.Rewrite(TWICE));
                WireClient client = proxy.client()) {
            client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
            WireAnswer answer = client.readAnswerTo("HEAD");
            assertThat(answer.field("Content-Length")).isEqualTo("5");
            assertThat(answer.field("ETag")).isEqualTo("\"a\"");
        }
    }

    /** RFC 9112 section 6.3 rule 1: a client takes what follows such a head for the next answer. */
    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void anEditThatLeavesABodyWithoutAPlaceIs502(int status) {
        origin.answers(
                        readBody(),
                        send(
                                "HTTP/1.1 200 OK\r\nContent-Length: 38\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
                .answersText("next");
        try (Proxy proxy = with(new ResponsePlan.EditHead(head -> edit(head, status)));
                WireClient client = proxy.client()) {
            assertThat(client.get("/").readAnswer().status()).isEqualTo(502);
            assertThat(client.get("/keep").readAnswer().text()).isEqualTo("next");
        }
    }

    /** Nobody would find the end of a body that is not there. */
    @ParameterizedTest
    @ValueSource(strings = {"204 No Content", "304 Not Modified"})
    void anEditThatMakesOneOfABodilessAnswerIsSentWithoutABody(String status) {
        origin.answers(readBody(), send("HTTP/1.1 " + status + "\r\n\r\n")).answersText("next");
        try (Proxy proxy = with(new ResponsePlan.EditHead(head -> edit(head, 200)));
                WireClient client = proxy.client()) {
            WireAnswer answer = client.get("/").readAnswer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.field("Content-Length")).isEqualTo("0");
            assertThat(client.get("/keep").readAnswer().text()).isEqualTo("next");
        }
    }

    private static HeadEdits edit(ResponseHead head, int status) {
        return head.header("Content-Type") != null ? HeadEdits.NONE : new HeadEdits(status, List.of(), Headers.EMPTY);
    }
}
