package dev.embergate.engine.upstream;

import static dev.embergate.engine.testkit.Step.close;
import static dev.embergate.engine.testkit.Step.dribble;
import static dev.embergate.engine.testkit.Step.hold;
import static dev.embergate.engine.testkit.Step.reset;
import static dev.embergate.engine.testkit.Step.send;
import static dev.embergate.engine.testkit.Step.stall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.upstream.OutboundRequest.Body;
import dev.embergate.engine.upstream.UpstreamFailure.Kind;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an upstream may do wrong, and what a client may: leave at any time. */
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@MethodSource("dev.embergate.engine.upstream.Bench$Transport#available")
class UpstreamFailuresTest {
    private static final String HALF_BODY = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";

    private final Bench bench;
    private final Origin origin = Origin.start();
    private final Heard heard = new Heard();

    UpstreamFailuresTest(Bench.Transport transport) {
        bench = new Bench(transport);
    }

    @AfterEach
    void stop() {
        bench.close();
        origin.close();
    }

    @Test
    void aClosedPortIsRefused() {
        UpstreamPool pool = bench.pool(URI.create("http://127.0.0.1:" + Origin.closedPort()));
        bench.run(() -> {
            pool.open(Bench.request("GET", "/secret?token=1", "", Body.NONE, false), heard);
            assertThat(heard.words).as("nothing is told from within open").isEmpty();
        });
        UpstreamFailure failure = heard.awaitsFailure(Kind.REFUSED);
        assertThat(failure.message())
                .contains("origin")
                .doesNotContain("secret")
                .doesNotContain("token");
        assertThat(bench.health.reachable()).isFalse();
        assertThat(bench.connections(pool)).isZero();
    }

    @Test
    void reachableAgainWhenAConnectionWorks() {
        UpstreamPool refused = bench.pool(URI.create("http://127.0.0.1:" + Origin.closedPort()));
        bench.get(refused, "/", heard);
        heard.awaitsFailure(Kind.REFUSED);
        origin.answersText("x");
        Heard second = new Heard();
        bench.get(bench.pool(origin.uri()), "/", second);
        second.awaitsEnd();
        assertThat(bench.health.reachable()).isTrue();
    }

    @Test
    void whoWaitsBehindARefusedConnectionGetsAnAnswerToo() {
        UpstreamPool pool = bench.pool(Bench.config(URI.create("http://127.0.0.1:" + Origin.closedPort()))
                .connections(1, 2)
                .build());
        Heard second = new Heard();
        bench.run(() -> {
            pool.open(Bench.request("GET", "/1", "", Body.NONE, false), heard);
            pool.open(Bench.request("GET", "/2", "", Body.NONE, false), second);
        });
        heard.awaitsFailure(Kind.REFUSED);
        second.awaitsFailure(Kind.REFUSED);
    }

    @Test
    void aSilentUpstreamTimesOut() {
        origin.answers(stall());
        UpstreamPool pool =
                bench.pool(Bench.config(origin.uri()).firstByteMillis(150).build());
        bench.get(pool, "/", heard);
        assertThat(heard.awaitsFailure(Kind.FIRST_BYTE_TIMEOUT).kind().status()).isEqualTo(504);
        origin.awaitAllClosed();
    }

    @Test
    void aFirstByteThatIsNoWholeHeadDoesNotKeepAnAnswerWaitingForEver() {
        origin.answers(send("HTTP/1.1 20"), stall());
        UpstreamPool pool =
                bench.pool(Bench.config(origin.uri()).firstByteMillis(150).build());
        bench.get(pool, "/", heard);
        heard.awaitsFailure(Kind.FIRST_BYTE_TIMEOUT);
        origin.awaitAllClosed();
    }

    @Test
    void anAnswerThatStopsTimesOut() {
        origin.answers(send(HALF_BODY), stall());
        UpstreamPool pool =
                bench.pool(Bench.config(origin.uri()).idleMillis(150).build());
        bench.get(pool, "/", heard);
        heard.awaitsFailure(Kind.IDLE_TIMEOUT);
        assertThat(heard.text()).isEqualTo("half");
        origin.awaitAllClosed();
    }

