package dev.embergate.engine.wire;

import static dev.embergate.engine.wire.CacheBed.PLAIN;
import static dev.embergate.engine.wire.CacheBed.answer;
import static dev.embergate.engine.wire.CacheBed.ask;
import static dev.embergate.engine.wire.CacheBed.await;
import static dev.embergate.engine.wire.CacheBed.fresh;
import static dev.embergate.engine.wire.CacheBed.get;
import static dev.embergate.engine.wire.CacheBed.metric;
import static dev.embergate.engine.wire.CacheBed.proxy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.EngineConfig;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one client sends does not change what another gets (RFC 9111 section 7.1). */
@ExtendWith(LeakCheck.class)
class CachePoisoningTest {
    @TempDir
    private Path temporary;

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-HTTP-Method-Override: DELETE",
                "x-http-method: DELETE",
                "X-Method-Override: DELETE",
                "X-Original-URL: /admin",
                "X-Original-URI: /admin",
                "X-Original-Host: evil",
                "X-Rewrite-URL: /admin",
                "X-Forwarded-Prefix: /evil",
                "X-Forwarded-Path: /evil",
                "X-Forwarded-URI: /evil",
                "X-Forwarded-Server: evil",
                "X-Forwarded-Scheme: nothttps",
                "X-Forwarded-Protocol: https",
                "X-Forwarded-Ssl: on",
                "X-URL-Scheme: https",
                "Front-End-Https: on",
                "X-HTTP-Host-Override: evil",
                "X-Host: evil"
            })
    void aRequestThatNamesAnotherMethodOrTargetPassesBy(String field) {
        origin.answers(fresh("evil"));
        origin.answers(fresh("good"));
        origin.answers(fresh("again"));
        try (Proxy proxy = proxy(origin).start()) {
            assertThat(ask(proxy, "GET", "/a", field + "\r\n").field("Cache-Status"))
                    .isEqualTo("embergate; fwd=bypass");
            assertThat(get(proxy, "/a").text()).isEqualTo("good");
            assertThat(ask(proxy, "GET", "/a", field + "\r\n").text()).isEqualTo("again");
            assertThat(get(proxy, "/a").text()).isEqualTo("good");
        }
    }

    @Test
    void anotherServerUnderAnOldNameIsAsked() {
        EngineConfig.Cache disk = new EngineConfig.Cache(1 << 20, 16 << 20, temporary.resolve("cache"));
        origin.otherwise(fresh("old"));
        try (Proxy proxy = proxy(origin, PLAIN, disk).start()) {
            get(proxy, "/a");
            await(() -> kept() == 1);
        }
        try (Origin other = Origin.start()) {
            other.otherwise(fresh("new"));
            try (Proxy proxy = proxy(other, PLAIN, disk).start()) {
                await(() -> metric(proxy.engine.metricsText(), "embergate_cache_bytes{store=\"disk\"}") > 0);
                assertThat(get(proxy, "/a").text()).isEqualTo("new");
            }
        }
        try (Proxy proxy = proxy(origin, PLAIN, disk).start()) {
            await(() -> "embergate; hit"
                    .equals(ask(proxy, "GET", "/a", "Cache-Control: only-if-cached\r\n")
                            .field("Cache-Status")));
        }
    }

    private long kept() {
        try (Stream<Path> files = Files.list(temporary.resolve("cache"))) {
            return files.filter(file -> file.toString().endsWith(".kept")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
