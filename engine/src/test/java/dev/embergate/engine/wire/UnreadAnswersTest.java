package dev.embergate.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.embergate.engine.spi.Body;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.WireClient;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that ask more than they take: what is kept for them is bounded, and what is due to them still comes. */
@ExtendWith(LeakCheck.class)
class UnreadAnswersTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private Origin origin;

    @BeforeEach
    void start() {
        origin = Origin.start();
    }

    @AfterEach
    void stop() {
        origin.close();
    }

    private static Rule says(int bytes, AtomicInteger asked) {
        byte[] body = new byte[bytes];
        return (request, context) -> {
            asked.incrementAndGet();
            return new Outcome.Respond(200, Headers.EMPTY, new Body.Bytes(body, "application/octet-stream"));
        };
    }

    /** RFC 9112 section 9.3.2: pipelined requests may wait. */
    @Test
    void pipelinedRequestsWaitWhileTheAnswersBeforeThemAreNotTaken() {
        int requests = 600;
        AtomicInteger asked = new AtomicInteger();
        try (Proxy proxy = Proxy.to(origin)
                        .rule("large", "/**", says(64 << 10, asked))
                        .start();
                WireClient client = proxy.slowClient(8 << 10)) {
            client.send(GET.repeat(requests));
            await().until(() -> asked.get() > 1);
            await().during(Duration.ofMillis(300))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> asked.get() < requests / 2);
            for (int i = 0; i < requests; i++) {
                assertThat(client.readAnswer().body()).hasSize(64 << 10);
            }
            assertThat(asked).hasValue(requests);
        }
    }

    @Test
    void whatIsReadAheadDoesNotGrowWithEachExchange() throws Exception {
        int exchanges = 2000;
        AtomicInteger asked = new AtomicInteger();
        AtomicLong sent = new AtomicLong();
        Rule rule = (request, context) -> asked.incrementAndGet() < exchanges
                ? new Outcome.Later(CompletableFuture.supplyAsync(
                        () -> new Outcome.Respond(204, Headers.EMPTY, Body.EMPTY),
                        CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS)))
                : new Outcome.Later(new CompletableFuture<>());
        try (Proxy proxy = Proxy.to(origin).rule("later", "/**", rule).start();
                Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", proxy.port()));
            byte[] many = GET.repeat(500).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            Thread.ofVirtual().start(() -> {
                try {
                    while (sent.get() < 200 << 20) {
                        socket.getOutputStream().write(many);
                        sent.addAndGet(many.length);
                    }
                } catch (java.io.IOException e) {
                    // The test is over.
                }
            });
            Thread.ofVirtual().start(() -> {
                try {
                    socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
                } catch (java.io.IOException e) {
                    // The test is over.
                }
            });
            await().until(() -> asked.get() == exchanges);
            await().during(Duration.ofMillis(300)).atMost(Duration.ofSeconds(5)).until(() -> sent.get() < 60 << 20);
        }
    }

    @Test
    void stoppingLetsAClientTakeTheAnswersThatAreDue() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Proxy proxy =
                Proxy.to(origin).rule("large", "/**", says(64 << 10, asked)).start();
        try (WireClient client = proxy.slowClient(8 << 10)) {
            askForMoreThanTheKernelKeeps(proxy, client, asked);
            Thread stopping = Thread.ofVirtual().start(proxy::close);
            await().until(() -> proxy.engine.status().stopping());
            assertThat(answers(client)).isEqualTo(asked.get());
            assertThat(stopping.join(Duration.ofSeconds(10))).isTrue();
        } finally {
            proxy.close();
        }
    }

    @Test
    void theIdleTimeOutWaitsUntilTheAnswersAreTaken() {
        AtomicInteger asked = new AtomicInteger();
        try (Proxy proxy = Proxy.to(origin)
                        .keepAlive(Duration.ofMillis(200))
                        .rule("large", "/**", says(64 << 10, asked))
                        .start();
                WireClient client = proxy.slowClient(8 << 10)) {
            askForMoreThanTheKernelKeeps(proxy, client, asked);
            await().during(Duration.ofMillis(600))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> proxy.engine.status().connections() == 1);
            assertThat(answers(client)).isEqualTo(asked.get());
        }
    }

    private static void askForMoreThanTheKernelKeeps(Proxy proxy, WireClient client, AtomicInteger asked) {
        client.send(GET.repeat(120));
        AtomicInteger before = new AtomicInteger();
        await().during(Duration.ofMillis(200))
                .until(() -> before.getAndSet(asked.get()) == asked.get()
                        && asked.get() > 1
                        && proxy.engine.status().exchanges() == 0);
        assertThat(asked).as("not all of them").hasValueLessThan(120);
    }

    /** Whole ones, until the connection ends. */
    private static int answers(WireClient client) {
        String all = new String(client.readToEnd(), java.nio.charset.StandardCharsets.ISO_8859_1);
        int count = 0;
        for (int at = 0; at < all.length(); count++) {
            at = all.indexOf("\r\n\r\n", at) + 4 + (64 << 10);
            assertThat(at).isLessThanOrEqualTo(all.length());
        }
        return count;
    }
}
