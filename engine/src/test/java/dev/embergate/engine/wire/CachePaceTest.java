package dev.embergate.engine.wire;

import static dev.embergate.engine.wire.CacheBed.MEMORY;
import static dev.embergate.engine.wire.CacheBed.answer;
import static dev.embergate.engine.wire.CacheBed.ask;
import static dev.embergate.engine.wire.CacheBed.fresh;
import static dev.embergate.engine.wire.CacheBed.get;
import static dev.embergate.engine.wire.CacheBed.proxy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.EngineConfig;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.Step;
import dev.embergate.engine.testkit.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody waits for a client that is slow, for another user's answer, or for one that nobody else may have. */
@ExtendWith(LeakCheck.class)
class CachePaceTest {
    private static final String ASK = "GET /a HTTP/1.1\r\nHost: front\r\n";

    @TempDir
    private Path temporary;

    private final Origin origin = Origin.start();

    @AfterEach
    void close() {
        origin.close();
    }

    @Test
    void whoLeadsAndReadsNothingHoldsNobody() {
        origin.otherwise(answer("200 OK", "Cache-Control: max-age=60\r\n", "z".repeat(12_000_000)));
        EngineConfig.Cache stores = new EngineConfig.Cache(4 << 20, 128 << 20, temporary.resolve("cache"));
        // No answer within the kit's patience if the others waited for a decision.
        try (Proxy proxy = proxy(origin, CacheBed.caching(Duration.ZERO, Duration.ZERO, 16 << 20), stores)
                        .decision(Duration.ofSeconds(60))
                        .start();
                WireClient slow = proxy.slowClient(4096).send(ASK + "\r\n")) {
            origin.take();
            try (WireClient other = proxy.client().send(ASK + "\r\n")) {
                assertThat(other.readAnswer().text().length()).isEqualTo(12_000_000);
            }
            slow.reset();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization: Basic YTpi", "X-Token: t"})
    void whoSaysWhoHeIsWaitsForNobodyAndNobodyForHim(String credential) {
        CountDownLatch never = new CountDownLatch(1);
        origin.answers(Step.hold(never));
        origin.answers(Step.hold(never));
        origin.answers(answer("200 OK", "Cache-Control: private\r\n", "own"));
        try (Proxy proxy = proxy(origin).decision(Duration.ofSeconds(60)).start();
                WireClient personal = proxy.client().send(ASK + credential + "\r\n\r\n")) {
            origin.take();
            try (WireClient anybody = proxy.client().send(ASK + "\r\n")) {
                origin.take(); // though the personal one is on its way
                assertThat(ask(proxy, "GET", "/a", credential + "\r\n").text()).isEqualTo("own");
                anybody.leave();
            }
            personal.leave();
        }
    }

    @Test
    void nobodyWaitsForAnAnswerThatWasForOneClientAMomentAgo() {
        CountDownLatch never = new CountDownLatch(1);
        origin.answers(answer("200 OK", "Cache-Control: private\r\n", "one"));
        origin.answers(Step.hold(never));
        origin.answers(answer("200 OK", "Cache-Control: private\r\n", "three"));
        try (Proxy proxy = proxy(origin).decision(Duration.ofSeconds(60)).start()) {
            get(proxy, "/a");
            origin.take();
            try (WireClient second = proxy.client().send(ASK + "\r\n")) {
                origin.take();
                assertThat(get(proxy, "/a").text()).isEqualTo("three");
                second.leave();
            }
        }
    }

    @Test
    void whoWaitsForOneLeaderAfterTheOtherWaitsNoLongerThanForADecision() {
        CountDownLatch never = new CountDownLatch(1);
        origin.answers(Step.hold(never));
        origin.answers(Step.hold(never));
        origin.answers(fresh("v1"));
        long decisionMillis = 1500;
        try (Proxy proxy = proxy(origin)
                        .decision(Duration.ofMillis(decisionMillis))
                        .start();
                WireClient first = proxy.client().send(ASK + "\r\n")) {
            origin.take();
            try (WireClient second = proxy.client().send(ASK + "\r\n");
                    WireClient third = proxy.client().send(ASK + "\r\n")) {
                CacheBed.await(() -> proxy.engine.status().exchanges() == 3);
                long began = System.nanoTime();
                CacheBed.await(() -> System.nanoTime() - began > decisionMillis * 600_000);
                first.leave(); // one of the two leads now, and the other waits for it
                origin.take();
                origin.take();
                assertThat(System.nanoTime() - began).isLessThan(decisionMillis * 1_400_000);
                second.leave();
                third.leave();
            }
        }
    }

    private List<Path> kept() {
        try (Stream<Path> all = Files.list(temporary.resolve("cache"))) {
            return all.filter(file -> file.toString().endsWith(".kept")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aFileThatEndsTooEarlyIsGivenOnce() throws Exception {
        String body = "y".repeat(3_000_000);
        origin.otherwise(answer("200 OK", "Cache-Control: max-age=60\r\n", body));
        EngineConfig.Cache stores = new EngineConfig.Cache(MEMORY.memoryBytes(), 64 << 20, temporary.resolve("cache"));
        try (Proxy proxy = proxy(origin, CacheBed.caching(Duration.ZERO, Duration.ZERO, 8 << 20), stores)
                .start()) {
            get(proxy, "/a");
            CacheBed.await(() -> kept().size() == 1);
            try (FileChannel file = FileChannel.open(kept().getFirst(), StandardOpenOption.WRITE)) {
                file.truncate(1_000_000);
            }
            try (WireClient cut = proxy.client().send(ASK + "\r\n")) {
                cut.readToEnd();
            }
            assertThat(get(proxy, "/a").text().equals(body)).isTrue();
            assertThat(origin.requests()).hasSize(2);
        }
    }
}
