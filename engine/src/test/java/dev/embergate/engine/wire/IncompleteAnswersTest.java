package dev.embergate.engine.wire;

import static dev.embergate.engine.testkit.Step.close;
import static dev.embergate.engine.testkit.Step.hold;
import static dev.embergate.engine.testkit.Step.readBody;
import static dev.embergate.engine.testkit.Step.reset;
import static dev.embergate.engine.testkit.Step.send;
import static dev.embergate.engine.testkit.Step.stall;
import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.Step;
import dev.embergate.engine.testkit.WireClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * RFC 9112 section 8: whatever the framing on either side, and however the upstream ends, a client must see that its answer is not
 * whole. Where only a close would tell the end, that means a reset.
 */
@ExtendWith(LeakCheck.class)
class IncompleteAnswersTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    private final Origin origin = Origin.start();

    @AfterEach
    void stop() {
        origin.close();
    }

    static Stream<Arguments> broken() {
        return Stream.of("HTTP/1.0", "HTTP/1.1")
                .flatMap(client -> Stream.of(
                        Arguments.of(client, OK + "Content-Length: 10\r\n\r\nhalf", "close"),
                        Arguments.of(client, OK + "Content-Length: 10\r\n\r\nhalf", "reset"),
                        Arguments.of(client, OK + "Content-Length: 10\r\n\r\nhalf", "stall"),
                        Arguments.of(client, OK + "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", "close"),
                        Arguments.of(client, OK + "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", "reset"),
                        Arguments.of(client, OK + "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", "stall"),
                        Arguments.of(client, OK + "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\n", "close"),
                        Arguments.of(client, OK + "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\nX: ", "close"),
                        Arguments.of(client, OK + "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nxyz\r\n", "stall"),
                        Arguments.of(client, OK + "Transfer-Encoding: chunked\r\n\r\n4\r\nhalfway", "stall"),
                        Arguments.of(client, OK + "\r\nhalf", "reset"),
                        Arguments.of(client, OK + "\r\nhalf", "stall"),
                        Arguments.of(client, "HTTP/1.0 200 OK\r\n\r\nhalf", "reset")));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void theClientSeesThatItsAnswerIsNotWhole(String version, String sent, String ends) {
        CountDownLatch arrived = new CountDownLatch(1);
        Step end = switch (ends) {
            case "close" -> close();
            case "reset" -> reset();
            default -> stall();
        };
        origin.answers(readBody(), send(sent), hold(arrived), end);
        try (Proxy proxy = Proxy.to(origin).idle(Duration.ofMillis(300)).start();
                WireClient client = proxy.client()) {
            client.send("GET / " + version + "\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
            String seen = "";
            if (!sent.contains("half\r\nxyz") && !sent.contains("halfway")) {
                seen = client.readUntil("half");
            } // else the end may overtake what was sent before it
            arrived.countDown();
            try {
                seen += new String(client.readToEnd(), StandardCharsets.ISO_8859_1);
            } catch (AssertionError e) {
                assertThat(e).hasMessageContaining("reset");
                return;
            }
            assertThat(isWhole(seen)).as("closed without a reset: %s", seen).isFalse();
        }
    }

    private static boolean isUntilClose(String seen) {
        return !seen.contains("\r\nContent-Length: ") && !seen.contains("\r\nTransfer-Encoding: ");
    }

    private static boolean isWhole(String seen) {
        return isUntilClose(seen)
                || seen.endsWith("\r\n0\r\n\r\n")
                || seen.matches("(?s).*\r\nContent-Length: 10\r\n.*\r\n\r\n.{10,}");
    }

    static Stream<Arguments> whole() {
        return Stream.of("HTTP/1.0", "HTTP/1.1")
                .flatMap(client -> Stream.of(
                        Arguments.of(client, OK + "Content-Length: 4\r\n\r\nhalf"),
                        Arguments.of(client, OK + "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\n\r\n"),
                        Arguments.of(client, OK + "\r\nhalf"),
                        Arguments.of(client, "HTTP/1.0 200 OK\r\n\r\nhalf")));
    }

    /** The same with an upstream that means it: no reset, and each framing complete. */
    @ParameterizedTest
    @MethodSource("whole")
    void theClientSeesThatItsAnswerIsWhole(String version, String sent) {
        origin.answers(readBody(), send(sent), close());
        try (Proxy proxy = Proxy.to(origin).start();
                WireClient client = proxy.client()) {
            client.send("GET / " + version + "\r\nHost: a\r\nConnection: close\r\n\r\n");
            String seen = new String(client.readToEnd(), StandardCharsets.ISO_8859_1);
            assertThat(seen.replaceAll("(?s)^.*\r\n\r\n(4\r\n)?(half)(\r\n0)?.*$", "$2"))
                    .isEqualTo("half");
            assertThat(isUntilClose(seen) || seen.contains("Content-Length: 4") || seen.endsWith("\r\n0\r\n\r\n"))
                    .isTrue();
        }
    }
}
