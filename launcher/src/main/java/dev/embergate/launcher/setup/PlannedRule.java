package dev.embergate.launcher.setup;

import dev.embergate.engine.control.RuleEntry;
import dev.embergate.engine.spi.Route;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.spi.RuleFactory;
import dev.embergate.engine.spi.RuleServices;
import dev.embergate.launcher.config.Place;
import dev.embergate.launcher.config.Value;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A rule as its files describe it: settings bound and checked, but not made yet.
 *
 * @param place where it stands
 * @param key {@code rules[2]}
 * @param with its settings, to find the places of keys in
 * @param redact takes its secrets out of a message
 */
record PlannedRule<C extends Record>(
        String name,
        RuleFactory<C> factory,
        C config,
        List<Route> routes,
        boolean conclusive,
        Place place,
        String key,
        Value.Mapping with,
        UnaryOperator<String> redact) {

    RuleEntry make(RuleServices services) throws RuleFactory.InvalidConfig {
        factory.check(config, routes);
        Rule rule = factory.create(config, services);
        return new RuleEntry(name, factory.type(), routes, rule, conclusive);
    }

    /** Without settings: they may hold secrets. */
    @Override
    public String toString() {
        return "rule " + name + " of type " + factory.type() + " at " + place;
    }
}
