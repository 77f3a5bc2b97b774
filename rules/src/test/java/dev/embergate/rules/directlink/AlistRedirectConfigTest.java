package dev.embergate.rules.directlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.embergate.engine.spi.RuleFactory.InvalidConfig;
import dev.embergate.rules.directlink.AlistRedirectConfig.Alist;
import dev.embergate.rules.directlink.AlistRedirectConfig.Cache;
import dev.embergate.rules.directlink.AlistRedirectConfig.Unmapped;
import dev.embergate.rules.testkit.ServicesOf;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlistRedirectConfigTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Cache CACHE = new Cache(MINUTE, MINUTE, SECOND, 10);
    private static final Alist ALIST = new Alist("http://alist.example:5244", "s3cret");
    private static final List<PathRule> PATHS = List.of(new PathRule("/a", "/b"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "alist:5244",
                "/alist",
                "http://u:p@alist",
                "http://alist/?a=b",
                "http://alist/#/a",
                "ftp://alist"
            })
    void anAddressThatIsNoneIsRefused(String url) {
        assertThatThrownBy(() -> new Alist(url, "")).hasMessageStartingWith("url: ");
    }

    @Test
    void anAddressIsKeptInTheFormThatRequestsAreMadeWith() {
        assertThat(new Alist(" HTTP://alist.example:5244/a b ", "").url()).isEqualTo("http://alist.example:5244/a%20b");
    }

    @Test
    void aTimeoutThatTheEngineWouldNotWaitForIsRefusedAtLoad() {
        AlistRedirectConfig config = config(
                "", PATHS, Unmapped.PASS, List.of(), 302, ServicesOf.none().decisionTimeout());

        assertThatThrownBy(() -> new AlistRedirectFactory().create(config, ServicesOf.none()))
                .hasMessage("timeout: 60s (expected: below timeouts.decision, which is 60s)")
                .isInstanceOfSatisfying(
                        InvalidConfig.class, e -> assertThat(e.key()).isEqualTo("timeout"));
    }

    @Test
    void aTokenIsNeverRepeated() {
        assertThatThrownBy(() -> new Alist("http://alist", "s3cret\n"))
                .hasMessageStartingWith("token: ")
                .hasMessageNotContaining("s3cret");
        assertThat(ALIST.toString()).doesNotContain("s3cret");
        assertThat(config("", PATHS, Unmapped.PASS, List.of(), 302, SECOND).toString())
                .doesNotContain("s3cret");
    }

    @Test
    void everyValueOutOfItsBoundsIsRefused() {
        assertThatThrownBy(() -> config("", List.of(), Unmapped.PASS, List.of(), 302, SECOND))
                .hasMessageStartingWith("paths: ");
        assertThatThrownBy(() -> config("", PATHS, Unmapped.PASS, List.of(" "), 302, SECOND))
                .hasMessageStartingWith("local-roots: ");
        for (int status : List.of(200, 303, 308)) {
            assertThatThrownBy(() -> config("", PATHS, Unmapped.PASS, List.of(), status, SECOND))
                    .hasMessageStartingWith("status: " + status);
        }
        for (Duration timeout : List.of(Duration.ZERO, SECOND.negated(), Duration.ofMinutes(6))) {
            assertThatThrownBy(() -> config("", PATHS, Unmapped.PASS, List.of(), 302, timeout))
                    .hasMessageStartingWith("timeout: ");
        }
        assertThatThrownBy(() -> new Cache(Duration.ofDays(2), MINUTE, SECOND, 10))
                .hasMessageStartingWith("ttl: ");
        assertThatThrownBy(() -> new Cache(MINUTE, SECOND.negated(), SECOND, 10))
                .hasMessageStartingWith("acceptance: ");
        assertThatThrownBy(() -> new Cache(MINUTE, MINUTE, Duration.ofHours(1), 10))
                .hasMessageStartingWith("failure: ");
        assertThatThrownBy(() -> new Cache(MINUTE, MINUTE, SECOND, 0)).hasMessageStartingWith("max-entries: 0");
    }

    @Test
    void anEmbyThatIsNotConfiguredIsRefusedAtLoad() {
        AlistRedirectConfig config = config("second", PATHS, Unmapped.PASS, List.of(), 302, SECOND);

        assertThatThrownBy(() -> new AlistRedirectFactory().create(config, ServicesOf.none()))
                .isInstanceOfSatisfying(
                        InvalidConfig.class, e -> assertThat(e.key()).isEqualTo("emby"));
    }

    private static AlistRedirectConfig config(
            String emby, List<PathRule> paths, Unmapped unmapped, List<String> roots, int status, Duration timeout) {
        return new AlistRedirectConfig(ALIST, emby, paths, unmapped, roots, false, status, true, timeout, CACHE);
    }
}
