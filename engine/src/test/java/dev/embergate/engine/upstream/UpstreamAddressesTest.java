package dev.embergate.engine.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.upstream.OutboundRequest.Body;
import dev.embergate.engine.upstream.UpstreamFailure.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Names with several addresses, or none; both families. */
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@MethodSource("dev.embergate.engine.upstream.Bench$Transport#available")
class UpstreamAddressesTest {
    private final Bench bench;
    private final Origin origin = Origin.start();
    private final Heard heard = new Heard();
    private final URI named = URI.create("http://upstream.test:" + origin.port());

    UpstreamAddressesTest(Bench.Transport transport) {
        bench = new Bench(transport);
    }

    @AfterEach
    void stop() {
        bench.close();
        origin.close();
    }

    static Resolver to(String... literals) {
        return (host, loop, then) -> then.accept(addresses(literals));
    }

    static List<InetAddress> addresses(String... literals) {
        List<InetAddress> addresses = new ArrayList<>();
        for (String literal : literals) {
            try {
                addresses.add(InetAddress.getByName(literal));
            } catch (UnknownHostException e) {
                throw new UncheckedIOException(e);
            }
        }
        return addresses;
    }

    /** The origin listens on 127.0.0.1 only: the others of 127.0.0.0/8 refuse. */
    @Test
    void addressesAreTriedInTurn() {
        origin.answersText("found");
        UpstreamPool pool = bench.pool(Bench.config(named).build(), to("127.0.0.2", "127.0.0.3", "127.0.0.1"));
        bench.get(pool, "/", heard);
        heard.awaitsEnd();
        assertThat(heard.text()).isEqualTo("found");
        assertThat(bench.health.reachable()).isTrue();
    }

    @Test
    void whenNoneWorksTheLastFailureIsTold() {
        UpstreamPool pool = bench.pool(Bench.config(named).build(), to("127.0.0.2", "127.0.0.3"));
        bench.get(pool, "/", heard);
        heard.awaitsFailure(Kind.REFUSED);
        assertThat(bench.connections(pool)).isZero();
    }

    @Test
    void aNameWithoutAddressesIsUnresolved() {
        UpstreamPool pool = bench.pool(Bench.config(named).build(), to());
        bench.run(() -> {
            pool.open(Bench.request("GET", "/", "", Body.NONE, false), heard);
            assertThat(heard.words).as("nothing is told from within open").isEmpty();
        });
        assertThat(heard.awaitsFailure(Kind.UNRESOLVED).kind().status()).isEqualTo(502);
    }

    @Test
    void aLookUpThatNeverEndsIsGivenUp() {
        UpstreamPool pool = bench.pool(Bench.config(named).connectMillis(100).build(), (host, loop, then) -> {});
        bench.get(pool, "/", heard);
        heard.awaitsFailure(Kind.UNRESOLVED);
    }

    @Test
    void anAnswerOfTheResolverThatComesTooLateIsNotUsed() {
        List<Consumer<List<InetAddress>>> pending = new ArrayList<>();
        UpstreamPool pool =
                bench.pool(Bench.config(named).connectMillis(100).build(), (host, loop, then) -> pending.add(then));
        bench.get(pool, "/", heard);
        heard.awaitsFailure(Kind.UNRESOLVED);
        bench.run(() -> pending.getFirst().accept(addresses("127.0.0.1")));
        bench.run(() -> {});
        assertThat(origin.connections()).isZero();
    }

    @Test
    void abortWhileTheNameIsLookedUpEndsIt() {
        List<Consumer<List<InetAddress>>> pending = new ArrayList<>();
        UpstreamPool pool = bench.pool(Bench.config(named).build(), (host, loop, then) -> pending.add(then));
        UpstreamCall call = bench.get(pool, "/", heard);
        bench.run(call::abort);
        bench.run(() -> pending.getFirst().accept(addresses("127.0.0.1")));
        bench.run(() -> {});
        assertThat(origin.connections()).isZero();
        assertThat(heard.words).isEmpty();
    }

    /** A listener whose queue is full takes no more connections: the peer's SYN goes unanswered. */
    @Test
    void anAddressThatDoesNotAnswerTimesOutAndTheNextIsTried() throws Exception {
        try (ServerSocket deaf = new ServerSocket(origin.port(), 1, InetAddress.getByName("127.0.0.2"))) {
            List<Socket> fillers = fill(deaf);
            try {
                origin.answersText("found");
                UpstreamPool pool =
                        bench.pool(Bench.config(named).connectMillis(300).build(), to("127.0.0.2", "127.0.0.1"));
                bench.get(pool, "/", heard);
                heard.awaitsEnd();
                UpstreamPool alone =
                        bench.pool(Bench.config(named).connectMillis(300).build(), to("127.0.0.2"));
                Heard second = new Heard();
                bench.get(alone, "/", second);
                assertThat(second.awaitsFailure(Kind.CONNECT_TIMEOUT).kind().status())
                        .isEqualTo(504);
            } finally {
                for (Socket filler : fillers) {
                    filler.close();
                }
            }
        }
    }