    @Test
    void anAnswerThatComesSlowlyDoesNotTimeOut() {
        Semaphore tickets = new Semaphore(0);
        byte[] slow = "slowly".getBytes(StandardCharsets.US_ASCII);
        origin.answers(send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n"), dribble(slow, tickets));
        UpstreamPool pool =
                bench.pool(Bench.config(origin.uri()).idleMillis(400).build());
        bench.get(pool, "/", heard);
        long begin = System.nanoTime();
        heard.awaits("head 200");
        for (int i = 1; i <= slow.length; i++) {
            int sent = i;
            tickets.release();
            await().until(() -> heard.bodyBytes.get() == sent);
            // A third of the time-out between two bytes: twice the time-out in all.
            CountDownLatch never = new CountDownLatch(1);
            bench.loop.schedule(never::countDown, 133, java.util.concurrent.TimeUnit.MILLISECONDS);
            await().until(() -> never.getCount() == 0);
        }
        heard.awaitsEnd();
        assertThat(System.nanoTime() - begin).isGreaterThan(600_000_000L);
    }

    @Test
    void aClientThatTakesNothingDoesNotTimeTheUpstreamOut() {
        CountDownLatch go = new CountDownLatch(1);
        origin.answers(send(HALF_BODY), hold(go), send("whole"));
        UpstreamPool pool = bench.pool(Bench.config(origin.uri()).idleMillis(80).build());
        AtomicReference<UpstreamCall> call = new AtomicReference<>();
        heard.onBody = () -> call.get().pauseReading();
        bench.run(() -> call.set(pool.open(Bench.request("GET", "/", "", Body.NONE, false), heard)));
        heard.awaits("body");
        CountDownLatch later = new CountDownLatch(1);
        bench.loop.schedule(later::countDown, 300, java.util.concurrent.TimeUnit.MILLISECONDS);
        await().until(() -> later.getCount() == 0);
        assertThat(heard.failure).isNull();
        go.countDown();
        bench.run(() -> call.get().resumeReading());
        heard.awaitsEnd();
        assertThat(heard.text()).isEqualTo("halfwhole");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "H", "HTTP/1.1 200 OK\r\nContent-Le"})
    void anEndBeforeTheHeadIsTold(String sent) {
        origin.answers(send(sent), close());
        bench.get(bench.pool(origin.uri()), "/", heard);
        heard.awaitsFailure(Kind.CLOSED_BEFORE_HEAD);
    }

    @Test
    void aResetBeforeTheHeadIsTold() {
        origin.answers(send("HTTP/1.1 2"), reset());
        UpstreamPool pool = bench.pool(origin.uri());
        bench.get(pool, "/", heard);
        heard.awaitsFailure(Kind.CLOSED_BEFORE_HEAD);
        assertThat(bench.connections(pool)).isZero();
    }

    @Test
    void aResetWithinTheBodyIsTold() {
        CountDownLatch arrived = new CountDownLatch(1);
        origin.answers(send(HALF_BODY), hold(arrived), reset());
        bench.get(bench.pool(origin.uri()), "/", heard);
        heard.awaits("body");
        arrived.countDown();
        heard.awaitsFailure(Kind.CLOSED_MID_BODY);
    }

