package dev.embergate.engine.match;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.embergate.engine.control.RuleEntry;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.Route;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleTableTest {
    private final Match match = new Match();

    @ParameterizedTest
    @CsvSource({
        "/, /, true",
        "/, /a, false",
        "/a, /a, true",
        "/a, /a/, false",
        "/a, /A, false",
        "/a/, /a/, true",
        "/a/, /a, false",
        "/a//b, /a//b, true",
        "/a//b, /a/b, false",
        "/a/b, /a//b, false",
        "/a/{x}, /a/b, true",
        "/a/{x}, /a/, false",
        "/a/{x}, /a, false",
        "/a/{x}, /a/b/c, false",
        "/a/*, /a/b, true",
        "/a/*, /a/, false",
        "/{x}/b, //b, false",
        "/a/s*, /a/s, true",
        "/a/s*, /a/stream.mkv, true",
        "/a/s*, /a/S, false",
        "/a/s*, /a/s/, false",
        "/a/s*, /a/, false",
        "/s*/b, /st/b, true",
        "/**, /, true",
        "/**, /a/b/, true",
        "/a/**, /a, true",
        "/a/**, /a/, true",
        "/a/**, /a/b/c, true",
        "/a/**, /ab, false",
        "/a/**, /, false",
        "/a, a, false",
        "/**, *, false",
        "/**, '', false",
        // The hash of this text is 0, as that of the empty one.
        "/, /f5a5a608, false",
    })
    void aPathIsMatchedSegmentBySegment(String pattern, String path, boolean matches) {
        RuleTable table = RuleTable.of(List.of(rule("only", Route.path(pattern))));
        assertThat(table.next(Asked.get(path), 0, match)).isEqualTo(matches ? 0 : -1);
        assertThat(table.whyNot(0, Asked.get(path)).isEmpty()).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "/Videos/{id}/Stream*, /videos/7/STREAM.mkv",
        "/videos/{id}, /VIDEOS/7",
        "/ΣΊΣΥΦΟΣ, /σίσυφος",
        "/straße, /STRAßE",
    })
    void letterCaseCanBeIgnored(String pattern, String path) {
        RuleTable ignoring = RuleTable.of(List.of(rule("any", Route.ignoringCase(pattern))));
        RuleTable regarding = RuleTable.of(List.of(rule("exact", Route.path(pattern))));
        assertThat(ignoring.next(Asked.get(path), 0, match)).isZero();
        assertThat(regarding.next(Asked.get(path), 0, match)).isEqualTo(-1);
    }

    /** Folded text is folded again when it is looked up. */
    @Test
    void foldingTwiceIsFoldingOnce() {
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            char once = LetterCase.fold((char) c);
            assertThat(LetterCase.fold(once)).as("U+%04x", c).isEqualTo(once);
        }
    }

    @Test
    void literalsWithAndWithoutLetterCaseStandSideBySide() {
        RuleTable table =
                RuleTable.of(List.of(rule("exact", Route.path("/Web/a")), rule("any", Route.ignoringCase("/web/A"))));
        assertThat(names(table, Asked.get("/Web/a"))).containsExactly("exact", "any");
        assertThat(names(table, Asked.get("/web/a"))).containsExactly("any");
    }

    @Test
    void theFirstRuleOfTheFileWinsHoweverSpecificALaterOneIs() {
        RuleTable table = RuleTable.of(List.of(
                rule("all of videos", Route.path("/videos/**")),
                rule("a parameter", Route.path("/videos/{id}")),
                rule("a prefix", Route.path("/videos/se*")),
                rule("a literal", Route.path("/videos/seven")),
                rule("everything", Route.path("/**"))));
        assertThat(names(table, Asked.get("/videos/seven")))
                .containsExactly("all of videos", "a parameter", "a prefix", "a literal", "everything");
        assertThat(names(table, Asked.get("/videos/8"))).containsExactly("all of videos", "a parameter", "everything");
        assertThat(names(table, Asked.get("/audio/8"))).containsExactly("everything");
    }

    @Test
    void aLiteralThatLeadsNowhereDoesNotHideAParameter() {
        RuleTable table =
                RuleTable.of(List.of(rule("deep", Route.path("/a/b/c/d")), rule("wide", Route.path("/{x}/{y}/c/e"))));
        assertThat(table.next(Asked.get("/a/b/c/e"), 0, match)).isEqualTo(1);
        assertThat(match.param("x")).isEqualTo("a");
        assertThat(match.param("y")).isEqualTo("b");
    }

    @Test
    void parametersAreNamedByTheRouteThatMatched() {
        RuleTable table = RuleTable.of(List.of(
                rule("post", Route.path("/items/{id}/{what}").methods("POST")),
                rule("get", Route.ignoringCase("/Items/{item}/*"))));
        assertThat(table.next(Asked.get("/items/7/Images"), 0, match)).isEqualTo(1);
        assertThat(match.param("item")).isEqualTo("7");
        assertThat(match.param("id")).isNull();
        assertThat(match.param("")).isNull();

        Match kept = match.copy();
        assertThat(table.next(Asked.get("/items/8/x").method("POST"), 0, match)).isZero();
        assertThat(match.param("id")).isEqualTo("8");
        assertThat(match.param("what")).isEqualTo("x");
        assertThat(kept.param("item")).isEqualTo("7");

        assertThat(table.next(Asked.get("/nothing"), 0, match)).isEqualTo(-1);
        assertThat(match.param("id")).isNull();
    }

    @Test
    void ofTwoMatchingRoutesOfOneRuleTheFirstFillsTheParameters() {
        RuleTable table = RuleTable.of(List.of(rule("both", Route.path("/a/{x}"), Route.path("/{y}/b"))));
        assertThat(table.next(Asked.get("/a/b"), 0, match)).isZero();
        assertThat(match.param("x")).isEqualTo("b");
        assertThat(match.param("y")).isNull();
        RuleTable turned = RuleTable.of(List.of(rule("both", Route.path("/{y}/b"), Route.path("/a/{x}"))));
        assertThat(turned.next(Asked.get("/a/b"), 0, match)).isZero();
        assertThat(match.param("y")).isEqualTo("a");
    }

    @Test
    void allConditionsMustHold() {
        Route route = new Route(
                Set.of("GET", "HEAD"), "/s", false, "*.example.org", Map.of("Static", "true", "id", "*"), "websocket");
        RuleTable table = RuleTable.of(List.of(rule("picky", route)));
        Asked right = new Asked(
                "HEAD",
                "/s",
                Map.of("static", "TRUE", "ID", "7"),
                Asked.get("/").host("a.b.EXAMPLE.org:80").client(),
                "websocket");
        assertThat(table.next(right, 0, match)).isZero();
        assertThat(table.whyNot(0, right)).isEmpty();
        assertThat(table.whyNot(0, Asked.get("/t"))).isEqualTo("path (expected: /s)");
        assertThat(table.whyNot(0, right.method("PUT"))).isEqualTo("/s: method PUT (expected: GET or HEAD)");
        assertThat(table.whyNot(0, right.host("example.org"))).isEqualTo("/s: host (expected: *.example.org)");
        assertThat(table.whyNot(0, right.query("static", "secret")))
                .isEqualTo("/s: query Static differs (expected: true)");
        assertThat(table.whyNot(0, right.query("static", "true")))
                .isEqualTo("/s: query id absent (expected: any value)");
        assertThat(table.whyNot(0, right.upgrade("h2c"))).isEqualTo("/s: upgrade (expected: websocket)");
        for (Asked wrong : List.of(
                right.method("PUT"), right.host("example.org"), right.query("static", "true"), right.upgrade("h2c"))) {
            assertThat(table.next(wrong, 0, match)).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "example.org, example.org, true",
        "example.org, EXAMPLE.org:8096, true",
        "example.org, a.example.org, false",
        "example.org, '', false",
        "*.example.org, a.example.org, true",
        "*.example.org, .example.org, false",
        "*.example.org, example.org, false",
        "*.example.org, badexample.org, false",
        "[::1], [::1]:80, true",
        "[::1], [::1], true",
        "[::1], [::2]:80, false",
    })
    void aHostIsComparedWithoutCaseAndPort(String host, String authority, boolean matches) {
        Route route = new Route(Set.of(), "/", false, host, Map.of(), null);
        RuleTable table = RuleTable.of(List.of(rule("hosted", route)));
        assertThat(table.next(Asked.get("/").host(authority), 0, match)).isEqualTo(matches ? 0 : -1);
    }

    @Test
    void whyNotNamesTheNearestRoute() {
        RuleTable table = RuleTable.of(List.of(rule(
                "several",
                Route.path("/audio/{id}/stream"),
                Route.ignoringCase("/videos/{id}/stream*"),
                Route.path("/videos/{id}"))));
        assertThat(table.whyNot(0, Asked.get("/videos/7/subtitles")))
                .isEqualTo("path (expected: /videos/{id}/stream* in any letter case)");
        assertThat(table.whyNot(0, Asked.get("/audio/7/stream").method("POST"))).isEmpty();
    }

    @Test
    void nothingIsFoundBeyondTheLastRule() {
        assertThat(RuleTable.of(List.of()).next(Asked.get("/"), 0, match)).isEqualTo(-1);
        RuleTable table = RuleTable.of(List.of(rule("all", Route.path("/**"))));
        assertThat(table.next(Asked.get("/"), 0, match)).isZero();
        assertThat(table.next(Asked.get("/"), 1, match)).isEqualTo(-1);
        assertThat(match.param("x")).isNull();
    }

    @Test
    void neitherMissNorHitAllocates() {
        List<RuleEntry> rules = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            rules.add(rule(
                    "rule " + i, Route.ignoringCase("/Emby/R" + i + "/{id}/Stream*"), Route.path("/p" + i + "*/x")));
        }
        RuleTable table = RuleTable.of(rules);
        Asked miss = Asked.get("/emby/Items/7/Images/Primary");
        Asked hit = Asked.get("/EMBY/r999/7/stream.mkv");
        for (int i = 0; i < 2000; i++) {
            assertThat(table.next(miss, 0, match)).isEqualTo(-1);
            assertThat(table.next(hit, 0, match)).isEqualTo(999);
        }
        assertThat(leastAllocated(table, miss)).isZero();
        assertThat(leastAllocated(table, hit)).isZero();
    }

    /** Of several rounds the least: the JVM itself may allocate on any thread at any time, a look-up that does does it always. */
    private long leastAllocated(RuleTable table, Asked request) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 10; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1000; i++) {
                table.next(request, 0, match);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    static RuleEntry rule(String name, Route... routes) {
        return new RuleEntry(name, "test", List.of(routes), (request, context) -> new Outcome.Pass(""), false);
    }

    static RuleEntry conclusive(String name, Route... routes) {
        return new RuleEntry(name, "test", List.of(routes), (request, context) -> new Outcome.Pass(""), true);
    }

    private List<String> names(RuleTable table, Asked request) {
        List<String> names = new ArrayList<>();
        int at = table.next(request, 0, match);
        while (at >= 0) {
            names.add(table.rules().get(at).name());
            at = table.next(request, at + 1, match);
        }
        return names;
    }
}
