package dev.embergate.engine.upstream;

import static dev.embergate.engine.testkit.Step.close;
import static dev.embergate.engine.testkit.Step.endless;
import static dev.embergate.engine.testkit.Step.readBody;
import static dev.embergate.engine.testkit.Step.send;
import static dev.embergate.engine.testkit.Step.stall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import dev.embergate.engine.decode.DecodeLimits;
import dev.embergate.engine.spi.Fetcher;
import dev.embergate.engine.spi.Fetcher.FetchException;
import dev.embergate.engine.spi.Fetcher.FetchException.Kind;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.ReceivedRequest;
import dev.embergate.engine.testkit.Step;
import io.netty.channel.EventLoop;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** HTTP calls of rules: gathered, bounded, and silent about secrets. */
@ExtendWith(LeakCheck.class)
class PooledFetcherTest {
    private final Bench bench = new Bench(Bench.Transport.available().getLast(), 2);
    private final Origin origin = Origin.start();
    private final PooledFetcher fetcher = fetcher(List.of(), 64);

    private PooledFetcher fetcher(List<UpstreamConfig> upstreams, int maxOrigins) {
        return new PooledFetcher(bench.loops, bench.channelType(), DecodeLimits.DEFAULT, upstreams, maxOrigins);
    }

    @AfterEach
    void stop() {
        fetcher.close();
        bench.close();
        origin.close();
    }

    private Fetcher.Request get(String target) {
        return Fetcher.Request.get(URI.create(origin.uri() + target), Headers.EMPTY);
    }

    private static Fetcher.Response answer(CompletionStage<Fetcher.Response> stage) throws Exception {
        return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static FetchException failure(CompletionStage<Fetcher.Response> stage, Kind kind) throws Exception {
        try {
            answer(stage);
            return fail("answered");
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOfSatisfying(FetchException.class, cause -> {
                assertThat(cause.kind()).isEqualTo(kind);
                assertThat(cause.getMessage()).doesNotContain("secret");
            });
            return (FetchException) e.getCause();
        }
    }

    private static String text(Fetcher.Response response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private void answersCoded(String coding, byte[] coded) {
        origin.answers(
                send("HTTP/1.1 200 OK\r\nX: y\r\nContent-Encoding: " + coding + "\r\nContent-Length: " + coded.length
                        + "\r\n\r\n"),
                send(coded));
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(coded)) {
            out.write(plain);
        }
        return coded.toByteArray();
    }

    private static byte[] deflate(byte[] plain, boolean raw) throws IOException {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, raw);
        try (DeflaterOutputStream out = new DeflaterOutputStream(coded, deflater)) {
            out.write(plain);
        } finally {
            deflater.end();
        }
        return coded.toByteArray();
    }

    @Test
    void aGetSaysWhatItMust() throws Exception {
        origin.answersText("hello");
        Fetcher.Response response = answer(fetcher.fetch(Fetcher.Request.get(
                URI.create(origin.uri() + "/a%20b?c=d#e"),
                Headers.of("User-Agent", "player/1", "Host", "evil", "Content-Length", "7", "X-Token", "t"))));
        assertThat(response.status()).isEqualTo(200);
        assertThat(text(response)).isEqualTo("hello");
        assertThat(response.headers().first("content-type")).isEqualTo("text/plain");
        ReceivedRequest request = origin.take();
        assertThat(request.requestLine()).isEqualTo("GET /a%20b?c=d HTTP/1.1");
        assertThat(request.field("host")).isEqualTo("127.0.0.1:" + origin.port());
        assertThat(request.field("user-agent")).isEqualTo("player/1");
        assertThat(request.field("accept-encoding")).isEqualTo("gzip");
        assertThat(request.field("x-token")).isEqualTo("t");
        assertThat(request.field("content-length")).isNull();
        assertThat(request.head()).doesNotContain("evil");
    }

    @Test
    void noUserAgentIsMadeUpAndNoPathIsTheRoot() throws Exception {
        origin.answersText("x");
        answer(fetcher.fetch(Fetcher.Request.get(origin.uri(), Headers.EMPTY)));
        ReceivedRequest request = origin.take();
        assertThat(request.target()).isEqualTo("/");
        assertThat(request.field("user-agent")).isNull();
    }

