package dev.embergate.engine.upstream;

import static dev.embergate.engine.testkit.Step.close;
import static dev.embergate.engine.testkit.Step.hold;
import static dev.embergate.engine.testkit.Step.send;
import static dev.embergate.engine.testkit.Step.stall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.ReceivedRequest;
import dev.embergate.engine.upstream.OutboundRequest.Body;
import dev.embergate.engine.upstream.UpstreamFailure.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which connection a call gets, and what becomes of it. */
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@MethodSource("dev.embergate.engine.upstream.Bench$Transport#available")
class UpstreamPoolTest {
    private final Bench bench;
    private final Origin origin = Origin.start();

    UpstreamPoolTest(Bench.Transport transport) {
        bench = new Bench(transport);
    }

    @AfterEach
    void stop() {
        bench.close();
        origin.close();
    }

    @Test
    void anAnswerComesWithHeadBodyAndEnd() {
        origin.answersText("hello");
        UpstreamPool pool = bench.pool(origin.uri());
        Heard heard = new Heard();
        bench.get(pool, "/a?b=c", heard);
        heard.awaitsEnd();
        assertThat(heard.words).containsExactly("head 200", "body", "end");
        assertThat(heard.text()).isEqualTo("hello");
        assertThat(heard.statusAtEnd)
                .as("the head is readable until the end has been told")
                .isEqualTo(200);
        assertThat(origin.take().target()).isEqualTo("/a?b=c");
        assertThat(bench.health.reachable()).isTrue();
    }

    @Test
    void aConnectionIsUsedAgain() {
        origin.otherwise(send(Origin.text("x")));
        UpstreamPool pool = bench.pool(origin.uri());
        for (int i = 0; i < 5; i++) {
            Heard heard = new Heard();
            bench.get(pool, "/" + i, heard);
            heard.awaitsEnd();
        }
        assertThat(origin.connections()).isOne();
        assertThat(bench.connections(pool)).isOne();
    }

    @Test
    void theConnectionUsedLastIsUsedFirst() {
        CountDownLatch both = new CountDownLatch(1);
        origin.answers(hold(both), send(Origin.text("0")))
                .answers(hold(both), send(Origin.text("1")))
                .otherwise(send(Origin.text("x")));
        UpstreamPool pool = bench.pool(origin.uri());
        Heard first = new Heard();
        Heard second = new Heard();
        bench.get(pool, "/0", first);
        bench.get(pool, "/1", second);
        origin.take();
        origin.take();
        both.countDown();
        first.awaitsEnd();
        second.awaitsEnd();
        Heard warm = new Heard();
        bench.get(pool, "/warm", warm);
        warm.awaitsEnd();
        int used = origin.take().connection().number();
        for (int i = 0; i < 3; i++) {
            Heard heard = new Heard();
            bench.get(pool, "/again", heard);
            heard.awaitsEnd();
            assertThat(origin.take().connection().number()).isEqualTo(used);
        }
    }

    @Test
    void anotherCallCanBeOpenedFromTheEndOfOne() {
        origin.answersText("one").answersText("two");
        UpstreamPool pool = bench.pool(origin.uri());
        Heard second = new Heard();
        Heard first = new Heard();
        first.onEnd = () -> pool.open(Bench.request("GET", "/2", "", Body.NONE, false), second);
        bench.get(pool, "/1", first);
        second.awaitsEnd();
        assertThat(second.text()).isEqualTo("two");
        assertThat(origin.connections())
                .as("the connection is back in the pool when the end is told")
                .isOne();
    }

