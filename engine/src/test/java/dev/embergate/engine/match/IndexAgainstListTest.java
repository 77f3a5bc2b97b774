package dev.embergate.engine.match;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.control.EngineControl.Unreachable;
import dev.embergate.engine.control.RuleEntry;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The index against the plainest matcher there is, on random tables. The alphabet is small, so that literals, letter case,
 * prefixes, parameters and tails meet each other all the time.
 */
class IndexAgainstListTest {
    private static final String[] WORDS = {"a", "A", "ab", "Ab", "AB", "abc", "b", ""};
    private static final String[] PATTERNS = {"a", "A", "ab", "AB", "b", "", "a*", "A*", "ab*", "aB*", "{x}", "*"};
    private static final String[] HOSTS = {"h.org", "a.h.org", "b.a.h.org", "H.ORG:80"};
    private static final String[] HOST_PATTERNS = {"h.org", "*.h.org", "*.a.h.org", "A.h.org"};
    private static final String[] METHODS = {"GET", "HEAD", "POST"};

    private final Random random = new Random(20261120);

    @Test
    void theIndexFindsWhatAListFinds() {
        Match match = new Match();
        int hits = 0;
        for (int table = 0; table < 3000; table++) {
            List<RuleEntry> rules = rules();
            RuleTable index = RuleTable.of(rules);
            for (int i = 0; i < 20; i++) {
                Asked request = request();
                int from = random.nextInt(rules.size() + 1);
                int expected = naive(rules, from, request);
                int found = index.next(request, from, match);
                assertThat(found).as("%s from %d for %s", rules, from, request).isEqualTo(expected);
                if (found >= 0) {
                    hits++;
                    Route route = firstRoute(rules.get(found), request);
                    assertThat(match.param("x")).as("%s for %s", route, request).isEqualTo(param(route, request));
                }
            }
        }
        // Otherwise the alphabet has come apart and this test proves nothing.
        assertThat(hits).isBetween(10_000, 50_000);
    }

    @Test
    void whyNotIsSilentExactlyWhereARuleMatches() {
        for (int table = 0; table < 1000; table++) {
            List<RuleEntry> rules = rules();
            RuleTable index = RuleTable.of(rules);
            Asked request = request();
            for (int rule = 0; rule < rules.size(); rule++) {
                assertThat(index.whyNot(rule, request).isEmpty())
                        .as("rule %d of %s for %s", rule, rules, request)
                        .isEqualTo(firstRoute(rules.get(rule), request) != null);
            }
        }
    }

    @Test
    void noRuleIsCalledUnreachableThatARequestReaches() {
        int accused = 0;
        for (int table = 0; table < 2000; table++) {
            List<RuleEntry> rules = rules();
            for (Unreachable claim : RuleTable.of(rules).unreachable()) {
                accused++;
                int rule = place(rules, claim.rule());
                int behind = place(rules, claim.behind());
                assertThat(behind).isLessThan(rule);
                for (int i = 0; i < 300; i++) {
                    Asked request = request();
                    if (firstRoute(rules.get(rule), request) != null) {
                        assertThat(firstRoute(rules.get(behind), request))
                                .as("%s behind %s for %s", rules.get(rule), rules.get(behind), request)
                                .isNotNull();
                    }
                }
            }
        }
        assertThat(accused).isGreaterThan(500);
    }

    @Test
    void theIndexAccusesWhomComparingAllPairsAccuses() {
        for (int table = 0; table < 2000; table++) {
            List<RuleEntry> rules = rules();
            List<Unreachable> expected = new ArrayList<>();
            for (int later = 0; later < rules.size(); later++) {
                for (int earlier = 0; earlier < later; earlier++) {
                    if (rules.get(earlier).conclusive() && covers(rules.get(earlier), rules.get(later))) {
                        expected.add(new Unreachable(
                                rules.get(later).name(), rules.get(earlier).name()));
                        break;
                    }
                }
            }
            assertThat(RuleTable.of(rules).unreachable()).as("%s", rules).isEqualTo(expected);
        }
    }

    private static boolean covers(RuleEntry earlier, RuleEntry later) {
        return later.routes().stream()
                .allMatch(theirs -> earlier.routes().stream()
                        .anyMatch(ours -> new IndexedRoute(0, 0, ours).covers(new IndexedRoute(0, 0, theirs))));
    }

    private static int place(List<RuleEntry> rules, String name) {
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new AssertionError(name);
    }

