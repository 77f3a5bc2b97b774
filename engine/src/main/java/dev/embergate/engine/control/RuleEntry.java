package dev.embergate.engine.control;

import dev.embergate.engine.spi.Route;
import dev.embergate.engine.spi.Rule;
import java.util.List;
import java.util.Objects;

/**
 * One rule in its place in a table. The place is the priority.
 *
 * @param name the operator's name for it, for log and explanations; unique in a table
 * @param type the word in YAML
 * @param conclusive whether the rule never passes
 */
public record RuleEntry(String name, String type, List<Route> routes, Rule rule, boolean conclusive) {
    public RuleEntry {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        routes = List.copyOf(routes);
        Objects.requireNonNull(rule, "rule");
        if (routes.isEmpty()) {
            throw new IllegalArgumentException("routes of " + name + ": none (expected: at least one)");
        }
    }
}
