package dev.embergate.rules.directlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.embergate.rules.directlink.AlistRedirectConfig.Unmapped;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathMapTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "/data|/Drive|/data/a.mkv|/Drive/a.mkv",
                "/data|/Drive|/data|/Drive",
                "/data/|/Drive/|/data/a.mkv|/Drive/a.mkv",
                "/data|/Drive|/database/a.mkv|-",
                "/data|/Drive|/Data/a.mkv|-",
                "/data|/Drive|/mnt/data/a.mkv|-",
                "/data|/|/data/a.mkv|/a.mkv",
                "/data|/|/data|/",
                "/|/Drive|/a/b.mkv|/Drive/a/b.mkv",
                "/|/Drive|//nas/a.mkv|-",
                "/data|/Drive|/data/100%41.mkv|/Drive/100%41.mkv",
                "/data|/Drive|/data/a+b #1?.mkv|/Drive/a+b #1?.mkv",
                "/电影|/网盘|/电影/第1集.mkv|/网盘/第1集.mkv",
                "/data|/Drive|/data/a\\b.mkv|/Drive/a\\b.mkv",
                "/data|/Drive|/data/../etc/passwd|-",
                "/data|/Drive|/data/./a|-",
                "/data|/Drive|/data/..a/...|/Drive/..a/...",
                "D:\\films|/Drive|D:\\films\\a\\b.mkv|/Drive/a/b.mkv",
                "D:\\films|/Drive|d:/Films/b.mkv|/Drive/b.mkv",
                "D:\\|/Drive|D:\\b.mkv|/Drive/b.mkv",
                "D:|/Drive|D:\\b.mkv|/Drive/b.mkv",
                "D:\\films|/Drive|D:\\films2\\b.mkv|-",
                "\\\\nas\\films|/Drive|\\\\nas\\films\\b.mkv|/Drive/b.mkv",
                "\\\\nas\\films|/Drive|\\\\nas\\films\\..\\b.mkv|-",
                "//nas/films|/Drive|\\\\NAS\\films\\b.mkv|/Drive/b.mkv",
                "smb://nas/films|/Drive|smb://nas/films/b.mkv|/Drive/b.mkv",
            })
    void prefixesAreMappedByWholeSegments(String from, String to, String path, String expected) {
        PathMap map = new PathMap(List.of(new PathRule(from, to)), Unmapped.PASS, false);

        assertThat(map.toDrive(path)).isEqualTo(expected);
    }

    @Test
    void theFirstRuleThatFitsCounts() {
        PathMap map = new PathMap(
                List.of(
                        new PathRule("/data/new", "/New"),
                        new PathRule("/data", "/Old"),
                        new PathRule("/data/late", "/Never")),
                Unmapped.PASS,
                false);

        assertThat(map.toDrive("/data/new/a")).isEqualTo("/New/a");
        assertThat(map.toDrive("/data/late/a")).isEqualTo("/Old/late/a");
    }

    @Test
    void whatIsMappedIsNotMappedAgain() {
        PathMap map = new PathMap(List.of(new PathRule("/a", "/b"), new PathRule("/b", "/c")), Unmapped.PASS, false);

        assertThat(map.toDrive("/a/x")).isEqualTo("/b/x");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"/x/a.mkv,/x/a.mkv", "//nas/a,-", "D:\\a,-", "x,-", "/a/../b,-", "\\\\nas\\a,-"})
    void anUnmappedPathIsKeptOnlyWhereAlistCouldHaveIt(String path, String expected) {
        assertThat(new PathMap(List.of(), Unmapped.KEEP, false).toDrive(path)).isEqualTo(expected);
        assertThat(new PathMap(List.of(), Unmapped.PASS, false).toDrive(path)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "/data/a%20b%2Bc+d.mkv,/Drive/a b+c+d.mkv",
        "/data/100%.mkv,/Drive/100%.mkv",
        "/data/%E7%94%B5.mkv,/Drive/电.mkv",
    })
    void encodedPathsAreDecodedOnlyWhenWanted(String path, String decoded) {
        List<PathRule> rules = List.of(new PathRule("/data", "/Drive"));

        assertThat(new PathMap(rules, Unmapped.PASS, true).toDrive(path)).isEqualTo(decoded);
        assertThat(new PathMap(rules, Unmapped.PASS, false).toDrive(path)).isEqualTo(path.replace("/data", "/Drive"));
    }

    @Test
    void decodingCannotLeadOutOfTheDrive() {
        PathMap map = new PathMap(List.of(new PathRule("/data", "/Drive")), Unmapped.PASS, true);

        assertThat(map.toDrive("/data/%2e%2e/x")).isNull();
        assertThat(map.toDrive("/data/a%00b")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Drive", "//Drive", "/a/../b", "/a/.", "/a\nb"})
    void aPlaceThatIsNoneOnAlistIsRefused(String to) {
        assertThatThrownBy(() -> new PathRule("/data", to)).hasMessageStartingWith("to: ");
        assertThatThrownBy(() -> new PathRule(" ", "/x")).hasMessageStartingWith("from: ");
    }
}
