package dev.embergate.engine.upstream;

import static dev.embergate.engine.testkit.Step.close;
import static dev.embergate.engine.testkit.Step.hold;
import static dev.embergate.engine.testkit.Step.readBody;
import static dev.embergate.engine.testkit.Step.reset;
import static dev.embergate.engine.testkit.Step.send;
import static dev.embergate.engine.testkit.Step.stall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.OriginConnection;
import dev.embergate.engine.testkit.ReceivedRequest;
import dev.embergate.engine.upstream.OutboundRequest.Body;
import dev.embergate.engine.upstream.UpstreamFailure.Kind;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 section 9.3.1: a kept connection may be closed by the upstream just as it is used again. */
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@MethodSource("dev.embergate.engine.upstream.Bench$Transport#available")
class UpstreamRetryTest {
    private final Bench bench;
    private final Origin origin = Origin.start();
    private final UpstreamPool pool;
    private final Heard heard = new Heard();

    UpstreamRetryTest(Bench.Transport transport) {
        bench = new Bench(transport);
        pool = bench.pool(Bench.config(origin.uri()).connections(1, 1).build());
    }

    @AfterEach
    void stop() {
        bench.close();
        origin.close();
    }

    private void warmUp() {
        origin.answersText("warm");
        Heard warm = new Heard();
        bench.get(pool, "/warm", warm);
        warm.awaitsEnd();
        origin.take();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
    void aSafeCallOnADeadConnectionGoesOutOnceMore(String method) {
        warmUp();
        origin.answers(close()).answers(send("HTTP/1.1 204 No Content\r\n\r\n"));
        bench.open(pool, method, "/again", "X: y\r\n", Body.NONE, false, heard);
        heard.awaitsEnd();
        assertThat(heard.words).containsExactly("head 204", "end");
        ReceivedRequest first = origin.take();
        ReceivedRequest second = origin.take();
        assertThat(second.head()).as("byte for byte").isEqualTo(first.head());
        assertThat(second.connection().number()).isEqualTo(1);
    }

    @Test
    void aResetCountsAsDead() {
        warmUp();
        origin.answers(reset()).answersText("second try");
        bench.get(pool, "/again", heard);
        heard.awaitsEnd();
        assertThat(heard.text()).isEqualTo("second try");
    }

    @Test
    void onceIsEnough() {
        warmUp();
        origin.answers(close()).otherwise(close());
        bench.get(pool, "/again", heard);
        heard.awaitsFailure(Kind.CLOSED_BEFORE_HEAD);
        assertThat(origin.requests()).hasSize(3);
    }

    @Test
    void aNewConnectionIsNoReasonForAnotherTry() {
        origin.otherwise(close());
        bench.get(pool, "/", heard);
        heard.awaitsFailure(Kind.CLOSED_BEFORE_HEAD);
        assertThat(origin.requests()).hasSize(1);
    }

    @Test
    void anAnswerThatHasBegunIsNotAskedForAgain() {
        warmUp();
        origin.answers(send("HTTP/1.1 2"), close());
        bench.get(pool, "/again", heard);
        heard.awaitsFailure(Kind.CLOSED_BEFORE_HEAD);
        assertThat(origin.requests()).hasSize(2);
    }

    @Test
    void aPostThatWasWrittenIsNotRepeated() {
        warmUp();
        origin.answers(close());
        bench.open(pool, "POST", "/pay", "Content-Length: 0\r\n", Body.NONE, false, heard);
        heard.awaitsFailure(Kind.CLOSED_BEFORE_HEAD);
        assertThat(origin.requests()).hasSize(2);
    }

    @Test
    void aBodyThatWasHandedOverIsNotRepeated() {
        warmUp();
        origin.answers(readBody(), close());
        AtomicReference<UpstreamCall> call = new AtomicReference<>();
        heard.onWritable = () -> {
            call.get().body(Bench.bytes("abc"));
            call.get().endBody(Headers.EMPTY);
        };
        bench.run(() ->
                call.set(pool.open(Bench.request("PUT", "/p", "Content-Length: 3\r\n", Body.LENGTH, false), heard)));
        heard.awaitsFailure(Kind.CLOSED_BEFORE_HEAD);
        assertThat(origin.requests()).hasSize(2);
        assertThat(origin.take().bodyText()).isEqualTo("abc");
    }

    @Test
    void aPieceOfABodyThatWasHandedOverIsNotRepeated() {
        warmUp();
        CountDownLatch pieceSeen = new CountDownLatch(1);
        origin.answers(hold(pieceSeen), close());
        AtomicReference<UpstreamCall> call = new AtomicReference<>();
        heard.onWritable = () -> call.get().body(Bench.bytes("a"));
        bench.run(() ->
                call.set(pool.open(Bench.request("PUT", "/p", "Content-Length: 3\r\n", Body.LENGTH, false), heard)));
        origin.take();
        pieceSeen.countDown();
        heard.awaitsFailure(Kind.CLOSED_BEFORE_HEAD);
        assertThat(origin.requests()).hasSize(2);
    }

    @Test
    void aBodyNotYetHandedOverGoesToTheNextConnection() {
        warmUp();
        origin.answers(close()).answersText("done");
        AtomicReference<UpstreamCall> call = new AtomicReference<>();
        int[] writables = new int[1];
        heard.onWritable = () -> {
            if (++writables[0] == 2) {
                call.get().body(Bench.bytes("abc"));
                call.get().endBody(Headers.EMPTY);
            }
        };
        bench.run(() ->
                call.set(pool.open(Bench.request("PUT", "/p", "Content-Length: 3\r\n", Body.LENGTH, false), heard)));
        heard.awaitsEnd();
        origin.take();
        assertThat(origin.take().bodyText()).isEqualTo("abc");
    }

    /** A POST whose bytes never left this process is no risk. */
    @Test
    void aPostThatCouldNotBeWrittenGoesOutOnANewConnection() {
        warmUp();
        origin.answersText("posted");
        OriginConnection stale = origin.connection(0);
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        bench.loop.execute(() -> {
            blocked.countDown();
            await().until(() -> go.getCount() == 0);
            // The reset lies in the socket, and the loop has not seen it.
            pool.open(Bench.request("POST", "/pay", "Content-Length: 0\r\n", Body.NONE, false), heard);
        });
        await().until(() -> blocked.getCount() == 0);
        stale.resetNow();
        stale.awaitClosed();
        go.countDown();
        heard.awaitsEnd();
        assertThat(heard.text()).isEqualTo("posted");
        assertThat(origin.take().connection().number()).isEqualTo(1);
    }

    @Test
    void aRetryComesBeforeWhoWaits() {
        warmUp();
        origin.answers(close()).answersText("first").answersText("second");
        Heard waiting = new Heard();
        bench.run(() -> {
            pool.open(Bench.request("GET", "/1", "", Body.NONE, false), heard);
            pool.open(Bench.request("GET", "/2", "", Body.NONE, false), waiting);
        });
        heard.awaitsEnd();
        waiting.awaitsEnd();
        assertThat(heard.text()).isEqualTo("first");
        assertThat(waiting.text()).isEqualTo("second");
    }

    @Test
    void abortDuringTheRetryEndsIt() {
        warmUp();
        origin.answers(close()).answers(stall());
        UpstreamCall call = bench.get(pool, "/again", heard);
        origin.take();
        origin.take();
        bench.run(call::abort);
        origin.awaitAllClosed();
        assertThat(heard.words).isEmpty();
    }
}
