package dev.embergate.engine.upstream;

import static dev.embergate.engine.testkit.Step.close;
import static dev.embergate.engine.testkit.Step.echo;
import static dev.embergate.engine.testkit.Step.endless;
import static dev.embergate.engine.testkit.Step.hold;
import static dev.embergate.engine.testkit.Step.readBody;
import static dev.embergate.engine.testkit.Step.send;
import static dev.embergate.engine.testkit.Step.stall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.ReceivedRequest;
import dev.embergate.engine.upstream.OutboundRequest.Body;
import dev.embergate.engine.upstream.UpstreamFailure.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies both ways, interim and early answers, upgrades, and neither side being overrun. */
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@MethodSource("dev.embergate.engine.upstream.Bench$Transport#available")
class UpstreamBodiesTest {
    private static final int SOCKET_BUFFERS = 24 << 20;

    private final Bench bench;
    private final Origin origin = Origin.start();
    private final UpstreamPool pool;
    private final Heard heard = new Heard();
    private final AtomicReference<UpstreamCall> call = new AtomicReference<>();

    UpstreamBodiesTest(Bench.Transport transport) {
        bench = new Bench(transport);
        pool = bench.pool(origin.uri());
    }

    @AfterEach
    void stop() {
        bench.close();
        origin.close();
    }

    private void open(String method, String fields, Body body) {
        bench.run(() -> call.set(pool.open(Bench.request(method, "/", fields, body, false), heard)));
    }

    /** RFC 9112 section 7.1. */
    @Test
    void aChunkedBodyIsFramedHere() {
        origin.answersText("ok");
        heard.onWritable = () -> {
            call.get().body(Bench.bytes("abc"));
            call.get().body(Bench.bytes(""));
            call.get().body(Bench.bytes("x".repeat(16)));
            call.get().body(Bench.bytes("y".repeat(0x1234)));
            call.get().endBody(Headers.EMPTY);
        };
        open("POST", "Transfer-Encoding: chunked\r\n", Body.CHUNKED);
        heard.awaitsEnd();
        assertThat(origin.take().rawBody())
                .isEqualTo(
                        "3\r\nabc\r\n10\r\n" + "x".repeat(16) + "\r\n1234\r\n" + "y".repeat(0x1234) + "\r\n0\r\n\r\n");
    }

    /** RFC 9112 section 7.1.2. */
    @Test
    void trailersFollowAChunkedBody() {
        origin.answersText("ok").answersText("ok");
        heard.onWritable = () -> {
            call.get().body(Bench.bytes("abc"));
            call.get().endBody(Headers.of("Digest", "x", "Sum", "y"));
        };
        open("POST", "Transfer-Encoding: chunked\r\n", Body.CHUNKED);
        heard.awaitsEnd();
        assertThat(origin.take().rawBody()).isEqualTo("3\r\nabc\r\n0\r\nDigest: x\r\nSum: y\r\n\r\n");
    }

    @Test
    void anEmptyChunkedBodyHasItsEnd() {
        origin.answersText("ok").answersText("ok");
        heard.onWritable = () -> call.get().endBody(Headers.EMPTY);
        open("POST", "Transfer-Encoding: chunked\r\n", Body.CHUNKED);
        heard.awaitsEnd();
        assertThat(origin.take().rawBody()).isEqualTo("0\r\n\r\n");
        Heard second = new Heard();
        bench.get(pool, "/", second);
        second.awaitsEnd();
        assertThat(origin.connections()).isOne();
    }

    @Test
    void theHeadGoesOutBeforeABodyThatComesLater() {
        CountDownLatch headSeen = new CountDownLatch(1);
        origin.answersText("ok");
        open("POST", "Content-Length: 3\r\n", Body.LENGTH);
        ReceivedRequest request = origin.take();
        headSeen.countDown();
        bench.run(() -> {
            assertThat(call.get().isWritable()).isTrue();
            call.get().body(Bench.bytes("abc"));
            call.get().endBody(Headers.EMPTY);
        });
        heard.awaitsEnd();
        assertThat(request.bodyText()).isEqualTo("abc");
        assertThat(heard.words).startsWith("writable");
    }

    @Test
    void aRequestWithoutABodyHearsNothingOfWritability() {
        origin.answersText("ok");
        open("GET", "", Body.NONE);
        heard.awaitsEnd();
        assertThat(heard.words).doesNotContain("writable");
    }

