package dev.embergate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embergate.engine.control.EngineControl;
import dev.embergate.engine.control.EngineStatus;
import dev.embergate.engine.control.Reload;
import dev.embergate.engine.control.RuleEntry;
import dev.embergate.engine.match.Match;
import dev.embergate.engine.match.RuleTable;
import dev.embergate.engine.spi.Body;
import dev.embergate.engine.spi.Fetcher;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestHead;
import dev.embergate.engine.spi.RuleContext;
import dev.embergate.engine.testkit.HeadOf;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminRulesTest {
    private static final String TOKEN = "0123456789abcdef";
    private static final EngineStatus UP = status(true, false, true);

    private EngineStatus status = UP;
    private Reload.Result reloaded = new Reload.Result(List.of(), List.of("listeners"));

    private static EngineStatus status(boolean listening, boolean stopping, boolean reachable) {
        return new EngineStatus(
                Instant.EPOCH,
                "epoll",
                listening ? List.of(new EngineStatus.Listener("proxy", "0.0.0.0", 8095, "proxy")) : List.of(),
                List.of(
                        new EngineStatus.Upstream(
                                "emby", "http://emby:8096", reachable, 2, 1, List.of("10.0.0.1:8096")),
                        new EngineStatus.Upstream("other", "http://other", false, 0, 0, List.of())),
                List.of(new EngineStatus.Table("proxy", 3, Instant.EPOCH, List.of("a", "b"))),
                5,
                7,
                11,
                13,
                stopping);
    }

    private final EngineControl engine = new EngineControl() {
        @Override
        public void replaceRules(String table, List<RuleEntry> rules) {
            throw new UnsupportedOperationException();
        }

        @Override
        public EngineStatus status() {
            return status;
        }

        @Override
        public String metricsText() {
            return "embergate_up 1\n";
        }

        @Override
        public CompletionStage<List<Explanation>> explain(String table, String method, String target, Headers headers) {
            throw new UnsupportedOperationException();
        }
    };

    /** Does offloaded work at once. */
    private static final RuleContext CONTEXT = new RuleContext() {
        @Override
        public String param(String name) {
            throw new IllegalArgumentException(name);
        }

        @Override
        public String paramOr(String name, String otherwise) {
            return otherwise;
        }

        @Override
        public Outcome offload(Callable<? extends Outcome> work) {
            try {
                return new Outcome.Later(CompletableFuture.completedFuture(work.call()));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public Fetcher fetcher() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String requestId() {
            return "1";
        }
    };

    private Outcome.Respond ask(AdminAccess access, RequestHead request) throws Exception {
        List<RuleEntry> rules = AdminRules.table(engine, () -> reloaded, access, "emby");
        RuleTable table = RuleTable.of(rules);
        assertThat(table.unreachable()).isEmpty();
        int found = table.next(request, 0, new Match());
        Outcome outcome = rules.get(found).rule().decide(request, CONTEXT);
        if (outcome instanceof Outcome.Later later) {
            outcome = later.stage().toCompletableFuture().join();
        }
        return (Outcome.Respond) outcome;
    }

    private Outcome.Respond ask(String method, String target) throws Exception {
        return ask(AdminAccess.local(), HeadOf.of(method, target, "Host", "127.0.0.1:8080"));
    }

    private static String text(Outcome.Respond answer) {
        return new String(((Body.Bytes) answer.body()).bytes(), java.nio.charset.StandardCharsets.UTF_8);
    }

    private static JsonNode json(Outcome.Respond answer) throws Exception {
        return new ObjectMapper().readTree(text(answer));
    }

    @Test
    void healthAnswersAsLongAsTheProcessLives() throws Exception {
        status = status(false, true, false);
        Outcome.Respond answer = ask("GET", "/health");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().first("Cache-Control")).isEqualTo("no-store");
        assertThat(json(answer)).hasToString("{\"status\":\"up\"}");
    }

    @Test
    void readyNamesWhatIsMissing() throws Exception {
        assertThat(ask("GET", "/ready").status()).isEqualTo(200);
        status = status(false, true, false);
        Outcome.Respond answer = ask("GET", "/ready");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(json(answer))
                .hasToString("{\"ready\":false,\"reasons\":[\"stopping\",\"not listening\","
                        + "\"upstream emby cannot be connected to\"]}");
    }

    @Test
    void metricsAreInPrometheusTextFormat() throws Exception {
        Outcome.Respond answer = ask("GET", "/metrics");
        assertThat(((Body.Bytes) answer.body()).mediaType()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(text(answer)).isEqualTo("embergate_up 1\n");
    }

    @Test
    void statusTellsAllThatTheEngineTells() throws Exception {
        assertThat(json(ask("GET", "/api/status")))
                .hasToString("{\"startedAt\":\"1970-01-01T00:00:00Z\",\"transport\":\"epoll\",\"stopping\":false,"
                        + "\"connections\":5,\"exchanges\":7,\"bytesRelayed\":11,\"bytesKept\":13,"
                        + "\"listeners\":[{\"name\":\"proxy\",\"address\":\"0.0.0.0\",\"port\":8095,\"table\":\"proxy\"}],"
                        + "\"upstreams\":[{\"name\":\"emby\",\"origin\":\"http://emby:8096\",\"reachable\":true,"
                        + "\"connections\":2,\"waiting\":1,\"down\":[\"10.0.0.1:8096\"]},{\"name\":\"other\",\"origin\":\"http://other\","
                        + "\"reachable\":false,\"connections\":0,\"waiting\":0,\"down\":[]}],"
                        + "\"tables\":[{\"name\":\"proxy\",\"generation\":3,\"loadedAt\":\"1970-01-01T00:00:00Z\","
                        + "\"rules\":[\"a\",\"b\"]}]}");
    }

    @Test
    void reloadTellsWhatNeedsARestartOrWhatIsWrong() throws Exception {
        Outcome.Respond good = ask("POST", "/api/reload");
        assertThat(good.status()).isEqualTo(200);
        assertThat(json(good)).hasToString("{\"applied\":true,\"restartNeeded\":[\"listeners\"]}");

        reloaded = new Reload.Result(List.of("config.yml:1:1 a: b"), List.of());
        Outcome.Respond bad = ask("POST", "/api/reload");
        assertThat(bad.status()).isEqualTo(422);
        assertThat(((Body.Bytes) bad.body()).mediaType()).isEqualTo("application/problem+json");
        assertThat(json(bad).path("problems").path(0).asText()).isEqualTo("config.yml:1:1 a: b");
    }

    /** RFC 9110 section 15.5.6. */
    @ParameterizedTest
    @CsvSource({"POST,/health,'GET, HEAD'", "DELETE,/metrics,'GET, HEAD'", "GET,/api/reload,POST"})
    void anotherMethodIsRefusedWithTheAllowedOnes(String method, String path, String allowed) throws Exception {
        Outcome.Respond answer = ask(method, path);
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers().first("Allow")).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({"/", "/healthy", "/api", "/api/status/x"})
    void anUnknownPathIsNotFound(String path) throws Exception {
        Outcome.Respond answer = ask("GET", path);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(json(answer).path("type").asText()).isEqualTo("about:blank");
    }

    @ParameterizedTest
    @CsvSource({
        "/metrics,Bearer 0123456789abcdef,200",
        "/metrics,bearer 0123456789abcdef,200",
        "/api/status,Bearer 0123456789abcdeF,401",
        "/api/status,Basic 0123456789abcdef,401",
        "/api/status,,401",
        "/health,,200",
        "/ready,,200"
    })
    void withATokenOnlyItsBearerIsLetIn(String path, String authorization, int expected) throws Exception {
        HeadOf request = HeadOf.get(path, "Host", "gate.example");
        Outcome.Respond answer = ask(
                AdminAccess.token(TOKEN),
                authorization == null ? request : request.with("Authorization", authorization));
        assertThat(answer.status()).isEqualTo(expected);
        if (expected == 401) {
            assertThat(answer.headers().first("WWW-Authenticate")).startsWith("Bearer");
            assertThat(text(answer)).doesNotContain(TOKEN);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:8080,,200",
        "[::1]:8080,,200",
        "127.0.0.1:8080,http://127.0.0.1:8080,200",
        "evil.example,,403",
        "127.0.0.1.evil.example,,403",
        "127.0.0.1:8080,https://evil.example,403",
        "127.0.0.1:8080,null,403"
    })
    void withoutATokenPagesOfOtherSitesAreKeptOut(String host, String origin, int expected) throws Exception {
        HeadOf request = HeadOf.of("POST", "/api/reload", "Host", host);
        Outcome.Respond answer = ask(AdminAccess.local(), origin == null ? request : request.with("Origin", origin));
        assertThat(answer.status()).isEqualTo(expected);
    }
}