    @Test
    void lettersBeyondAsciiAreEncoded() throws Exception {
        origin.answersText("x");
        answer(fetcher.fetch(get("/电影?q=é")));
        assertThat(origin.take().target()).isEqualTo("/%E7%94%B5%E5%BD%B1?q=%C3%A9");
    }

    @Test
    void aPostCarriesItsBody() throws Exception {
        origin.answersText("ok").answersText("ok");
        byte[] body = "{\"path\":\"/a\"}".getBytes(StandardCharsets.UTF_8);
        answer(fetcher.fetch(Fetcher.Request.post(
                URI.create(origin.uri() + "/api"), Headers.of("Content-Type", "application/json"), body)));
        ReceivedRequest request = origin.take();
        assertThat(request.body()).isEqualTo(body);
        assertThat(request.field("content-length")).isEqualTo(String.valueOf(body.length));
        answer(fetcher.fetch(Fetcher.Request.post(origin.uri(), Headers.EMPTY, new byte[0])));
        assertThat(origin.take().field("content-length")).isEqualTo("0");
    }

    @Test
    void everyStatusIsAnAnswer() throws Exception {
        origin.answers(send("HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"))
                .answers(send("HTTP/1.1 204 No Content\r\n\r\n"))
                .answers(send("HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\nno"));
        Fetcher.Response redirect = answer(fetcher.fetch(get("/")));
        assertThat(redirect.status()).isEqualTo(302);
        assertThat(redirect.headers().first("Location")).isEqualTo("/b");
        assertThat(answer(fetcher.fetch(get("/"))).status()).isEqualTo(204);
        assertThat(text(answer(fetcher.fetch(get("/"))))).isEqualTo("no");
    }

    @Test
    void headHasNoBodyWhateverItsLength() throws Exception {
        origin.answers(send("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\nContent-Encoding: gzip\r\n\r\n"));
        Fetcher.Response response = answer(fetcher.fetch(
                new Fetcher.Request("HEAD", origin.uri(), Headers.EMPTY, new byte[0], 1000, Duration.ofSeconds(10))));
        assertThat(response.body()).isEmpty();
    }

    /** RFC 9110 section 8.4.1. */
    @Test
    void contentCodingsAreUndone() throws Exception {
        byte[] plain = "some text, ".repeat(40_000).getBytes(StandardCharsets.UTF_8);
        answersCoded("gzip", gzip(plain));
        answersCoded("X-GZIP", gzip(plain));
        answersCoded("deflate", deflate(plain, false));
        answersCoded("deflate", deflate(plain, true));
        answersCoded("identity", plain);
        for (int i = 0; i < 5; i++) {
            Fetcher.Response response = answer(fetcher.fetch(get("/" + i)));
            assertThat(response.body()).isEqualTo(plain);
            assertThat(response.headers().first("content-encoding")).isNull();
            assertThat(response.headers().first("content-length")).isNull();
            assertThat(response.headers().first("x")).isEqualTo("y");
        }
    }

    @Test
    void aLargeCodedBodyIsUndoneOffTheLoopAndCompletedOnIt() throws Exception {
        byte[] noise = new byte[200_000];
        new java.util.Random(1).nextBytes(noise);
        answersCoded("gzip", gzip(noise));
        CompletableFuture<Boolean> onLoop = new CompletableFuture<>();
        byte[] body = answer(fetcher.fetch(get("/")).thenApply(response -> {
                    onLoop.complete(anyLoopHere());
                    return response;
                }))
                .body();
        assertThat(body).isEqualTo(noise);
        assertThat(onLoop.get(10, TimeUnit.SECONDS)).isTrue();
    }

    private boolean anyLoopHere() {
        boolean[] here = new boolean[1];
        bench.loops.forEach(loop -> here[0] |= loop.inEventLoop());
        return here[0];
    }

    @Test
    void aBombIsTooLarge() throws Exception {
        byte[] bomb = gzip(new byte[50 << 20]);
        assertThat(bomb.length).isLessThan(100_000);
        answersCoded("gzip", bomb);
        failure(fetcher.fetch(get("/?secret").atMost(1 << 20)), Kind.TOO_LARGE);
    }

