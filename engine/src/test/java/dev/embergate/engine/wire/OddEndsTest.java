package dev.embergate.engine.wire;

import static dev.embergate.engine.testkit.Step.hold;
import static dev.embergate.engine.testkit.Step.reset;
import static dev.embergate.engine.testkit.Step.send;
import static dev.embergate.engine.testkit.Step.stall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.WireClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Ends that come from an unusual side: nothing hangs, and nothing incomplete looks complete. */
@ExtendWith(LeakCheck.class)
class OddEndsTest {
    private Origin origin;

    @BeforeEach
    void start() {
        origin = Origin.start();
    }

    @AfterEach
    void stop() {
        origin.close();
    }

    /** RFC 9110 section 10.1.1: the client may wait for a 100 that never comes. */
    @Test
    void anUpstreamThatNeverPermitsABodyIs504() {
        origin.otherwise(stall());
        try (Proxy proxy = Proxy.to(origin).decision(Duration.ofMillis(300)).start();
                WireClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(client.readAnswer().status()).isEqualTo(504);
            await().until(() -> proxy.engine.status().exchanges() == 0);
            await().until(() -> proxy.engine.status().upstreams().getFirst().connections() == 0);
        }
    }

    /** RFC 9112 section 8: such an answer ends with its connection, so only an orderly close is its end. */
    @Test
    void aStopWithinAnAnswerThatRunsUntilTheCloseIsNoOrderlyEnd() throws Exception {
        origin.otherwise(send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), stall());
        try (Proxy proxy = Proxy.to(origin).stop(Duration.ofMillis(200)).start();
                WireClient client = proxy.client()) {
            client.send("GET / HTTP/1.0\r\n\r\n");
            client.readUntil("hello");
            Thread stopping = Thread.ofVirtual().start(proxy::close);
            assertThatThrownBy(client::readToEnd).hasStackTraceContaining("reset");
            stopping.join();
        }
    }

    /** The request's body is still on its way when the upstream answers and then resets. */
    @Test
    void aResetWithinAnEarlyAnswerWithoutALengthShows() {
        CountDownLatch seen = new CountDownLatch(1);
        origin.otherwise(send("HTTP/1.1 200 OK\r\n\r\nhalf"), hold(seen), reset());
        try (Proxy proxy = Proxy.to(origin).start();
                WireClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nabc");
            client.readUntil("half");
            seen.countDown();
            String rest = new String(client.readToEnd(), StandardCharsets.ISO_8859_1);
            assertThat(rest).doesNotContain("0\r\n\r\n");
        }
    }
}
