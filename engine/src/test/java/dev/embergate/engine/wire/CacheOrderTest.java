package dev.embergate.engine.wire;

import static dev.embergate.engine.wire.CacheBed.PLAIN;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Of two answers the one that was asked for later stays, in whatever order they come. */
@ExtendWith(LeakCheck.class)
class CacheOrderTest {
    @TempDir
    private Path temporary;

    private final Origin origin = Origin.start();

    @AfterEach
    void close() {
        origin.close();
    }

    private EngineConfig.Cache disk() {
        return new EngineConfig.Cache(1 << 20, 16 << 20, temporary.resolve("cache"));
    }

    private List<String> kept() {
        try (Stream<Path> all = Files.list(temporary.resolve("cache"))) {
            return all.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".kept"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aLateNotModifiedDoesNotReplaceANewerAnswer() {
        CountDownLatch go = new CountDownLatch(1);
        origin.answers(answer("200 OK", "Cache-Control: max-age=0\r\nETag: \"v1\"\r\n", "v1"));
        origin.answers(
                Step.hold(go),
                Step.send("HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\nCache-Control: max-age=60\r\n\r\n"));
        origin.answers(fresh("v2"));
        try (Proxy proxy = proxy(origin).start()) {
            get(proxy, "/a");
            origin.take();
            CacheBed.await(() ->
                    CacheBed.metric(proxy.engine.metricsText(), "embergate_cache_stored_total{store=\"memory\"}") == 1);
            try (WireClient slow = proxy.client().send("GET /a HTTP/1.1\r\nHost: front\r\n\r\n")) {
                assertThat(origin.take().field("If-None-Match")).isEqualTo("\"v1\"");
                ask(proxy, "GET", "/a", "Cache-Control: no-cache\r\n");
                assertThat(get(proxy, "/a").text()).isEqualTo("v2");
                go.countDown();
                assertThat(slow.readAnswer().text()).isEqualTo("v1");
            }
            assertThat(get(proxy, "/a").text()).isEqualTo("v2");
        }
    }

    @Test
    void aSlowOldAnswerDoesNotReplaceANewerOne() {
        CountDownLatch go = new CountDownLatch(1);
        origin.answers(
                Step.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 2\r\n\r\nv"),
                Step.hold(go),
                Step.send("1"));
        origin.answers(fresh("v2"));
        try (Proxy proxy = proxy(origin).decision(Duration.ofMillis(200)).start();
                WireClient slow = proxy.client().send("GET /a HTTP/1.1\r\nHost: front\r\n\r\n")) {
            origin.take();
            assertThat(get(proxy, "/a").text()).isEqualTo("v2");
            go.countDown();
            assertThat(slow.readAnswer().text()).isEqualTo("v1");
            assertThat(get(proxy, "/a").text()).isEqualTo("v2");
        }
    }

    @Test
    void aNotModifiedDoesNotWriteTheBodyAgain() {
        origin.answers(answer("200 OK", "ETag: \"v1\"\r\n", "x".repeat(100_000)));
        origin.otherwise(Step.send("HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n"));
        try (Proxy proxy = proxy(origin, PLAIN, disk()).start()) {
            get(proxy, "/a");
            CacheBed.await(() -> !kept().isEmpty());
            List<String> before = kept();
            for (int i = 0; i < 5; i++) {
                get(proxy, "/a");
            }
            origin.answers(fresh("another"));
            get(proxy, "/another"); // what is written after all that
            CacheBed.await(() -> kept().size() == 2);
            String metrics = proxy.engine.metricsText();
            assertThat(kept()).containsAll(before);
            assertThat(CacheBed.metric(metrics, "embergate_cache_stored_total{store=\"disk\"}"))
                    .isEqualTo(2);
            assertThat(CacheBed.metric(metrics, "embergate_cache_stored_total{store=\"memory\"}"))
                    .isEqualTo(2);
        }
    }

    @Test
    void anAnswerWithoutABodyStaysInMemory() throws Exception {
        origin.answers(Step.send("HTTP/1.1 301 Moved Permanently\r\nCache-Control: max-age=60\r\n"
                + "Location: /b\r\nContent-Length: 0\r\n\r\n"));
        try (Proxy proxy = proxy(origin, PLAIN, disk()).start()) {
            get(proxy, "/a");
            CacheBed.await(() ->
                    CacheBed.metric(proxy.engine.metricsText(), "embergate_cache_stored_total{store=\"disk\"}") == 1);
            for (String name : kept()) {
                Files.delete(temporary.resolve("cache").resolve(name));
            }
            assertThat(get(proxy, "/a").field("Cache-Status")).isEqualTo("embergate; hit");
        }
    }
}