    /** RFC 9110 section 10.1.1 and 15.2. */
    @Test
    void interimAnswersArePassedOn() {
        origin.answers(
                send("HTTP/1.1 100 Continue\r\n\r\n"),
                readBody(),
                send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + Origin.text("done")));
        heard.onInterim = () -> {
            if (heard.words.contains("interim 100") && !heard.words.contains("interim 103")) {
                call.get().body(Bench.bytes("abc"));
                call.get().endBody(Headers.EMPTY);
            }
        };
        open("POST", "Content-Length: 3\r\nExpect: 100-continue\r\n", Body.LENGTH);
        heard.awaitsEnd();
        assertThat(heard.words.stream().filter(word -> !word.equals("complete")))
                .containsExactly("writable", "interim 100", "interim 103", "head 200", "body", "end");
        assertThat(heard.text()).isEqualTo("done");
    }

    /** RFC 9112 section 9.3: a connection whose request was not completed is not used again. */
    @Test
    void anEarlyAnswerIsDeliveredAndItsConnectionClosed() {
        origin.answers(send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig"), stall())
                .answersText("second");
        heard.onWritable = () -> {
            call.get().body(Bench.bytes("abc"));
            call.get().flush();
        };
        open("POST", "Content-Length: 1000000\r\n", Body.LENGTH);
        heard.awaitsEnd();
        assertThat(heard.words).contains("head 413").doesNotContain("failed CLOSED_BEFORE_HEAD");
        origin.connection(0).awaitClosed();
        bench.run(() -> {
            call.get().body(Bench.bytes("more of it"));
            call.get().flush();
            call.get().endBody(Headers.EMPTY);
            call.get().pauseReading();
            call.get().resumeReading();
            call.get().abort();
        });
        Heard second = new Heard();
        bench.get(pool, "/", second);
        second.awaitsEnd();
        assertThat(origin.connections()).isEqualTo(2);
    }

    @Test
    void anEarlyAnswerWhoseBodyWasCompletedInTimeKeepsTheConnection() {
        CountDownLatch bodySent = new CountDownLatch(1);
        origin.answers(send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab"), readBody(), send("cd"))
                .answersText("second");
        open("POST", "Content-Length: 3\r\n", Body.LENGTH);
        heard.awaits("body");
        bench.run(() -> {
            call.get().body(Bench.bytes("abc"));
            call.get().endBody(Headers.EMPTY);
            bodySent.countDown();
        });
        heard.awaitsEnd();
        assertThat(heard.text()).isEqualTo("abcd");
        Heard second = new Heard();
        bench.get(pool, "/", second);
        second.awaitsEnd();
        assertThat(origin.connections()).isOne();
    }

    /** The upstream answers, closes, and the body that is still being written meets a reset: the answer must survive. */
    @Test
    void anEarlyAnswerBehindABrokenWriteIsStillRead() {
        CountDownLatch answered = new CountDownLatch(1);
        origin.answers(send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"), close());
        CountDownLatch blocked = new CountDownLatch(1);
        open("POST", "Content-Length: 100000000\r\n", Body.LENGTH);
        origin.take();
        bench.loop.execute(() -> {
            // The loop looks away while answer, FIN and, for the bytes written now, a reset arrive.
            blocked.countDown();
            await().until(() -> answered.getCount() == 0);
            for (int i = 0; i < 20; i++) {
                call.get().body(Bench.bytes("x".repeat(1000)));
                call.get().flush();
            }
        });
        origin.connection(0).awaitClosed();
        answered.countDown();
        heard.awaitsEnd();
        assertThat(heard.words).contains("head 403");
        assertThat(heard.text()).isEqualTo("no");
    }

    @Test
    void aBodyIsTakenOnlyAsFastAsTheUpstreamReads() {
        CountDownLatch read = new CountDownLatch(1);
        origin.answers(hold(read), readBody(), send(Origin.text("ok")));
        int piece = 64 << 10;
        long total = 64L << 20;
        AtomicLong given = new AtomicLong();
        AtomicInteger turns = new AtomicInteger();
        heard.onWritable = () -> {
            turns.incrementAndGet();
            while (given.get() < total && call.get().isWritable()) {
                given.addAndGet(piece);
                call.get().body(Bench.bytes("x".repeat(piece)));
                call.get().flush();
            }
            if (given.get() == total) {
                call.get().endBody(Headers.EMPTY);
            }
        };
        open("POST", "Content-Length: " + total + "\r\n", Body.LENGTH);
        await().until(() -> given.get() > 0 && !bench.on(() -> call.get().isWritable()));
        assertThat(given.get()).isLessThan(SOCKET_BUFFERS);
        assertThat(turns.get()).isOne();
        read.countDown();
        heard.awaitsEnd();
        assertThat(turns.get()).as("told again each time it was writable again").isGreaterThan(1);
        assertThat(origin.take().body()).hasSize((int) total);
    }

    @Test
    void anUpstreamThatTakesNothingOfABodyTimesOut() {
        CountDownLatch never = new CountDownLatch(1);
        origin.answers(hold(never));
        UpstreamPool impatient =
                bench.pool(Bench.config(origin.uri()).idleMillis(200).build());
        heard.onWritable = () -> {
            while (call.get().isWritable()) {
                call.get().body(Bench.bytes("x".repeat(64 << 10)));
                call.get().flush();
            }
        };
        bench.run(() -> call.set(impatient.open(
                Bench.request("POST", "/", "Transfer-Encoding: chunked\r\n", Body.CHUNKED, false), heard)));
        heard.awaitsFailure(Kind.IDLE_TIMEOUT);
    }

    @Test
    void aSlowRequestBodyDoesNotTimeTheUpstreamOut() {
        origin.answersText("ok");
        UpstreamPool impatient = bench.pool(
                Bench.config(origin.uri()).idleMillis(60).firstByteMillis(60).build());
        bench.run(() -> call.set(
                impatient.open(Bench.request("POST", "/", "Content-Length: 3\r\n", Body.LENGTH, false), heard)));
        heard.awaits("writable");
        CountDownLatch later = new CountDownLatch(1);
        bench.loop.schedule(later::countDown, 300, java.util.concurrent.TimeUnit.MILLISECONDS);
        await().until(() -> later.getCount() == 0);
        bench.run(() -> {
            call.get().body(Bench.bytes("abc"));
            call.get().endBody(Headers.EMPTY);
        });
        heard.awaitsEnd();
    }

    @Test
    void anEndlessAnswerStopsWhenReadingPauses() {
        origin.answers(send("HTTP/1.1 200 OK\r\n\r\n"), endless(64 << 10));
        Heard counting = new Heard(false);
        counting.onBody = () -> {
            if (counting.bodyBytes.get() > 100_000) {
                call.get().pauseReading();
            }
        };
        bench.run(() -> call.set(pool.open(Bench.request("GET", "/", "", Body.NONE, false), counting)));
        await().until(() -> counting.bodyBytes.get() > 100_000);
        long heardSoFar = bench.on(counting.bodyBytes::get);
        await().until(() -> {
            long before = origin.sent();
            bench.run(() -> {});
            CountDownLatch moment = new CountDownLatch(1);
            bench.loop.schedule(moment::countDown, 100, java.util.concurrent.TimeUnit.MILLISECONDS);
            moment.await();
            return origin.sent() == before;
        });
        assertThat(counting.bodyBytes.get()).as("paused").isEqualTo(heardSoFar);
        assertThat(heardSoFar).as("no more than a read or two after the pause").isLessThan(100_000 + 1_100_000);
        assertThat(origin.sent()).isLessThan(SOCKET_BUFFERS);
        counting.onBody = () -> {};
        bench.run(() -> call.get().resumeReading());
        await().until(() -> counting.bodyBytes.get() > SOCKET_BUFFERS);
        bench.run(() -> call.get().abort());
        origin.awaitAllClosed();
    }

    @Test
    void aLongBodyIsReadInLargePieces() {
        byte[] megabytes = new byte[16 << 20];
        origin.answers(send("HTTP/1.1 200 OK\r\nContent-Length: " + megabytes.length + "\r\n\r\n"), send(megabytes));
        Heard counting = new Heard(false);
        bench.get(pool, "/", counting);
        counting.awaitsEnd();
        assertThat(counting.bodyBytes.get()).isEqualTo(megabytes.length);
        assertThat(counting.pieces).anyMatch(size -> size > 128 << 10);
    }

    @Test
    void aKnownLengthIsReadAtOnceAfterItsHead() {
        byte[] body = new byte[100_000];
        origin.answers(send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n"), send(body));
        Heard counting = new Heard(false);
        bench.run(() -> {
            pool.open(Bench.request("GET", "/warm", "", Body.NONE, false), counting);
        });
        counting.awaitsEnd();
        origin.answers(send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n"), send(body));
        Heard second = new Heard(false);
        bench.run(() -> {
            pool.open(Bench.request("GET", "/", "", Body.NONE, false), second);
            // The loop looks away until all of the answer lies in the socket.
            await().until(() -> origin.sent() > 2L * body.length);
        });
        second.awaitsEnd();
        assertThat(second.pieces).as("a small one with the head, then the rest").hasSizeLessThanOrEqualTo(3);
    }

    /** Small pieces that waited in large buffers would hold many times their size. */
    @Test
    void aSmallPieceDoesNotPinALargeBuffer() {
        CountDownLatch go = new CountDownLatch(1);
        origin.answers(send("HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n"), hold(go), send("tiny"), stall());
        bench.get(pool, "/", heard);
        heard.awaits("head 200");
        go.countDown();
        await().until(() -> heard.bodyBytes.get() == 4);
        assertThat(heard.largestCapacity).isLessThan(256);
        bench.run(() -> {});
    }

    @Test
    void aPausedAnswerThatEndsLeavesAConnectionThatReads() {
        origin.answersText("one").answersText("two");
        heard.onHead = () -> call.get().pauseReading();
        open("GET", "", Body.NONE);
        heard.awaitsEnd();
        origin.connection(0).closeNow();
        await().until(() -> bench.connections(pool) == 0);
        Heard second = new Heard();
        bench.get(pool, "/", second);
        second.awaitsEnd();
        assertThat(second.text()).isEqualTo("two");
    }

    @Test
    void chunkedAnswersComeUndoneWithTheirTrailers() {
        origin.answers(
                        send(
                                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nDigest: x\r\n\r\n"))
                .answersText("second");
        open("GET", "", Body.NONE);
        heard.awaitsEnd();
        assertThat(heard.text()).isEqualTo("abcde");
        assertThat(heard.trailers.first("digest")).isEqualTo("x");
        Heard second = new Heard();
        bench.get(pool, "/", second);
        second.awaitsEnd();
        assertThat(origin.connections()).isOne();
    }

    /** RFC 9112 section 6.3: no body, whatever Content-Length says. */
    @Test
    void headHasNoBody() {
        origin.answers(send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")).answersText("second");
        open("HEAD", "", Body.NONE);
        heard.awaitsEnd();
        assertThat(heard.bodyBytes.get()).isZero();
        Heard second = new Heard();
        bench.get(pool, "/", second);
        second.awaitsEnd();
        assertThat(origin.connections()).isOne();
    }

    @Test
    void readCompleteFollowsWhatCouldBeRead() {
        CountDownLatch go = new CountDownLatch(1);
        origin.answers(send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab"), hold(go), send("cd"));
        open("GET", "", Body.NONE);
        heard.awaits("complete");
        go.countDown();
        heard.awaitsEnd();
        assertThat(heard.words).containsExactly("head 200", "body", "complete", "body", "end");
    }

    /** RFC 9110 section 7.8. */
    @Test
    void anUpgradeHandsTheChannelOver() {
        origin.answers(
                send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: test\r\nConnection: upgrade\r\n\r\nfirst"), echo());
        bench.open(pool, "GET", "/", "Upgrade: test\r\nConnection: upgrade\r\n", Body.NONE, true, heard);
        heard.awaits("upgraded");
        Channel channel = heard.upgraded;
        assertThat(channel).isNotNull();
        assertThat(heard.words).containsExactly("upgraded");
        StringBuffer echoed = new StringBuffer(heard.rest);
        assertThat(bench.connections(pool)).as("out of the pool").isZero();
        bench.run(() -> {
            assertThat(channel.config().isAutoRead()).isFalse();
            assertThat(channel.pipeline().get(UpstreamConnection.class)).isNull();
            channel.pipeline().addLast(new SimpleChannelInboundHandler<ByteBuf>() {
                @Override
                protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
                    echoed.append(bytes.toString(StandardCharsets.ISO_8859_1));
                }
            });
            channel.config().setAutoRead(true);
            channel.writeAndFlush(Bench.bytes("second"));
        });
        await().until(() -> echoed.toString().equals("firstsecond"));
        channel.close();
        origin.awaitAllClosed();
    }

    @Test
    void anUpgradeThatIsRefusedIsAnOrdinaryAnswer() {
        origin.answersText("no").answersText("second");
        bench.open(pool, "GET", "/", "Upgrade: test\r\nConnection: upgrade\r\n", Body.NONE, true, heard);
        heard.awaitsEnd();
        assertThat(heard.text()).isEqualTo("no");
        Heard second = new Heard();
        bench.get(pool, "/", second);
        second.awaitsEnd();
        assertThat(origin.connections()).isOne();
    }
}