    /** RFC 9112 section 9.3 and 9.6: what the upstream does not keep, or what only its close ends, is not used again. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx",
                "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
                "HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\nx",
            })
    void aConnectionThatIsNotKeptIsNotUsedAgain(String answer) {
        origin.answers(send(answer), stall()).answersText("two");
        UpstreamPool pool = bench.pool(origin.uri());
        Heard first = new Heard();
        bench.get(pool, "/1", first);
        first.awaitsEnd();
        assertThat(first.text()).isEqualTo("x");
        Heard second = new Heard();
        bench.get(pool, "/2", second);
        second.awaitsEnd();
        origin.connection(0).awaitClosed();
        assertThat(origin.connection(0).closedByPeer()).as("the pool closes it").isTrue();
        assertThat(origin.connections()).isEqualTo(2);
    }

    @Test
    void aBodyThatRunsUntilCloseEndsWithIt() {
        origin.answers(send("HTTP/1.1 200 OK\r\n\r\nall of it"), close()).answersText("two");
        UpstreamPool pool = bench.pool(origin.uri());
        Heard heard = new Heard();
        bench.get(pool, "/", heard);
        heard.awaitsEnd();
        assertThat(heard.text()).isEqualTo("all of it");
        await().until(() -> bench.connections(pool) == 0);
        Heard second = new Heard();
        bench.get(pool, "/", second);
        second.awaitsEnd();
        assertThat(origin.connections()).isEqualTo(2);
    }

    @Test
    void anIdleConnectionThatTheUpstreamClosesIsForgotten() {
        origin.answersText("one").answersText("two");
        UpstreamPool pool = bench.pool(origin.uri());
        Heard first = new Heard();
        bench.get(pool, "/", first);
        first.awaitsEnd();
        origin.connection(0).closeNow();
        await().until(() -> bench.connections(pool) == 0);
        Heard second = new Heard();
        bench.get(pool, "/", second);
        second.awaitsEnd();
        assertThat(second.text()).isEqualTo("two");
    }

    /** RFC 9112 section 9.2: such bytes must never be taken for the answer to the next request. */
    @Test
    void bytesOnAnIdleConnectionCloseIt() throws Exception {
        origin.answersText("one").answersText("two");
        UpstreamPool pool = bench.pool(origin.uri());
        Heard first = new Heard();
        bench.get(pool, "/", first);
        first.awaitsEnd();
        origin.connection(0).sendNow(Origin.text("evil").getBytes(StandardCharsets.US_ASCII));
        origin.connection(0).awaitClosed();
        await().until(() -> bench.connections(pool) == 0);
        Heard second = new Heard();
        bench.get(pool, "/", second);
        second.awaitsEnd();
        assertThat(second.text()).isEqualTo("two");
    }

    /** RFC 9112 section 6.3: the answer is whole, but what follows it makes the connection unusable. */
    @Test
    void anAnswerLongerThanItSaysCostsTheConnectionOnly() {
        origin.answers(send(Origin.text("one") + "surplus"), stall()).answersText("two");
        UpstreamPool pool = bench.pool(origin.uri());
        Heard first = new Heard();
        bench.get(pool, "/", first);
        first.awaitsEnd();
        assertThat(first.text()).isEqualTo("one");
        origin.connection(0).awaitClosed();
        Heard second = new Heard();
        bench.get(pool, "/", second);
        second.awaitsEnd();
        assertThat(second.text()).isEqualTo("two");
        assertThat(origin.connections()).isEqualTo(2);
    }

    @Test
    void anUnusedConnectionIsClosedAfterKeepAlive() {
        origin.answersText("one");
        UpstreamPool pool =
                bench.pool(Bench.config(origin.uri()).keepAliveMillis(100).build());
        Heard first = new Heard();
        bench.get(pool, "/", first);
        first.awaitsEnd();
        origin.connection(0).awaitClosed();
        assertThat(origin.connection(0).closedByPeer()).isTrue();
        assertThat(bench.connections(pool)).isZero();
    }

