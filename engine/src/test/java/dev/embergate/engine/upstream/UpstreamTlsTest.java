package dev.embergate.engine.upstream;

import static dev.embergate.engine.testkit.Step.close;
import static dev.embergate.engine.testkit.Step.endless;
import static dev.embergate.engine.testkit.Step.send;
import static dev.embergate.engine.testkit.Step.stall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.upstream.OutboundRequest.Body;
import dev.embergate.engine.upstream.UpstreamFailure.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 9110 section 4.3.4: an https upstream must be who it says it is. */
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@MethodSource("dev.embergate.engine.upstream.Bench$Transport#available")
class UpstreamTlsTest {
    @TempDir
    static Path folder;

    private static Certificates ours;

    private final Bench bench;
    private final Origin origin;
    private final Heard heard = new Heard();

    UpstreamTlsTest(Bench.Transport transport) {
        bench = new Bench(transport);
        origin = Origin.startTls(ours.server());
    }

    @BeforeAll
    static void makeCertificates() throws Exception {
        ours = Certificates.selfSigned(folder, "dns:upstream.test,ip:127.0.0.1");
    }

    @AfterEach
    void stop() {
        bench.close();
        origin.close();
    }

    private UpstreamPool trusting() {
        return bench.pool(Bench.config(origin.uri()).trusting(ours.pem()).build());
    }

    @Test
    void aSelfSignedCertificateIsRefused() {
        bench.get(bench.pool(origin.uri()), "/?token=secret", heard);
        UpstreamFailure failure = heard.awaitsFailure(Kind.TLS);
        assertThat(failure.kind().status()).isEqualTo(502);
        assertThat(failure.message()).contains("TLS").doesNotContain("secret");
        assertThat(origin.requests()).isEmpty();
        assertThat(bench.health.reachable()).isFalse();
    }

    @Test
    void oneThatIsTrustedByFileIsTaken() {
        origin.otherwise(send(Origin.text("safe")));
        UpstreamPool pool = trusting();
        for (int i = 0; i < 3; i++) {
            Heard each = new Heard();
            bench.get(pool, "/", each);
            each.awaitsEnd();
            assertThat(each.text()).isEqualTo("safe");
        }
        assertThat(origin.connections()).isOne();
    }

    @Test
    void aTrustedCertificateOfAnotherNameIsRefused() {
        Resolver here = (host, loop, then) -> then.accept(List.of(InetAddress.getLoopbackAddress()));
        URI other = URI.create("https://other.test:" + origin.port());
        bench.get(bench.pool(Bench.config(other).trusting(ours.pem()).build(), here), "/", heard);
        heard.awaitsFailure(Kind.TLS);
        assertThat(origin.requests()).isEmpty();

        origin.answersText("named");
        URI right = URI.create("https://upstream.test:" + origin.port());
        Heard second = new Heard();
        bench.get(bench.pool(Bench.config(right).trusting(ours.pem()).build(), here), "/", second);
        second.awaitsEnd();
        assertThat(ours.asked()).contains("upstream.test", "other.test");
    }

    @Test
    void verificationCanBeSwitchedOff() {
        origin.answersText("unverified");
        bench.get(bench.pool(Bench.config(origin.uri()).unverified().build()), "/", heard);
        heard.awaitsEnd();
    }

