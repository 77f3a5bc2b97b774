package dev.embergate.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.Step;
import dev.embergate.engine.testkit.WireClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Requests of one connection take the place of each other, and nothing of one shows in another. */
@ExtendWith(LeakCheck.class)
class OneConnectionTest {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private Origin origin;

    @BeforeEach
    void start() {
        origin = Origin.start();
    }

    @AfterEach
    void stop() {
        origin.close();
    }

    private Proxy proxy() {
        return Proxy.to(origin)
                .rule(
                        "elsewhere",
                        "/r",
                        (request, context) ->
                                new Outcome.Redirect(302, URI.create("http://drive/file"), Headers.EMPTY, 777))
                .rule("broken", "/broken", (request, context) -> {
                    throw new IllegalStateException("on purpose");
                })
                .rule(
                        "body",
                        "/body",
                        (request, context) ->
                                new Outcome.AfterBody(100, body -> Outcome.Respond.text(200, body.length + " bytes")))
                .rule(
                        "late",
                        "/late",
                        (request, context) -> new Outcome.Later(new CompletableFuture<Outcome>()
                                .completeOnTimeout(
                                        Outcome.Respond.text(200, "late " + context.requestId()),
                                        5,
                                        java.util.concurrent.TimeUnit.MILLISECONDS)))
                .access((bytes, length) -> new String(bytes, 0, length, StandardCharsets.US_ASCII)
                        .lines()
                        .forEach(lines::add))
                .start();
    }

    private static final String[] KINDS = {"/f", "/r", "/broken", "/body", "/late", "/f2"};

    private static String request(String target) {
        return target.equals("/body")
                ? "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                : "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    /** Of every pair of kinds, one after the other, then all of them at once in one packet. */
    @Test
    void noAccessLineTellsOfAnotherRequest() {
        origin.otherwise(Step.readBody(), Step.send(Origin.text("upstream")));
        int expected = 0;
        try (Proxy proxy = proxy();
                WireClient client = proxy.client()) {
            for (String first : KINDS) {
                for (String second : KINDS) {
                    for (String target : List.of(first, second)) {
                        client.send(request(target));
                        check(target, client.readAnswer().status());
                        expected++;
                    }
                }
            }
            String all = IntStream.range(0, 4 * KINDS.length)
                    .mapToObj(i -> request(KINDS[i % KINDS.length]))
                    .collect(Collectors.joining());
            client.send(all);
            for (int i = 0; i < 4 * KINDS.length; i++) {
                check(KINDS[i % KINDS.length], client.readAnswer().status());
                expected++;
            }
            int count = expected;
            await().until(() -> lines.size() == count);
        }
        for (String line : lines) {
            String target = line.replaceAll(".* target=\"([^\"]*)\".*", "$1");
            String rest = line.replaceAll(
                    ".* target=\"[^\"]*\" (.*) decision-ms=[0-9.]* first-byte-ms=[0-9.]+ total-ms=[0-9.]+", "$1");
            assertThat(rest)
                    .isEqualTo(
                            switch (target) {
                                case "/f", "/f2" ->
                                    "rule=- outcome=forward upstream=origin status=200 in=0 out=8 kept=- failure=-";
                                case "/r" ->
                                    "rule=elsewhere outcome=redirect upstream=- status=302 in=0 out=0 kept=777 failure=-";
                                case "/body" ->
                                    "rule=body outcome=respond upstream=- status=200 in=3 out=7 kept=- failure=-";
                                case "/late" ->
                                    "rule=late outcome=respond upstream=- status=200 in=0 out="
                                            + rest.replaceAll(".*out=(\\d+).*", "$1") + " kept=- failure=-";
                                default ->
                                    "rule=broken outcome=" + rest.replaceAll(".*outcome=(\\S+).*", "$1")
                                            + " upstream=- status=502 in=0 out="
                                            + rest.replaceAll(".*out=(\\d+).*", "$1")
                                            + " kept=- failure=\"rule broken failed\"";
                            });
        }
        assertThat(lines.stream()
                        .map(line -> line.replaceAll(".* id=(\\S+) .*", "$1"))
                        .distinct())
                .hasSize(lines.size());
    }

    private static void check(String target, int status) {
        assertThat(status)
                .as(target)
                .isEqualTo(
                        switch (target) {
                            case "/r" -> 302;
                            case "/broken" -> 502;
                            default -> 200;
                        });
    }
}