    /** RFC 9112 section 8: an incomplete answer. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                HALF_BODY,
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf"
            })
    void anAnswerShorterThanItSaysIsTold(String answer) {
        origin.answers(send(answer), close());
        bench.get(bench.pool(origin.uri()), "/", heard);
        heard.awaitsFailure(Kind.CLOSED_MID_BODY);
        assertThat(heard.text()).isEqualTo("half");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0000\u0001\u0002 garbage that never ends in a line\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
            })
    void nonsenseIsMalformed(String answer) {
        origin.answers(send(answer), stall());
        UpstreamPool pool = bench.pool(origin.uri());
        bench.get(pool, "/", heard);
        assertThat(heard.awaitsFailure(Kind.MALFORMED).kind().status()).isEqualTo(502);
        origin.awaitAllClosed();
        assertThat(bench.connections(pool)).isZero();
    }

    @Test
    void interimAnswersWithoutEndAreMalformed() {
        origin.answers(send("HTTP/1.1 102 Processing\r\n\r\n".repeat(100)), stall());
        bench.get(bench.pool(origin.uri()), "/", heard);
        heard.awaitsFailure(Kind.MALFORMED);
        origin.awaitAllClosed();
    }

    @Test
    void abortBeforeAnAnswerClosesTheConnection() {
        origin.answers(stall());
        UpstreamPool pool = bench.pool(origin.uri());
        UpstreamCall call = bench.get(pool, "/", heard);
        origin.take();
        bench.run(() -> {
            call.abort();
            assertThat(pool.connections()).isZero();
        });
        origin.awaitAllClosed();
        assertThat(heard.words).isEmpty();
    }

    @Test
    void abortWithinABodyClosesTheConnection() {
        origin.answers(send(HALF_BODY), stall());
        UpstreamCall call = bench.get(bench.pool(origin.uri()), "/", heard);
        heard.awaits("body");
        bench.run(call::abort);
        origin.awaitAllClosed();
        assertThat(heard.words).doesNotContain("end");
        assertThat(heard.failure).isNull();
    }

    @Test
    void abortFromACallbackIsTheLastOfIt() {
        origin.answers(send(Origin.text("whole")), stall());
        UpstreamPool pool = bench.pool(origin.uri());
        AtomicReference<UpstreamCall> call = new AtomicReference<>();
        heard.onHead = () -> call.get().abort();
        bench.run(() -> call.set(pool.open(Bench.request("GET", "/", "", Body.NONE, false), heard)));
        origin.connection(0).awaitClosed();
        bench.run(() -> {});
        assertThat(heard.words).containsExactly("head 200");
    }

    @Test
    void abortWithHalfAHeadBehindAnInterimOneLosesNothing() {
        origin.answers(send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Le"), stall());
        UpstreamPool pool = bench.pool(origin.uri());
        AtomicReference<UpstreamCall> call = new AtomicReference<>();
        heard.onInterim = () -> call.get().abort();
        bench.run(() -> call.set(pool.open(Bench.request("GET", "/", "", Body.NONE, false), heard)));
        origin.connection(0).awaitClosed();
        assertThat(heard.words).containsExactly("interim 100");
    }

    @Test
    void abortWhileConnectingClosesTheConnection() {
        UpstreamPool pool = bench.pool(origin.uri());
        bench.run(() -> {
            UpstreamCall call = pool.open(Bench.request("GET", "/", "", Body.NONE, false), heard);
            call.abort();
            call.abort();
        });
        Heard second = new Heard();
        origin.answersText("x");
        bench.get(pool, "/2", second);
        second.awaitsEnd();
        assertThat(heard.words).isEmpty();
        assertThat(origin.requests()).hasSize(1);
        await().until(() -> origin.openConnections() == 1);
        assertThat(bench.connections(pool)).isOne();
    }

    @Test
    void aConnectionBeingMadeForACallThatLeftGoesToTheNext() {
        origin.answersText("second");
        UpstreamPool pool =
                bench.pool(Bench.config(origin.uri()).connections(1, 1).build());
        Heard second = new Heard();
        bench.run(() -> {
            UpstreamCall call = pool.open(Bench.request("GET", "/1", "", Body.NONE, false), heard);
            pool.open(Bench.request("GET", "/2", "", Body.NONE, false), second);
            call.abort();
            assertThat(pool.waiting()).isZero();
        });
        second.awaitsEnd();
        assertThat(origin.connections()).isOne();
        assertThat(heard.words).isEmpty();
    }

    @Test
    void abortOfACallThatHasFailedTellsNothing() {
        UpstreamPool pool =
                bench.pool(Bench.config(origin.uri()).connections(1, 0).build());
        origin.answers(stall());
        Heard busy = new Heard();
        bench.run(() -> {
            pool.open(Bench.request("GET", "/1", "", Body.NONE, false), heard);
            pool.open(Bench.request("GET", "/2", "", Body.NONE, false), busy).abort();
        });
        bench.run(() -> {});
        assertThat(busy.words).isEmpty();
    }

    @Test
    void abortBeforeABodyCouldBeginLeavesTheConnectionToOthers() {
        origin.answersText("one").answersText("two");
        UpstreamPool pool = bench.pool(origin.uri());
        bench.get(pool, "/1", heard);
        heard.awaitsEnd();
        Heard aborted = new Heard();
        bench.run(() -> pool.open(Bench.request("POST", "/p", "Content-Length: 3\r\n", Body.LENGTH, false), aborted)
                .abort());
        Heard second = new Heard();
        bench.get(pool, "/2", second);
        second.awaitsEnd();
        assertThat(aborted.words).isEmpty();
        assertThat(origin.connections()).isOne();
    }

    @Test
    void aLoopThatStopsLosesNoBuffer() {
        origin.otherwise(stall());
        for (int i = 0; i < 20; i++) {
            try (Bench brief = new Bench(bench.transport)) {
                UpstreamPool pool = brief.pool(origin.uri());
                brief.run(() -> {
                    pool.open(Bench.request("GET", "/", "", Body.NONE, false), new Heard());
                    brief.stopLoops();
                });
            }
        }
    }
}
