package dev.embergate.rules.directlink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embergate.engine.spi.Fetcher;
import dev.embergate.engine.spi.Fetcher.FetchException.Kind;
import dev.embergate.rules.directlink.AlistAnswer.Why;
import dev.embergate.rules.testkit.ScriptedFetcher;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AlistClientTest {
    private final ScriptedFetcher fetcher = new ScriptedFetcher();
    private final AlistClient client = new AlistClient("http://alist.example/base/", "alist-t", Duration.ofSeconds(5));

    @Test
    void aFileIsAskedForWithThePlayersUserAgentAndTheRawToken() throws Exception {
        answer(200, "{\"code\":200,\"message\":\"success\",\"data\":{\"size\":7,\"raw_url\":\"http://d.example/x\"}}");

        AlistAnswer answer = ask("/电影/a \"b\" 100%41#?.mkv", "Infuse/7 (é)");

        assertThat(answer).isEqualTo(new AlistAnswer.File("http://d.example/x", 7));
        Fetcher.Request request = fetcher.asked().getFirst();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.uri()).hasToString("http://alist.example/base/api/fs/get");
        assertThat(request.headers().first("Authorization")).isEqualTo("alist-t");
        assertThat(request.headers().first("User-Agent")).isEqualTo("Infuse/7 (é)");
        assertThat(request.headers().first("Content-Type")).startsWith("application/json");
        assertThat(request.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(new ObjectMapper().readValue(request.body(), Object.class))
                .isEqualTo(Map.of("path", "/电影/a \"b\" 100%41#?.mkv", "password", "", "refresh", false));
    }

    @Test
    void aGuestSendsNoToken() {
        answer(200, "{\"code\":200,\"data\":{\"raw_url\":\"x\"}}");

        new AlistClient("http://alist.example", "", Duration.ofSeconds(5)).file(fetcher, "/a", "");

        assertThat(fetcher.asked().getFirst().headers().first("Authorization")).isNull();
        assertThat(fetcher.asked().getFirst().headers().first("User-Agent")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200|{\"code\":401,\"message\":\"token is invalidated\"}|UNAUTHORISED",
                "200|{\"code\":403,\"message\":\"permission denied\"}|FORBIDDEN",
                "200|{\"code\":404,\"message\":\"\"}|NOT_FOUND",
                "200|{\"code\":500,\"message\":\"failed get obj: object not found\"}|NOT_FOUND",
                "200|{\"code\":500,\"message\":\"failed get link\"}|FAILED",
                "200|{\"code\":502}|FAILED",
                "200|{\"code\":429,\"message\":\"too many\"}|BUSY",
                "200|{\"code\":\"x\"}|MALFORMED",
                "200|{\"code\":1e99}|MALFORMED",
                "200|{}|MALFORMED",
                "200|[]|MALFORMED",
                "200|<html>|MALFORMED",
                "200|''|MALFORMED",
                "200|{\"code\":200}|MALFORMED",
                "200|{\"code\":200,\"data\":null}|MALFORMED",
                "200|{\"code\":200,\"data\":{\"raw_url\":\"\"}}|MALFORMED",
                "200|{\"code\":200,\"data\":{\"is_dir\":true,\"raw_url\":\"http://d.example/\"}}|MALFORMED",
                "401|''|UNAUTHORISED",
                "403|''|FORBIDDEN",
                "404|''|NOT_FOUND",
                "429|''|BUSY",
                "500|''|FAILED",
                "503|''|FAILED",
                "302|''|MALFORMED",
            })
    void everyFailureHasItsName(int status, String body, Why why) {
        answer(status, body);

        assertThat(ask("/a", "")).isEqualTo(new AlistAnswer.Failed(why));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void noAnswerMeansDown(Kind kind) {
        fetcher.failing("/api/fs/get", kind);

        assertThat(ask("/a", "")).isEqualTo(new AlistAnswer.Failed(Why.DOWN));
    }

    @Test
    void aSizeOfZeroIsUnknown() {
        answer(200, "{\"code\":200,\"data\":{\"size\":0,\"raw_url\":\"x\"}}");

        assertThat(ask("/a", "")).isEqualTo(new AlistAnswer.File("x", -1));
    }

    @Test
    void theTextOfAnAnswerHoldsNoLink() {
        assertThat(new AlistAnswer.File("http://d.example/s3cret", 1).toString())
                .doesNotContain("s3cret");
    }

    private void answer(int status, String body) {
        fetcher.on("/api/fs/get", status, body);
    }

    private AlistAnswer ask(String path, String userAgent) {
        return client.file(fetcher, path, userAgent).toCompletableFuture().join();
    }
}