    @Test
    void aFileThatIsNoCertificateStopsTheStart() throws Exception {
        Path wrong = Files.writeString(folder.resolve("wrong.pem"), "not a certificate");
        UpstreamConfig config = Bench.config(origin.uri()).trusting(wrong).build();
        assertThatThrownBy(() -> bench.pool(config))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ca-file")
                .hasMessageContaining("wrong.pem")
                .hasMessageContaining("expected");
        UpstreamConfig missing =
                Bench.config(origin.uri()).trusting(folder.resolve("none.pem")).build();
        assertThatThrownBy(() -> bench.pool(missing)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void plainTextWhereTlsIsExpectedFails() {
        try (Origin plain = Origin.start()) {
            plain.greets(send("HTTP/1.1 400 Bad Request\r\n\r\n"), stall());
            URI url = URI.create("https://127.0.0.1:" + plain.port());
            bench.get(bench.pool(Bench.config(url).unverified().build()), "/", heard);
            heard.awaitsFailure(Kind.TLS);
            plain.awaitAllClosed();
        }
    }

    @Test
    void aHandshakeThatIsNotAnsweredTimesOut() {
        try (Origin silent = Origin.start()) {
            silent.greets(stall());
            URI url = URI.create("https://127.0.0.1:" + silent.port());
            bench.get(
                    bench.pool(Bench.config(url).unverified().connectMillis(200).build()), "/", heard);
            heard.awaitsFailure(Kind.CONNECT_TIMEOUT);
            silent.awaitAllClosed();
        }
    }

    @Test
    void abortWithinAHandshakeClosesTheConnection() {
        try (Origin silent = Origin.start()) {
            silent.greets(stall());
            URI url = URI.create("https://127.0.0.1:" + silent.port());
            UpstreamCall call =
                    bench.get(bench.pool(Bench.config(url).unverified().build()), "/", heard);
            silent.connection(0);
            bench.run(call::abort);
            silent.awaitAllClosed();
            assertThat(heard.words).isEmpty();
        }
    }

    @Test
    void abortClosesAtOnceThoughTheUpstreamReadsNothing() {
        origin.answers(send("HTTP/1.1 200 OK\r\n\r\n"), endless(16 << 10));
        Heard counting = new Heard(false);
        AtomicReference<UpstreamCall> call = new AtomicReference<>();
        UpstreamPool pool = trusting();
        bench.run(() -> call.set(pool.open(Bench.request("GET", "/", "", Body.NONE, false), counting)));
        await().until(() -> counting.bodyBytes.get() > 100_000);
        bench.run(() -> {
            call.get().abort();
            assertThat(pool.connections()).isZero();
        });
        origin.awaitAllClosed();
    }

    @Test
    void aLongBodyComesWhole() {
        byte[] body = "0123456789abcdef".repeat(1 << 18).getBytes(StandardCharsets.US_ASCII);
        origin.answers(send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n"), send(body));
        bench.get(trusting(), "/", heard);
        heard.awaitsEnd();
        assertThat(heard.text().length()).isEqualTo(body.length);
    }

    /** RFC 9112 section 9.8. */
    @Test
    void anAnnouncedCloseIsTheEndOfAnAnswerWithoutALength() {
        origin.answers(send("HTTP/1.1 200 OK\r\n\r\nwhole"), close());
        bench.get(trusting(), "/", heard);
        heard.awaitsEnd();
        assertThat(heard.text()).isEqualTo("whole");
    }

    /** RFC 9112 section 9.8: whoever stands between could have made it. */
    @Test
    void aCloseThatIsNotAnnouncedCutsAnAnswerWithoutALength() throws Exception {
        origin.answers(send("HTTP/1.1 200 OK\r\n\r\nhalf"), stall());
        try (ServerSocket between = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Bench.Settings settings = Bench.config(URI.create("https://127.0.0.1:" + between.getLocalPort()))
                    .unverified();
            bench.get(bench.pool(settings.build()), "/", heard);
            // The proxy's end is closed first, or the origin's farewell might still get through.
            try (Socket theirs = new Socket("127.0.0.1", origin.port());
                    Socket ours = between.accept()) {
                pump(ours, theirs);
                pump(theirs, ours);
                await().until(() -> heard.text().equals("half"));
            }
            heard.awaitsFailure(Kind.CLOSED_MID_BODY);
        }
    }

    private static void pump(Socket from, Socket to) {
        Thread.ofVirtual().start(() -> {
            try {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException closed) {
                // Over.
            }
        });
    }

    @Test
    void aRequestBodyGoesUp() {
        origin.answersText("ok");
        AtomicReference<UpstreamCall> call = new AtomicReference<>();
        heard.onWritable = () -> {
            call.get().body(Bench.bytes("x".repeat(100_000)));
            call.get().endBody(Headers.EMPTY);
        };
        UpstreamPool pool = trusting();
        bench.run(() -> call.set(
                pool.open(Bench.request("POST", "/", "Transfer-Encoding: chunked\r\n", Body.CHUNKED, false), heard)));
        heard.awaitsEnd();
        assertThat(origin.take().body()).hasSize(100_000);
    }

    @Test
    void aDeadConnectionIsReplaced() {
        origin.answersText("one").answers(close()).answersText("two");
        UpstreamPool pool = trusting();
        Heard first = new Heard();
        bench.get(pool, "/1", first);
        first.awaitsEnd();
        bench.get(pool, "/2", heard);
        heard.awaitsEnd();
        assertThat(heard.text()).isEqualTo("two");
    }

    @Test
    void pausedReadingStopsAnEndlessAnswer() {
        origin.answers(send("HTTP/1.1 200 OK\r\n\r\n"), endless(64 << 10));
        Heard counting = new Heard(false);
        AtomicReference<UpstreamCall> call = new AtomicReference<>();
        counting.onHead = () -> call.get().pauseReading();
        UpstreamPool pool = trusting();
        bench.run(() -> call.set(pool.open(Bench.request("GET", "/", "", Body.NONE, false), counting)));
        counting.awaits("head 200");
        await().until(() -> {
            long before = origin.sent();
            CountDownLatch moment = new CountDownLatch(1);
            bench.loop.schedule(moment::countDown, 100, java.util.concurrent.TimeUnit.MILLISECONDS);
            moment.await();
            return origin.sent() == before && before > 0;
        });
        assertThat(counting.bodyBytes.get()).isLessThan(1_100_000);
        assertThat(origin.sent()).isLessThan(24 << 20);
        bench.run(() -> call.get().resumeReading());
        await().until(() -> counting.bodyBytes.get() > 4_000_000);
        bench.run(() -> call.get().abort());
        origin.awaitAllClosed();
    }
}
