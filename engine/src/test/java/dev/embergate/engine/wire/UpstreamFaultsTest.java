package dev.embergate.engine.wire;

import static dev.embergate.engine.testkit.Step.close;
import static dev.embergate.engine.testkit.Step.dribble;
import static dev.embergate.engine.testkit.Step.endless;
import static dev.embergate.engine.testkit.Step.hold;
import static dev.embergate.engine.testkit.Step.readBody;
import static dev.embergate.engine.testkit.Step.reset;
import static dev.embergate.engine.testkit.Step.send;
import static dev.embergate.engine.testkit.Step.shutdownOutput;
import static dev.embergate.engine.testkit.Step.stall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.embergate.engine.control.EngineStatus;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.Step;
import dev.embergate.engine.testkit.WireAnswer;
import dev.embergate.engine.testkit.WireClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams that do as badly as they can, seen from the client's side. */
@ExtendWith(LeakCheck.class)
class UpstreamFaultsTest {
    private static final int CLIENTS = 30;

    private final Origin origin = Origin.start();

    @AfterEach
    void stop() {
        origin.close();
    }

    private static EngineStatus.Upstream status(Proxy proxy) {
        return proxy.engine.status().upstreams().getFirst();
    }

    @ParameterizedTest
    @ValueSource(strings = {"H", "HTTP/1.1 2", "HTTP/1.1 200 OK\r", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n", ""})
    void aHeadThatEndsTooEarlyIs502(String sent) {
        origin.answers(readBody(), send(sent), close()).answersText("next");
        try (Proxy proxy = Proxy.to(origin).start();
                WireClient client = proxy.client()) {
            assertThat(client.get("/").readAnswer().status()).isEqualTo(502);
            assertThat(client.get("/").readAnswer().text()).isEqualTo("next");
        }
    }

    @Test
    void aResetWithinTheHeadIs502() {
        CountDownLatch seen = new CountDownLatch(1);
        origin.answers(readBody(), send("HTTP/1.1 200 OK\r\nConte"), hold(seen), reset());
        try (Proxy proxy = Proxy.to(origin).start();
                WireClient client = proxy.client()) {
            client.get("/");
            origin.take();
            seen.countDown();
            assertThat(client.readAnswer().status()).isEqualTo(502);
        }
    }

    /** Each octet in a segment of its own, heads and chunk lines, too. */
    @Test
    void anAnswerThatComesOctetByOctetArrivesWhole() {
        Semaphore all = new Semaphore(Integer.MAX_VALUE);
        String answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n"
                + "5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nX-T: u\r\n\r\n";
        origin.answers(readBody(), dribble(answer.getBytes(StandardCharsets.ISO_8859_1), all))
                .answersText("next");
        try (Proxy proxy = Proxy.to(origin).start();
                WireClient client = proxy.client()) {
            WireAnswer whole = client.get("/").readAnswer();
            assertThat(whole.text()).isEqualTo("hello world");
            assertThat(whole.trailers()).contains("X-T: u");
            assertThat(client.get("/").readAnswer().text()).isEqualTo("next");
            assertThat(origin.connections()).isOne();
        }
    }

    static Stream<List<String>> slices() {
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        return Stream.iterate(1, cut -> cut < answer.length(), cut -> cut + 7)
                .map(cut -> List.of(answer.substring(0, cut), answer.substring(cut)));
    }

    @ParameterizedTest
    @MethodSource("slices")
    void anAnswerInSlicesArrivesWhole(List<String> slices) {
        origin.answers(readBody(), send(slices.get(0)), send(slices.get(1)));
        try (Proxy proxy = Proxy.to(origin).start();
                WireClient client = proxy.client()) {
            assertThat(client.get("/").readAnswer().text()).isEqualTo("hello");
        }
    }

    /** FIN behind a whole answer, and the socket stays: the connection is not used again, and not kept for ever. */
    @Test
    void anUpstreamThatClosesSlowlyIsLetGo() {
        origin.answers(readBody(), send(Origin.text("one")), shutdownOutput(), stall())
                .answersText("two");
        try (Proxy proxy = Proxy.to(origin).start();
                WireClient client = proxy.client()) {
            assertThat(client.get("/").readAnswer().text()).isEqualTo("one");
            origin.connection(0).awaitClosed();
            assertThat(client.get("/").readAnswer().text()).isEqualTo("two");
            assertThat(origin.connections()).isEqualTo(2);
        }
    }

    /** Time-out for a body nobody takes, and no more of it read than buffers hold. */
    @Test
    void anUpstreamThatNeverReadsABodyIsGivenUp() {
        CountDownLatch never = new CountDownLatch(1);
        origin.answers(hold(never));
        try (Proxy proxy = Proxy.to(origin)
                        .idle(Duration.ofMillis(400))
                        .firstByte(Duration.ofSeconds(5))
                        .start();
                WireClient client = proxy.client()) {
            byte[] much = new byte[1 << 20];
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n");
                    for (int i = 0; i < 900; i++) {
                        client.send(much);
                    }
                } catch (AssertionError closed) {
                    // As it should.
                }
            });
            assertThat(client.readAnswer().status()).isEqualTo(504);
            never.countDown();
            await().until(() -> !sender.isAlive());
            await().until(() -> status(proxy).connections() == 0);
        }
    }

    static Stream<List<Step>> answersThatAreLeft() {
        return Stream.of(
                List.of(stall()),
                List.of(readBody(), send("HTTP/1.1 100 Continue\r\n\r\n"), stall()),
                List.of(readBody(), send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), stall()),
                List.of(
                        readBody(),
                        send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
                        stall()),
                List.of(readBody(), send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"), endless(64 << 10)));
    }

    @ParameterizedTest
    @MethodSource("answersThatAreLeft")
    void thirtyClientsThatLeaveLeaveNoUpstreamConnection(List<Step> steps) {
        origin.otherwise(steps.toArray(Step[]::new));
        try (Proxy proxy = Proxy.to(origin).start()) {
            List<WireClient> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(proxy.client().get("/" + i));
            }
            await().until(() -> origin.connections() == CLIENTS);
            for (int i = 0; i < CLIENTS; i++) {
                if (i % 2 == 0) {
                    clients.get(i).leave();
                } else {
                    clients.get(i).reset();
                }
            }
            origin.awaitAllClosed();
            await().until(() ->
                    status(proxy).connections() == 0 && status(proxy).waiting() == 0);
            await().until(() -> proxy.engine.status().exchanges() == 0
                    && proxy.engine.status().connections() == 0);
        }
    }

    /** RFC 9112 section 9.3.1 has no part in it: nothing was sent before, so the method does not matter. */
    @Test
    void aPostGoesToTheNextAddressWhenTheFirstRefuses() {
        origin.answersText("taken");
        try (Proxy proxy = Proxy.to(java.net.URI.create("http://127.0.0.1:" + Origin.closedPort()))
                        .also(origin.uri())
                        .start();
                WireClient client = proxy.client()) {
            client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
            assertThat(client.readAnswer().text()).isEqualTo("taken");
            assertThat(origin.take().bodyText()).isEqualTo("hello");
            assertThat(status(proxy).reachable()).isTrue();
            assertThat(status(proxy).down()).hasSize(1);
        }
    }

    /** The whole of a refused connection is one 502, told at once. */
    @Test
    void anUpstreamThatRefusesAtEveryAddressIs502() {
        try (Proxy proxy = Proxy.to(java.net.URI.create("http://127.0.0.2:" + Origin.closedPort()))
                        .also(java.net.URI.create("http://127.0.0.3:" + Origin.closedPort()))
                        .start();
                WireClient client = proxy.client()) {
            long begun = System.nanoTime();
            assertThat(client.get("/").readAnswer().status()).isEqualTo(502);
            assertThat(client.get("/").readAnswer().status()).isEqualTo(502);
            assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(5));
            assertThat(status(proxy).reachable()).isFalse();
        }
    }
}
