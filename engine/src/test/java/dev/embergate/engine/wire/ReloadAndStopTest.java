package dev.embergate.engine.wire;

import static dev.embergate.engine.testkit.Step.echo;
import static dev.embergate.engine.testkit.Step.hold;
import static dev.embergate.engine.testkit.Step.readBody;
import static dev.embergate.engine.testkit.Step.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.embergate.engine.Engine;
import dev.embergate.engine.control.RuleEntry;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestHead;
import dev.embergate.engine.spi.Route;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.spi.RuleContext;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.WireClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** New rules and the end, while exchanges run. */
@ExtendWith(LeakCheck.class)
class ReloadAndStopTest {
    private Origin origin;

    @BeforeEach
    void start() {
        origin = Origin.start();
    }

    @AfterEach
    void stop() {
        origin.close();
    }

    private static Rule says(String text) {
        return (request, context) -> Outcome.Respond.text(200, text);
    }

    @Test
    void anExchangeKeepsTheTableItBeganWithAndTheNextOneHasTheNew() {
        CompletableFuture<Outcome> pending = new CompletableFuture<>();
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger closed = new AtomicInteger();
        class Waits implements Rule, AutoCloseable {
            @Override
            public Outcome decide(RequestHead request, RuleContext context) {
                asked.incrementAndGet();
                return new Outcome.Later(pending);
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        }
        try (Proxy proxy = Proxy.to(origin)
                        .rule("waits", "/**", new Waits())
                        .rule("old", "/**", says("old"))
                        .start();
                WireClient first = proxy.client();
                WireClient second = proxy.client()) {
            first.get("/");
            await().until(() -> asked.get() == 1);
            proxy.rules(Proxy.rule("new", "/**", says("new")));
            assertThat(second.get("/").readAnswer().text()).isEqualTo("new");
            assertThat(closed).hasValue(0);
            pending.complete(new Outcome.Pass("go on"));
            assertThat(first.readAnswer().text()).isEqualTo("old");
            await().until(() -> closed.get() == 1);
            assertThat(first.get("/").readAnswer().text()).isEqualTo("new");
        }
    }

    @Test
    void aTunnelOutlivesTheTableItBeganWith() {
        origin.answers(
                send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"), echo());
        try (Proxy proxy = Proxy.to(origin).start();
                WireClient client = proxy.client()) {
            client.send("GET /s HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            client.readHead();
            for (int i = 0; i < 5; i++) {
                proxy.rules(Proxy.rule("r" + i, "/**", says("x")));
                client.send("still" + i);
                assertThat(client.readExactly(6)).asString().isEqualTo("still" + i);
            }
        }
    }

    @Test
    void aTableWithARuleThatCanNeverBeAskedIsRefusedAndTheOldOneStays() {
        try (Proxy proxy = Proxy.to(origin).rule("old", "/**", says("old")).start();
                WireClient client = proxy.client()) {
            RuleEntry all = new RuleEntry("all", "test", List.of(Route.path("/**")), says("all"), true);
            assertThatThrownBy(() -> proxy.engine.replaceRules(
                            "proxy", List.of(all, Proxy.rule("behind", "/a", says("behind")))))
                    .isInstanceOf(Engine.UnreachableRulesException.class)
                    .hasMessageContaining("behind");
            assertThat(client.get("/").readAnswer().text()).isEqualTo("old");
        }
    }

    @Test
    void stoppingLetsARunningExchangeFinishAndAcceptsNothingMore() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        origin.answers(readBody(), hold(go), send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
        Proxy proxy = Proxy.to(origin).start();
        try (WireClient busy = proxy.client();
                WireClient idle = proxy.client()) {
            busy.get("/");
            await().until(() -> origin.requests().size() == 1);
            await().until(() -> proxy.engine.status().connections() == 2);
            Thread stopping = Thread.ofVirtual().start(proxy::close);
            assertThat(idle.readToEnd()).isEmpty();
            go.countDown();
            var answer = busy.readAnswer();
            assertThat(answer.text()).isEqualTo("ok");
            assertThat(answer.field("Connection")).isEqualTo("close");
            assertThat(stopping.join(Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void stoppingClosesTunnelsInOrderAndDoesNotWaitForThoseWhoStay() throws Exception {
        origin.answers(
                        send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
                        echo())
                .answers(readBody(), hold(new CountDownLatch(1)));
        Proxy proxy = Proxy.to(origin).stop(Duration.ofMillis(300)).start();
        try (WireClient tunnel = proxy.client();
                WireClient stuck = proxy.client()) {
            tunnel.send("GET /s HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            tunnel.readHead();
            stuck.get("/");
            await().until(() -> origin.requests().size() == 2);
            long began = System.nanoTime();
            proxy.close();
            assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began))
                    .isLessThan(8);
            assertThat(tunnel.readToEnd()).isEmpty();
            stuck.awaitClosed();
        }
        origin.close();
    }

    @Test
    void aPortInUseNamesListenerAddressAndPort() {
        try (Proxy proxy = Proxy.to(origin).start()) {
            assertThatThrownBy(() -> {
                        var config = new dev.embergate.engine.EngineConfig(
                                List.of(new dev.embergate.engine.EngineConfig.ListenerConfig(
                                        "second", "127.0.0.1", proxy.port(), "proxy", "")),
                                List.of(),
                                dev.embergate.engine.decode.DecodeLimits.DEFAULT,
                                dev.embergate.engine.EngineConfig.Limits.DEFAULT,
                                dev.embergate.engine.EngineConfig.Timeouts.DEFAULT,
                                dev.embergate.engine.EngineConfig.Edge.NONE,
                                dev.embergate.engine.EngineConfig.Cache.NONE,
                                dev.embergate.engine.EngineConfig.Transport.AUTO,
                                1,
                                false,
                                java.nio.file.Path.of("target"),
                                java.nio.file.Path.of("target"));
                        try (Engine engine = Engine.create(config)) {
                            engine.listen();
                        }
                    })
                    .isInstanceOf(java.io.IOException.class)
                    .hasMessageContaining("second")
                    .hasMessageContaining("127.0.0.1:" + proxy.port());
        }
    }
}