    @Test
    void exactlyTheLimitIsNotTooLarge() throws Exception {
        byte[] plain = new byte[100_000];
        answersCoded("gzip", gzip(plain));
        answersCoded("gzip", gzip(plain));
        origin.answersText("x".repeat(100_000)).answersText("x".repeat(100_001));
        assertThat(answer(fetcher.fetch(get("/").atMost(100_000))).body()).hasSize(100_000);
        failure(fetcher.fetch(get("/").atMost(99_999)), Kind.TOO_LARGE);
        assertThat(answer(fetcher.fetch(get("/").atMost(100_000))).body()).hasSize(100_000);
        failure(fetcher.fetch(get("/").atMost(100_000)), Kind.TOO_LARGE);
    }

    @Test
    void aBodyThatDoesNotEndIsStopped() throws Exception {
        origin.answers(send("HTTP/1.1 200 OK\r\n\r\n"), endless(8192));
        failure(fetcher.fetch(get("/?secret").atMost(100_000)), Kind.TOO_LARGE);
        origin.awaitAllClosed();
    }

    @Test
    void anAnnouncedLengthBeyondTheLimitIsNotWaitedFor() throws Exception {
        origin.answers(send("HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n"), stall());
        failure(fetcher.fetch(get("/").atMost(100_000)), Kind.TOO_LARGE);
        origin.awaitAllClosed();
    }

    @Test
    void codingsThatLieAreMalformed() throws Exception {
        answersCoded("gzip", "not gzip at all".getBytes(StandardCharsets.US_ASCII));
        answersCoded("gzip", java.util.Arrays.copyOf(gzip(new byte[5000]), 20));
        answersCoded("deflate", new byte[] {1, 2, 3});
        answersCoded("br", new byte[] {1, 2, 3});
        for (int i = 0; i < 4; i++) {
            failure(fetcher.fetch(get("/?secret")), Kind.MALFORMED);
        }
    }

