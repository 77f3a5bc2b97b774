package dev.embergate.engine.wire;

import static dev.embergate.engine.wire.CacheBed.answer;
import static dev.embergate.engine.wire.CacheBed.ask;
import static dev.embergate.engine.wire.CacheBed.get;
import static dev.embergate.engine.wire.CacheBed.proxy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.WireAnswer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which fields come back, and which of several answers (RFC 9111 sections 3.1 and 4.1, RFC 9211). */
@ExtendWith(LeakCheck.class)
class CacheFieldsTest {
    private final Origin origin = Origin.start();

    @AfterEach
    void close() {
        origin.close();
    }

    @Test
    void whatConnectionNamesIsNotKept() {
        origin.answers(answer(
                "200 OK",
                "Cache-Control: max-age=60\r\nConnection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n"
                        + "Proxy-Authenticate: Basic\r\nX-End: 1\r\n",
                "hello"));
        try (Proxy proxy = proxy(origin).start()) {
            get(proxy, "/a");
            WireAnswer hit = get(proxy, "/a");
            assertThat(hit.field("X-End")).isEqualTo("1");
            assertThat(hit.field("X-Hop")).isNull();
            assertThat(hit.field("Keep-Alive")).isNull();
            assertThat(hit.field("Proxy-Authenticate")).isNull();
            assertThat(hit.field("Connection")).isNull();
        }
    }

    @Test
    void ofSeveralThatFitTheLatestIsGiven() {
        String control = "Cache-Control: max-age=2147483648\r\n";
        origin.answers(answer("200 OK", control + "Vary: X-A\r\nDate: Mon, 07 Nov 1994 08:49:37 GMT\r\n", "later"));
        origin.answers(answer("200 OK", control + "Vary: X-B\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n", "earlier"));
        try (Proxy proxy = proxy(origin).start()) {
            assertThat(ask(proxy, "GET", "/a", "X-A: 1\r\n").text()).isEqualTo("later");
            assertThat(ask(proxy, "GET", "/a", "X-A: 2\r\nX-B: 1\r\n").text()).isEqualTo("earlier");
            assertThat(ask(proxy, "GET", "/a", "X-A: 1\r\nX-B: 1\r\n").text()).isEqualTo("later");
            assertThat(origin.requests()).hasSize(2);
        }
    }

    @Test
    void ourLineInCacheStatusComesAfterThoseOfCachesBefore() {
        origin.answers(answer("200 OK", "Cache-Control: max-age=60\r\nCache-Status: inner; hit\r\n", "hello"));
        try (Proxy proxy = proxy(origin).start()) {
            assertThat(get(proxy, "/a").field("Cache-Status")).isEqualTo("inner; hit, embergate; fwd=miss; stored");
            assertThat(get(proxy, "/a").fields("Cache-Status")).containsExactly("inner; hit, embergate; hit");
        }
    }

    @Test
    void explainTellsThatAnswersAreKept() throws Exception {
        try (Proxy proxy = proxy(origin).start()) {
            String detail = proxy.engine
                    .explain("proxy", "GET", "/a", Headers.EMPTY)
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS)
                    .getLast()
                    .detail();
            assertThat(detail).endsWith("relays the answer, keeps answers as long as they say");
        }
    }

    @Test
    void aForwardWithoutCachingHasNoPartInIt() {
        origin.otherwise(answer("200 OK", "Cache-Control: max-age=60\r\n", "hello"));
        try (Proxy proxy = Proxy.to(origin).cache(CacheBed.MEMORY).start()) {
            assertThat(get(proxy, "/a").field("Cache-Status")).isNull();
            get(proxy, "/a");
            assertThat(origin.requests()).hasSize(2);
        }
    }
}
