package dev.embergate.engine.match;

import dev.embergate.engine.control.EngineControl.Unreachable;
import dev.embergate.engine.control.RuleEntry;
import dev.embergate.engine.spi.RequestHead;
import dev.embergate.engine.spi.Route;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules of a listener, compiled once into an index. Immutable and shared by all loops. */
public final class RuleTable {
    private final List<RuleEntry> rules;

    /** By rule, in the order the operator wrote them. */
    private final IndexedRoute[][] routes;

    private final RuleIndex index;

    private RuleTable(List<RuleEntry> rules) {
        this.rules = List.copyOf(rules);
        routes = new IndexedRoute[rules.size()][];
        List<IndexedRoute> all = new ArrayList<>();
        for (int rule = 0; rule < routes.length; rule++) {
            List<Route> ours = rules.get(rule).routes();
            routes[rule] = new IndexedRoute[ours.size()];
            for (int i = 0; i < ours.size(); i++) {
                routes[rule][i] = new IndexedRoute(all.size(), rule, ours.get(i));
                all.add(routes[rule][i]);
            }
        }
        index = new RuleIndex(all);
    }

    public static RuleTable of(List<RuleEntry> rules) {
        return new RuleTable(rules);
    }

    public List<RuleEntry> rules() {
        return rules;
    }

    /**
     * Rules that can never be asked. What covers a rule's first route also matches any one path of that route, so the index
     * names the few rules that have to be compared.
     */
    public List<Unreachable> unreachable() {
        List<Unreachable> found = new ArrayList<>();
        Match match = new Match();
        for (int rule = 0; rule < routes.length; rule++) {
            String sample = routes[rule][0].path.sample();
            int earlier = next(sample, null, 0, match);
            while (earlier < rule && !hides(earlier, rule)) {
                earlier = next(sample, null, earlier + 1, match);
            }
            if (earlier < rule) {
                found.add(new Unreachable(
                        rules.get(rule).name(), rules.get(earlier).name()));
            }
        }
        return found;
    }

    private boolean hides(int earlier, int later) {
        return rules.get(earlier).conclusive() && coversAll(routes[earlier], routes[later]);
    }

    private static boolean coversAll(IndexedRoute[] earlier, IndexedRoute[] later) {
        for (IndexedRoute route : later) {
            if (!coversOne(earlier, route)) {
                return false;
            }
        }
        return true;
    }

    private static boolean coversOne(IndexedRoute[] earlier, IndexedRoute later) {
        for (IndexedRoute route : earlier) {
            if (route.covers(later)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The first rule, in file order, at or after {@code from} one of whose routes matches.
     *
     * @param match filled with parameters; reusable, one per connection
     * @return its place in {@link #rules}; -1 when none
     */
    public int next(RequestHead request, int from, Match match) {
        return next(request.path(), request, from, match);
    }

    private int next(String path, @Nullable RequestHead request, int from, Match match) {
        if (from >= routes.length) {
            match.begin("");
            return -1;
        }
        index.find(path, request, routes[from][0].order, match);
        IndexedRoute route = match.route();
        return route == null ? -1 : route.rule;
    }

    /** Why the rule at {@code index} does not match: the nearest route and the condition that failed; empty when it does. */
    public String whyNot(int index, RequestHead request) {
        IndexedRoute nearest = routes[index][0];
        int nearness = -1;
        for (IndexedRoute route : routes[index]) {
            int distance = route.nearness(request);
            if (route.path.matches(request.path()) && route.admits(request)) {
                return "";
            }
            if (distance > nearness) {
                nearest = route;
                nearness = distance;
            }
        }
        return nearest.whyNot(request);
    }
}
