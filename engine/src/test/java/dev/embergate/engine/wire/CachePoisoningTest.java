package dev.embergate.engine.wire;

import static dev.embergate.engine.wire.CacheBed.PLAIN;
import static dev.embergate.engine.wire.CacheBed.answer;
import static dev.embergate.engine.wire.CacheBed.ask;
import static dev.embergate.engine.wire.CacheBed.await;
import static dev.embergate.engine.wire.CacheBed.fresh;
import static dev.embergate.engine.wire.CacheBed.get;
import static dev.embergate.engine.wire.CacheBed.metric;
import static dev.embergate.engine.wire.CacheBed.proxy;
import static dev.embergate.engine.wire.CacheBed.stale;
import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.EngineConfig;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.Step;
import dev.embergate.engine.testkit.WireAnswer;
import dev.embergate.engine.testkit.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
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
            assertThat(origin.take().head()).doesNotContain("Accept-Language");
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Cache-Control: no-store, private=\"cache-control\"\r\n",
                "Cache-Control: no-store, no-cache=\"cache-control\"\r\n",
                "Cache-Control: no-store\r\nConnection: Cache-Control\r\n",
                "Cache-Control: max-age=60\r\nSet-Cookie: a=b\r\nConnection: Set-Cookie\r\n",
            })
    void nothingInAnAnswerHidesThatItMustNotBeKept(String fields) {
        origin.answers(answer("200 OK", fields + "Expires: Fri, 01 Jan 2100 00:00:00 GMT\r\n", "one"));
        origin.answers(fresh("two"));
        try (Proxy proxy = proxy(origin).start()) {
            get(proxy, "/a");
            assertThat(get(proxy, "/a").text()).isEqualTo("two");
        }
    }

    @Test
    void whatIsSaidToOneUserWhenAStaleAnswerIsValidatedIsNotGivenToOthers() {
        origin.answers(stale("v1"));
        origin.answers(Step.send(
                "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\nCache-Control: max-age=60\r\nX-User: alice\r\n\r\n"));
        try (Proxy proxy = proxy(origin).start()) {
            get(proxy, "/a");
            ask(proxy, "GET", "/a", "X-Token: alice\r\n");
            WireAnswer hit = get(proxy, "/a");
            assertThat(hit.field("Cache-Status")).isEqualTo("embergate; hit");
            assertThat(hit.field("X-User")).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization: a", "X-Token: a", "Cookie: a"})
    void whoTellsWhoHeIsWaitsForNobody(String field) {
        CountDownLatch go = new CountDownLatch(1);
        origin.answers(Step.hold(go), answer("200 OK", "Cache-Control: private\r\n", "alice"));
        origin.otherwise(answer("200 OK", "Cache-Control: private\r\n", "bob"));
        try (Proxy proxy = proxy(origin).decision(Duration.ofHours(1)).start();
                WireClient alice = proxy.client().send("GET /a HTTP/1.1\r\nHost: front\r\n" + field + "\r\n\r\n")) {
            origin.take();
            assertThat(ask(proxy, "GET", "/a", field + "b\r\n").text()).isEqualTo("bob");
            go.countDown();
            assertThat(alice.readAnswer().text()).isEqualTo("alice");
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
