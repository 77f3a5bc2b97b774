package dev.embergate.engine.match;

import static dev.embergate.engine.match.RuleTableTest.conclusive;
import static dev.embergate.engine.match.RuleTableTest.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.control.EngineControl.Unreachable;
import dev.embergate.engine.control.RuleEntry;
import dev.embergate.engine.spi.Route;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnreachableTest {
    @ParameterizedTest
    @CsvSource({
        "/a, /a, true",
        "/, /, true",
        "/**, /a/b, true",
        "/**, /, true",
        "/a/**, /a, true",
        "/a/**, /a/{x}/**, true",
        "/a/**, /b/**, false",
        "/a/{x}, /a/**, false",
        "/a/{x}, /a/{y}, true",
        "/a/{x}, /a/*, true",
        "/a/{x}, /a/b, true",
        "/a/{x}, /a/b*, true",
        "/a/{x}, /a/, false",
        "/a/b, /a/{x}, false",
        "/a/b*, /a/bc, true",
        "/a/b*, /a/b, true",
        "/a/b*, /a/bc*, true",
        "/a/bc*, /a/b*, false",
        "/a/b*, /a/{x}, false",
        "/a, /a/b, false",
        "/a/b, /a, false",
        "/A, /a, false",
    })
    void aPathCoversAnother(String earlier, String later, boolean covered) {
        assertThat(isCovered(Route.path(earlier), Route.path(later))).isEqualTo(covered);
        assertThat(isCovered(Route.ignoringCase(earlier), Route.ignoringCase(later)))
                .isEqualTo(covered || earlier.equalsIgnoreCase(later));
    }

    @Test
    void ignoringCaseCoversRegardingItAndNotTheOtherWayRound() {
        assertThat(isCovered(Route.ignoringCase("/Web/x*"), Route.path("/wEB/XY")))
                .isTrue();
        assertThat(isCovered(Route.path("/web"), Route.ignoringCase("/web"))).isFalse();
        assertThat(isCovered(Route.path("/web*"), Route.ignoringCase("/website")))
                .isFalse();
        // No letter, no case.
        assertThat(isCovered(Route.path("/"), Route.ignoringCase("/"))).isTrue();
        assertThat(isCovered(Route.path("/123/*"), Route.ignoringCase("/123/a")))
                .isTrue();
    }

    @Test
    void moreMethodsCoverFewer() {
        Route any = Route.path("/a");
        assertThat(isCovered(any, any.methods("GET"))).isTrue();
        assertThat(isCovered(any.methods("GET", "HEAD"), any.methods("GET"))).isTrue();
        assertThat(isCovered(any.methods("GET"), any.methods("GET", "HEAD"))).isFalse();
        assertThat(isCovered(any.methods("GET"), any)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "any",
            value = {
                "any, a.b, true",
                "any, any, true",
                "a.b, any, false",
                "a.b, A.B, true",
                "a.b, c.b, false",
                "*.b, a.b, true",
                "*.b, *.b, true",
                "*.b, *.a.b, true",
                "*.a.b, *.b, false",
                "*.b, b, false",
                "*.b, xb, false",
                "a.b, *.b, false",
            })
    void aHostCoversAnother(String earlier, String later, boolean covered) {
        assertThat(isCovered(hosted(earlier), hosted(later))).isEqualTo(covered);
    }

    @Test
    void fewerQueryConditionsCoverMore() {
        assertThat(isCovered(asking(Map.of()), asking(Map.of("a", "1")))).isTrue();
        assertThat(isCovered(asking(Map.of("A", "*")), asking(Map.of("a", "1", "b", "2"))))
                .isTrue();
        assertThat(isCovered(asking(Map.of("a", "x")), asking(Map.of("a", "X"))))
                .isTrue();
        assertThat(isCovered(asking(Map.of("a", "1")), asking(Map.of()))).isFalse();
        assertThat(isCovered(asking(Map.of("a", "1")), asking(Map.of("a", "2"))))
                .isFalse();
        assertThat(isCovered(asking(Map.of("a", "1")), asking(Map.of("a", "*"))))
                .isFalse();
    }

    @Test
    void noUpgradeConditionCoversOne() {
        Route any = Route.path("/a");
        Route socket = new Route(Set.of(), "/a", false, null, Map.of(), "websocket");
        assertThat(isCovered(any, socket)).isTrue();
        assertThat(isCovered(socket, socket)).isTrue();
        assertThat(isCovered(socket, any)).isFalse();
    }

    @Test
    void oneEarlierRuleMustTakeAllRoutes() {
        Route a = Route.path("/a");
        Route b = Route.path("/b");
        assertThat(unreachable(conclusive("both", b, a), rule("later", a, b)))
                .containsExactly(new Unreachable("later", "both"));
        assertThat(unreachable(conclusive("a", a), conclusive("b", b), rule("later", a, b)))
                .isEmpty();
        assertThat(unreachable(conclusive("a", a), rule("later", a, b))).isEmpty();
    }

    @Test
    void aRuleThatMayPassHidesNothing() {
        Route all = Route.path("/**");
        assertThat(unreachable(rule("all", all), rule("later", all))).isEmpty();
        assertThat(unreachable(rule("first", all), conclusive("second", all), rule("third", all)))
                .containsExactly(new Unreachable("third", "second"));
    }

    private static boolean isCovered(Route earlier, Route later) {
        return !unreachable(conclusive("earlier", earlier), rule("later", later))
                .isEmpty();
    }

    private static List<Unreachable> unreachable(RuleEntry... rules) {
        return RuleTable.of(List.of(rules)).unreachable();
    }

    private static Route hosted(String host) {
        return new Route(Set.of(), "/a", false, host, Map.of(), null);
    }

    private static Route asking(Map<String, String> query) {
        return new Route(Set.of(), "/a", false, null, query, null);
    }
}