    @Test
    void abortWhileAnAddressDoesNotAnswerEndsIt() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            List<Socket> fillers = fill(deaf);
            try {
                UpstreamPool pool = bench.pool(Bench.config(URI.create("http://127.0.0.1:" + deaf.getLocalPort()))
                        .connections(1, 0)
                        .build());
                UpstreamCall call = bench.get(pool, "/", heard);
                bench.run(call::abort);
                Heard second = new Heard();
                bench.run(() -> pool.open(Bench.request("GET", "/", "", Body.NONE, false), second)
                        .abort());
                bench.run(() -> {});
                assertThat(second.failure).as("the place is free again at once").isNull();
                assertThat(heard.words).isEmpty();
            } finally {
                for (Socket filler : fillers) {
                    filler.close();
                }
            }
        }
    }

    static List<Socket> fill(ServerSocket deaf) throws IOException {
        List<Socket> fillers = new ArrayList<>();
        boolean full = false;
        while (!full && fillers.size() < 16) {
            Socket filler = new Socket();
            fillers.add(filler);
            try {
                filler.connect(new InetSocketAddress(deaf.getInetAddress(), deaf.getLocalPort()), 200);
            } catch (IOException e) {
                full = true;
            }
        }
        assumeTrue(full, "NOT TESTED: this system takes connections beyond a listener's backlog");
        return fillers;
    }

    /** RFC 9110 section 4.2.1, RFC 3986 section 3.2.2. */
    @Test
    void anIpv6LiteralIsConnectedTo() {
        Origin six;
        try {
            six = Origin.startOn("::1");
        } catch (UncheckedIOException e) {
            assumeTrue(false, "NOT TESTED: this machine has no IPv6 loopback");
            return;
        }
        try (six) {
            six.answersText("six");
            UpstreamConfig config = Bench.config(six.uri()).build();
            assertThat(config.authority()).isEqualTo("[0:0:0:0:0:0:0:1]:" + six.port());
            bench.get(bench.pool(config), "/", heard);
            heard.awaitsEnd();
            assertThat(heard.text()).isEqualTo("six");
        }
    }

    @Test
    void aNameIsLookedUpByTheJdkOnce() {
        CountDownLatch go = new CountDownLatch(1);
        List<String> asked = new ArrayList<>();
        NameResolver resolver = new NameResolver(name -> {
            synchronized (asked) {
                asked.add(name + (Thread.currentThread().isVirtual() ? " virtual" : ""));
            }
            await().until(() -> go.getCount() == 0);
            if (name.startsWith("no")) {
                throw new UnknownHostException();
            }
            return new InetAddress[] {InetAddress.getByName("127.0.0.1")};
        });
        List<String> heardOf = new ArrayList<>();
        bench.run(() -> {
            for (String host : List.of("one.test", "ONE.test", "nobody.test")) {
                resolver.resolve(
                        host, bench.loop, found -> heardOf.add(host + found.size() + bench.loop.inEventLoop()));
            }
        });
        go.countDown();
        await().until(() -> bench.on(heardOf::size) == 3);
        assertThat(heardOf).containsExactlyInAnyOrder("one.test1true", "ONE.test1true", "nobody.test0true");
        bench.run(() -> resolver.resolve("one.test", bench.loop, found -> heardOf.add("at once")));
        assertThat(heardOf).contains("at once");
        assertThat(asked).containsExactlyInAnyOrder("one.test virtual", "nobody.test virtual");
    }

    @Test
    void aLiteralNeedsNoLookUp() {
        NameResolver resolver = new NameResolver(name -> {
            throw new AssertionError("asked for " + name);
        });
        List<InetAddress> all = new ArrayList<>();
        bench.run(() -> {
            resolver.resolve("127.0.0.9", bench.loop, all::addAll);
            resolver.resolve("::1", bench.loop, all::addAll);
        });
        assertThat(all).isEqualTo(addresses("127.0.0.9", "::1"));
    }

    @Test
    void aLookUpThatBreaksIsNoAddress() {
        NameResolver resolver = new NameResolver(name -> {
            throw new IllegalStateException("broken");
        });
        List<Integer> sizes = new ArrayList<>();
        bench.run(() -> resolver.resolve("one.test", bench.loop, found -> sizes.add(found.size())));
        await().until(() -> bench.on(() -> sizes.equals(List.of(0))));
    }
}