    private List<RuleEntry> rules() {
        List<RuleEntry> rules = new ArrayList<>();
        int count = 1 + random.nextInt(12);
        for (int i = 0; i < count; i++) {
            List<Route> routes = new ArrayList<>();
            do {
                routes.add(route());
            } while (random.nextInt(3) == 0);
            rules.add(new RuleEntry(
                    "rule" + i, "test", routes, (request, context) -> new Outcome.Pass(""), random.nextBoolean()));
        }
        return rules;
    }

    private Route route() {
        StringBuilder path = new StringBuilder();
        boolean named = false;
        int depth = 1 + random.nextInt(3);
        for (int i = 0; i < depth; i++) {
            String segment = any(PATTERNS);
            if (segment.equals("{x}")) {
                segment = named ? "*" : "{x}";
                named = true;
            }
            path.append('/').append(segment);
        }
        if (random.nextInt(4) == 0) {
            path.append("/**");
        }
        return new Route(
                random.nextInt(3) == 0 ? Set.of(any(METHODS)) : Set.of(),
                path.toString(),
                random.nextBoolean(),
                random.nextInt(5) == 0 ? any(HOST_PATTERNS) : null,
                random.nextInt(5) == 0 ? Map.of("q", random.nextBoolean() ? "*" : "1") : Map.of(),
                random.nextInt(8) == 0 ? "websocket" : null);
    }

    private Asked request() {
        StringBuilder path = new StringBuilder();
        int depth = 1 + random.nextInt(4);
        for (int i = 0; i < depth; i++) {
            path.append('/').append(any(WORDS));
        }
        Asked request = Asked.get(path.toString()).method(any(METHODS)).host(any(HOSTS));
        if (random.nextBoolean()) {
            request = request.query(random.nextBoolean() ? "q" : "Q", random.nextBoolean() ? "1" : "2");
        }
        return random.nextInt(3) == 0 ? request.upgrade("websocket") : request;
    }

    private String any(String[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static int naive(List<RuleEntry> rules, int from, Asked request) {
        for (int i = from; i < rules.size(); i++) {
            if (firstRoute(rules.get(i), request) != null) {
                return i;
            }
        }
        return -1;
    }

    private static @Nullable Route firstRoute(RuleEntry rule, Asked request) {
        for (Route route : rule.routes()) {
            if (matches(route, request)) {
                return route;
            }
        }
        return null;
    }

    private static boolean matches(Route route, Asked request) {
        String authority = request.client().authority().toLowerCase(Locale.ROOT).replaceAll(":[0-9]+$", "");
        String host = route.host() == null ? "" : route.host().toLowerCase(Locale.ROOT);
        boolean hostHolds = host.isEmpty()
                || (host.startsWith("*.") ? authority.endsWith(host.substring(1)) : authority.equals(host));
        boolean queryHolds = route.query().entrySet().stream().allMatch(wanted -> {
            String value = request.queryIgnoreCase(wanted.getKey());
            return value != null
                    && (wanted.getValue().equals("*") || wanted.getValue().equals(value));
        });
        return (route.methods().isEmpty() || route.methods().contains(request.method()))
                && hostHolds
                && queryHolds
                && (route.upgrade() == null || route.upgrade().equals(request.upgrade()))
                && pathMatches(route, request.path());
    }

    private static boolean pathMatches(Route route, String path) {
        String[] wanted = route.path().split("/", -1);
        String[] given = path.split("/", -1);
        for (int i = 1; i < wanted.length; i++) {
            if (wanted[i].equals("**")) {
                return true;
            }
            if (i >= given.length || !segmentMatches(wanted[i], given[i], route.ignoreCase())) {
                return false;
            }
        }
        return wanted.length == given.length;
    }

    private static boolean segmentMatches(String wanted, String given, boolean ignoreCase) {
        if (wanted.equals("*") || wanted.startsWith("{")) {
            return !given.isEmpty();
        }
        if (wanted.endsWith("*")) {
            return given.regionMatches(ignoreCase, 0, wanted, 0, wanted.length() - 1);
        }
        return ignoreCase ? given.equalsIgnoreCase(wanted) : given.equals(wanted);
    }

    private static @Nullable String param(Route route, Asked request) {
        String[] wanted = route.path().split("/", -1);
        for (int i = 1; i < wanted.length; i++) {
            if (wanted[i].equals("{x}")) {
                return request.path().split("/", -1)[i];
            }
        }
        return null;
    }
}