    @Test
    void theWholeCallHasATimeout() throws Exception {
        origin.answers(stall()).answers(send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), stall());
        FetchException why = failure(fetcher.fetch(get("/?secret=1").within(Duration.ofMillis(150))), Kind.TIMEOUT);
        assertThat(why).hasMessageContaining(origin.uri().toString());
        failure(fetcher.fetch(get("/?secret=1").within(Duration.ofMillis(150))), Kind.TIMEOUT);
        origin.awaitAllClosed();
    }

    @Test
    void whatTheUpstreamDoesWrongHasItsKind() throws Exception {
        URI closed = URI.create("http://127.0.0.1:" + Origin.closedPort() + "/?secret");
        assertThat(failure(fetcher.fetch(Fetcher.Request.get(closed, Headers.EMPTY)), Kind.CONNECT))
                .hasMessageContaining("http://127.0.0.1:" + closed.getPort());
        origin.answers(close());
        failure(fetcher.fetch(get("/?secret")), Kind.CLOSED);
        origin.answers(send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), close());
        failure(fetcher.fetch(get("/?secret")), Kind.CLOSED);
        origin.answers(send("garbage\r\n\r\n"), stall());
        failure(fetcher.fetch(get("/?secret")), Kind.MALFORMED);
    }

    @Test
    void aMethodThatWouldSplitTheRequestIsRefused() throws Exception {
        failure(
                fetcher.fetch(new Fetcher.Request(
                        "GET / HTTP/1.1\r\nX: ", origin.uri(), Headers.EMPTY, new byte[0], 10, Duration.ofSeconds(1))),
                Kind.MALFORMED);
        assertThat(origin.connections()).isZero();
    }

    @Test
    void connectionsAreKept() throws Exception {
        origin.otherwise(send(Origin.text("x")));
        for (int i = 0; i < 6; i++) {
            answer(fetcher.fetch(get("/" + i)));
        }
        assertThat(origin.connections()).as("one for each loop at most").isLessThanOrEqualTo(2);
    }

    @Test
    void aCallRunsOnTheLoopThatMakesIt() throws Exception {
        origin.otherwise(send(Origin.text("x")));
        Set<String> threads = ConcurrentHashMap.newKeySet();
        List<CompletableFuture<?>> all = new ArrayList<>();
        EventLoop loop = bench.loop;
        for (int i = 0; i < 8; i++) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            all.add(done);
            loop.execute(() -> fetcher.fetch(get("/")).whenComplete((response, failure) -> {
                threads.add(Thread.currentThread().getName() + loop.inEventLoop());
                done.complete(null);
            }));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
        assertThat(threads).hasSize(1).allMatch(name -> name.endsWith("true"));
    }

    @Test
    void moreCallsThanMayWaitAreBusy() throws Exception {
        origin.otherwise(stall());
        List<CompletableFuture<Fetcher.Response>> calls = new ArrayList<>();
        bench.run(() -> {
            for (int i = 0; i < 32 + 256 + 1; i++) {
                calls.add(fetcher.fetch(get("/")).toCompletableFuture());
            }
        });
        failure(calls.getLast(), Kind.BUSY);
        assertThat(calls.getFirst().isDone()).isFalse();
        origin.close();
        for (CompletableFuture<Fetcher.Response> call : calls) {
            assertThatThrownBy(() -> call.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(FetchException.class);
        }
    }

    @Test
    void theOriginUsedLongestAgoIsForgotten() throws Exception {
        PooledFetcher two = fetcher(List.of(), 1);
        try (Origin other = Origin.start()) {
            origin.otherwise(send(Origin.text("x")));
            other.otherwise(send(Origin.text("y")));
            CompletableFuture<CompletionStage<Fetcher.Response>> first = new CompletableFuture<>();
            bench.loop.execute(() -> first.complete(two.fetch(get("/"))));
            answer(first.get(10, TimeUnit.SECONDS));
            CompletableFuture<CompletionStage<Fetcher.Response>> second = new CompletableFuture<>();
            bench.loop.execute(() -> second.complete(two.fetch(Fetcher.Request.get(other.uri(), Headers.EMPTY))));
            answer(second.get(10, TimeUnit.SECONDS));
            origin.connection(0).awaitClosed();
            assertThat(other.openConnections()).isOne();
            two.close();
            other.awaitAllClosed();
        }
    }

    @Test
    void aClosedFetcherTakesNoMoreCalls() throws Exception {
        origin.answersText("x");
        answer(fetcher.fetch(get("/")));
        fetcher.close();
        failure(fetcher.fetch(get("/?secret")), Kind.BUSY);
        origin.awaitAllClosed();
    }

    @Test
    void anAnswerForAStoppedLoopFailsAtOnce() throws Exception {
        bench.close();
        failure(fetcher.fetch(get("/?secret")), Kind.BUSY);
    }

    @Test
    void httpsIsVerifiedUnlessTheUpstreamOfThatOriginSaysOtherwise(@TempDir Path folder) throws Exception {
        Certificates certificates = Certificates.selfSigned(folder, "ip:127.0.0.1");
        try (Origin secure = Origin.startTls(certificates.server())) {
            secure.otherwise(readBody(), send(Origin.text("safe")));
            Fetcher.Request request = Fetcher.Request.get(secure.uri(), Headers.EMPTY);
            failure(fetcher.fetch(request), Kind.CONNECT);
            PooledFetcher knowing = fetcher(
                    List.of(Bench.config(secure.uri())
                            .trusting(certificates.pem())
                            .build()),
                    64);
            assertThat(text(answer(knowing.fetch(request)))).isEqualTo("safe");
            assertThat(text(answer(knowing.fetch(request)))).isEqualTo("safe");
            knowing.close();
            Path missing = folder.resolve("none.pem");
            PooledFetcher broken =
                    fetcher(List.of(Bench.config(secure.uri()).trusting(missing).build()), 64);
            failure(broken.fetch(request), Kind.CONNECT);
            broken.close();
            await().until(() -> secure.openConnections() == 0);
        }
    }

    /** RFC 3986 section 3.2.2. */
    @Test
    void anIpv6AuthorityKeepsItsBrackets() {
        assertThat(FetchOrigin.of(URI.create("http://[::1]:8096/a")).authority())
                .isEqualTo("[::1]:8096");
        assertThat(FetchOrigin.of(URI.create("https://[::1]/a")).authority()).isEqualTo("[::1]");
        assertThat(FetchOrigin.of(URI.create("https://[::1]/a")).toString()).isEqualTo("https://[::1]:443");
        assertThat(FetchOrigin.of(URI.create("http://Host.Test:80/a")).authority())
                .isEqualTo("host.test");
    }

    @Test
    void interimAnswersAreNotTheAnswer() throws Exception {
        origin.answers(send("HTTP/1.1 103 Early Hints\r\n\r\n" + Origin.text("final")), Step.close());
        assertThat(text(answer(fetcher.fetch(get("/"))))).isEqualTo("final");
    }
}
