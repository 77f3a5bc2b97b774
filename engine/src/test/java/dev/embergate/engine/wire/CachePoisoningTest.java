package dev.embergate.engine.wire;

import static dev.embergate.engine.wire.CacheBed.answer;
import static dev.embergate.engine.wire.CacheBed.ask;
import static dev.embergate.engine.wire.CacheBed.proxy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What one client sends does not change what another gets (RFC 9111 section 7.1). */
@ExtendWith(LeakCheck.class)
class CachePoisoningTest {
    private final Origin origin = Origin.start();

    @AfterEach
    void close() {
        origin.close();
    }

    @Test
    void aFieldThatConnectionNamesSelectsNothing() {
        origin.answers(answer("200 OK", "Cache-Control: max-age=60\r\nVary: Accept-Language\r\n", "default"));
        origin.answers(answer("200 OK", "Cache-Control: max-age=60\r\nVary: Accept-Language\r\n", "chinese"));
        try (Proxy proxy = proxy(origin).start()) {
            ask(proxy, "GET", "/a", "Accept-Language: zh\r\nConnection: Accept-Language\r\n");
            assertThat(origin.take().head()).doesNotContain("zh");
            assertThat(ask(proxy, "GET", "/a", "Accept-Language: zh\r\n").text())
                    .isEqualTo("chinese");
        }
    }

    @Test
    void aFieldThatSaysItOtherwiseSelectsAnotherAnswer() {
        String kept = "Cache-Control: max-age=60\r\nVary: Origin\r\n";
        origin.answers(answer("200 OK", kept, "refused"));
        origin.answers(answer("200 OK", kept + "Access-Control-Allow-Origin: https://app\r\n", "allowed"));
        try (Proxy proxy = proxy(origin).start()) {
            ask(proxy, "GET", "/a", "Origin: ,https://app\r\n");
            assertThat(ask(proxy, "GET", "/a", "Origin: https://app\r\n").text())
                    .isEqualTo("allowed");
        }
    }
}
