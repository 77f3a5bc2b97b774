package dev.embergate.engine.upstream;

import static dev.embergate.engine.testkit.Step.close;
import static dev.embergate.engine.upstream.UpstreamAddressesTest.addresses;
import static dev.embergate.engine.upstream.UpstreamAddressesTest.fill;
import static dev.embergate.engine.upstream.UpstreamAddressesTest.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.embergate.engine.decode.DecodeLimits;
import dev.embergate.engine.spi.Fetcher;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.upstream.UpstreamFailure.Kind;
import io.netty.channel.ChannelException;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One server at several addresses, some of which do not work. */
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@MethodSource("dev.embergate.engine.upstream.Bench$Transport#available")
class UpstreamFailoverTest {
    private final Bench bench;
    private final Origin origin = Origin.start();
    private final int closedPort = Origin.closedPort();
    private final URI closed = URI.create("http://127.0.0.2:" + closedPort);

    UpstreamFailoverTest(Bench.Transport transport) {
        bench = new Bench(transport);
    }

    @AfterEach
    void stop() {
        bench.close();
        origin.close();
    }

    private String gets(UpstreamPool pool) {
        Heard heard = new Heard();
        bench.get(pool, "/", heard);
        heard.awaitsEnd();
        return heard.text();
    }

    private void pass(long seconds) {
        bench.healthAheadNanos += TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void anAddressThatRefusesIsSkippedForTheNextOfTheSameServer() {
        origin.answersText("one").answersText("two");
        UpstreamPool pool = bench.pool(Bench.config(closed).also(origin.uri()).build());
        assertThat(gets(pool)).isEqualTo("one");
        assertThat(bench.health.down()).containsExactly("127.0.0.2:" + closedPort);
        assertThat(bench.health.reachable()).isTrue();
        assertThat(gets(pool)).isEqualTo("two");
        assertThat(origin.connections())
                .as("kept while the first address is down")
                .isOne();
    }

    @Test
    void anAddressThatIsDownIsNotTriedBeforeItsTime() throws Exception {
        origin.answersText("one").answersText("two");
        URI name = URI.create("http://upstream.test:" + origin.port());
        gets(bench.pool(Bench.config(name).build(), to("127.0.0.2", "127.0.0.1")));
        try (ServerSocket first = new ServerSocket(origin.port(), 1, InetAddress.getByName("127.0.0.2"))) {
            assertThat(gets(bench.pool(Bench.config(name).build(), to("127.0.0.2", "127.0.0.1"))))
                    .isEqualTo("two");
            pass(2);
            UpstreamPool pool = bench.pool(Bench.config(name).build(), to("127.0.0.2", "127.0.0.1"));
            UpstreamCall call = bench.get(pool, "/", new Heard());
            first.setSoTimeout(10_000);
            first.accept().close();
            bench.run(call::abort);
        }
    }

    @Test
    void theFirstAddressIsTakenAgainWhenItsTimeIsOver() throws Exception {
        origin.answersText("one").answersText("two");
        UpstreamPool pool = bench.pool(Bench.config(closed).also(origin.uri()).build());
        gets(pool);
        pass(2);
        assertThat(gets(pool))
                .as("still closed, and one connection was given up to see")
                .isEqualTo("two");
        assertThat(origin.connections()).isEqualTo(2);
        pass(4);
        try (ServerSocket first = new ServerSocket(closedPort, 1, InetAddress.getByName("127.0.0.2"))) {
            UpstreamCall call = bench.get(pool, "/", new Heard());
            first.setSoTimeout(10_000);
            first.accept().close();
            bench.run(call::abort);
        }
    }

    @Test
    void whenAllAreDownTheyAreTriedAllTheSame() throws Exception {
        UpstreamPool pool = bench.pool(Bench.config(closed)
                .also(URI.create("http://127.0.0.3:" + closedPort))
                .build());
        for (int i = 0; i < 2; i++) {
            Heard heard = new Heard();
            bench.get(pool, "/", heard);
            heard.awaitsFailure(Kind.REFUSED);
            assertThat(bench.health.down()).hasSize(2);
            assertThat(bench.health.reachable()).isFalse();
        }
        try (ServerSocket back = new ServerSocket(closedPort, 1, InetAddress.getByName("127.0.0.3"))) {
            UpstreamCall call = bench.get(pool, "/", new Heard());
            back.setSoTimeout(10_000);
            back.accept().close();
            bench.run(call::abort);
        }
    }

    /** RFC 8305 section 5. */
    @Test
    void anAddressThatDoesNotAnswerIsNotWaitedForAlone() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.2"))) {
            List<Socket> fillers = fill(deaf);
            try {
                origin.answersText("found");
                UpstreamPool pool = bench.pool(Bench.config(URI.create("http://127.0.0.2:" + deaf.getLocalPort()))
                        .also(origin.uri())
                        .connectMillis(60_000)
                        .build());
                assertThat(gets(pool)).isEqualTo("found");
                assertThat(bench.health.down()).containsExactly("127.0.0.2:" + deaf.getLocalPort());
            } finally {
                for (Socket filler : fillers) {
                    filler.close();
                }
            }
        }
    }

    @Test
    void allAddressesTogetherHaveTheConnectTimeoutOnce() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.2"));
                ServerSocket deafToo = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.3"))) {
            List<Socket> fillers = new ArrayList<>(fill(deaf));
            fillers.addAll(fill(deafToo));
            try {
                UpstreamPool pool = bench.pool(Bench.config(URI.create("http://127.0.0.2:" + deaf.getLocalPort()))
                        .also(URI.create("http://127.0.0.3:" + deafToo.getLocalPort()))
                        .connectMillis(1500)
                        .build());
                Heard heard = new Heard();
                long begun = System.nanoTime();
                bench.get(pool, "/", heard);
                heard.awaitsFailure(Kind.CONNECT_TIMEOUT);
                assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.MILLISECONDS.toNanos(2900));
                assertThat(bench.health.down()).hasSize(2);
            } finally {
                for (Socket filler : fillers) {
                    filler.close();
                }
            }
        }
    }

    @Test
    void anAddressWhoseNameIsNotFoundIsPassedOver() {
        origin.answersText("found");
        UpstreamPool pool = bench.pool(
                Bench.config(URI.create("http://nowhere.test:1"))
                        .also(origin.uri())
                        .build(),
                (host, loop, then) -> then.accept(host.startsWith("nowhere") ? List.of() : addresses(host)));
        assertThat(gets(pool)).isEqualTo("found");
    }

    @Test
    void aNameThatIsLookedUpForLongHoldsUpTheNextAddressOnlyForAMoment() {
        origin.answersText("found");
        UpstreamPool pool = bench.pool(
                Bench.config(URI.create("http://slow.test:1"))
                        .also(origin.uri())
                        .build(),
                (host, loop, then) -> {
                    if (!host.startsWith("slow")) {
                        then.accept(addresses(host));
                    }
                });
        assertThat(gets(pool)).isEqualTo("found");
    }

    @Test
    void anAddressThatClosesBeforeItAnswersIsDownAndTheNextRequestGoesElsewhere() {
        try (Origin first = Origin.startOn("127.0.0.2")) {
            first.answers(close());
            origin.answersText("found");
            UpstreamPool pool =
                    bench.pool(Bench.config(first.uri()).also(origin.uri()).build());
            Heard heard = new Heard();
            bench.get(pool, "/", heard);
            heard.awaitsFailure(Kind.CLOSED_BEFORE_HEAD);
            assertThat(bench.health.down()).containsExactly("127.0.0.2:" + first.port());
            assertThat(gets(pool)).isEqualTo("found");
        }
    }

    @Test
    void anAnswerOfAnyStatusMakesItUp() {
        origin.answers(close());
        UpstreamPool pool = bench.pool(origin.uri());
        Heard heard = new Heard();
        bench.get(pool, "/", heard);
        heard.awaitsFailure(Kind.CLOSED_BEFORE_HEAD);
        assertThat(bench.health.hasDoubts()).isTrue();
        origin.answers(dev.embergate.engine.testkit.Step.send(
                "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"));
        gets(pool);
        assertThat(bench.health.hasDoubts()).isFalse();
    }

    /** What a process without file handles to spare gets. */
    public static final class NoSocket extends NioSocketChannel {
        public NoSocket() {
            throw new ChannelException("Too many open files");
        }
    }

    @Test
    void thatThisProcessHasNoSocketIsNoFaultOfTheAddress() {
        UpstreamPool pool = new UpstreamPool(
                Bench.config(origin.uri()).build(),
                DecodeLimits.DEFAULT,
                bench.loop,
                NoSocket.class,
                bench.health,
                NameResolver.SHARED,
                null);
        Heard heard = new Heard();
        bench.get(pool, "/", heard);
        assertThat(heard.awaitsFailure(Kind.BUSY).kind().status()).isEqualTo(503);
        assertThat(bench.health.down()).isEmpty();
        assertThat(bench.health.reachable()).isTrue();
        assertThat(bench.connections(pool)).isZero();
    }

    @Test
    void aNameWithAnUnderscoreIsOne() {
        origin.answersText("found");
        UpstreamConfig config = Bench.config(URI.create("http://media_server:" + origin.port() + "/base/"))
                .build();
        assertThat(config.authority()).isEqualTo("media_server:" + origin.port());
        assertThat(config.port()).isEqualTo(origin.port());
        assertThat(gets(bench.pool(config, to("127.0.0.1")))).isEqualTo("found");
        assertThat(UpstreamConfig.of("u", URI.create("https://media_server")).port())
                .isEqualTo(443);
        assertThat(FetchOrigin.of(Fetcher.Request.get(URI.create("http://A_b:81/c"), Headers.EMPTY)
                        .uri()))
                .hasToString("http://a_b:81");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://u@a_b", "http://a_b:x", "http://a_b:99999", "http://a%20b", "http://a_b?q", "ftp://a"})
    void anAddressThatIsNoneIsRefused(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UpstreamConfig.of("u", URI.create(url)))
                .withMessageContaining("expected: http://host");
    }

    @ParameterizedTest
    @CsvSource({"http://a/x,https://b/x", "http://a/x,http://b", "http://a/x,http://b/y"})
    void addressesOfOneServerHaveTheSameSchemeAndPath(String one, String other) {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Bench.config(URI.create(one)).also(URI.create(other)).build())
                .withMessageContaining("other-urls")
                .withMessageContaining("scheme and path");
    }
}