    @Test
    void callsBeyondTheConnectionsWaitTheirTurn() {
        CountDownLatch go = new CountDownLatch(1);
        origin.answers(hold(go), send(Origin.text("x"))).otherwise(send(Origin.text("x")));
        UpstreamPool pool =
                bench.pool(Bench.config(origin.uri()).connections(1, 3).build());
        List<Heard> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Heard heard = new Heard();
            all.add(heard);
            bench.get(pool, "/" + i, heard);
        }
        assertThat(bench.waiting(pool)).isEqualTo(3);
        go.countDown();
        all.forEach(Heard::awaitsEnd);
        assertThat(origin.requests()).extracting(ReceivedRequest::target).containsExactly("/0", "/1", "/2", "/3");
        assertThat(origin.connections()).isOne();
        assertThat(bench.waiting(pool)).isZero();
    }

    @Test
    void whoWaitsGetsANewConnectionWhenOneIsNotKept() {
        origin.answers(send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"))
                .answersText("two");
        UpstreamPool pool =
                bench.pool(Bench.config(origin.uri()).connections(1, 1).build());
        Heard first = new Heard();
        Heard second = new Heard();
        bench.get(pool, "/1", first);
        bench.get(pool, "/2", second);
        first.awaitsEnd();
        second.awaitsEnd();
        assertThat(origin.connections()).isEqualTo(2);
    }

    @Test
    void oneMoreThanMayWaitIsBusy() {
        origin.answers(stall());
        UpstreamPool pool =
                bench.pool(Bench.config(origin.uri()).connections(1, 1).build());
        Heard running = new Heard();
        Heard waiting = new Heard();
        Heard beyond = new Heard();
        bench.get(pool, "/1", running);
        bench.get(pool, "/2", waiting);
        bench.run(() -> {
            pool.open(Bench.request("GET", "/3", "", Body.NONE, false), beyond);
            assertThat(beyond.words).as("nothing is told from within open").isEmpty();
        });
        UpstreamFailure failure = beyond.awaitsFailure(Kind.BUSY);
        assertThat(failure.kind().status()).isEqualTo(503);
        assertThat(waiting.words).isEmpty();
    }

    @Test
    void waitingForAConnectionHasALimit() {
        origin.answers(stall());
        UpstreamPool pool = bench.pool(
                Bench.config(origin.uri()).connections(1, 1).connectMillis(200).build());
        Heard running = new Heard();
        Heard waiting = new Heard();
        bench.get(pool, "/1", running);
        bench.get(pool, "/2", waiting);
        waiting.awaitsFailure(Kind.BUSY);
        assertThat(bench.waiting(pool)).isZero();
        assertThat(running.words).isEmpty();
    }

    @Test
    void aCallThatIsAbortedLeavesTheQueue() {
        CountDownLatch go = new CountDownLatch(1);
        origin.answers(hold(go), send(Origin.text("x"))).answersText("third");
        UpstreamPool pool =
                bench.pool(Bench.config(origin.uri()).connections(1, 1).build());
        Heard first = new Heard();
        Heard second = new Heard();
        Heard third = new Heard();
        bench.get(pool, "/1", first);
        UpstreamCall call = bench.get(pool, "/2", second);
        bench.run(call::abort);
        assertThat(bench.waiting(pool)).isZero();
        bench.get(pool, "/3", third);
        go.countDown();
        third.awaitsEnd();
        assertThat(second.words).isEmpty();
        assertThat(origin.requests()).extracting(ReceivedRequest::target).containsExactly("/1", "/3");
    }

    @Test
    void closingEndsWhatRestsAndWhatWaitsButNotWhatRuns() {
        CountDownLatch go = new CountDownLatch(1);
        origin.answersText("idle").answers(hold(go), send(Origin.text("done")));
        UpstreamPool pool =
                bench.pool(Bench.config(origin.uri()).connections(1, 1).build());
        Heard idle = new Heard();
        bench.get(pool, "/", idle);
        idle.awaitsEnd();
        Heard running = new Heard();
        Heard waiting = new Heard();
        bench.get(pool, "/1", running);
        bench.get(pool, "/2", waiting);
        bench.run(pool::close);
        waiting.awaitsFailure(Kind.STOPPING);
        Heard late = new Heard();
        bench.get(pool, "/3", late);
        late.awaitsFailure(Kind.STOPPING);
        go.countDown();
        running.awaitsEnd();
        assertThat(running.text()).isEqualTo("done");
        origin.awaitAllClosed();
        assertThat(bench.connections(pool)).isZero();
    }

    @Test
    void closingClosesIdleConnections() {
        origin.answersText("idle");
        UpstreamPool pool = bench.pool(origin.uri());
        Heard idle = new Heard();
        bench.get(pool, "/", idle);
        idle.awaitsEnd();
        bench.run(pool::close);
        origin.connection(0).awaitClosed();
    }
}
