package dev.embergate.launcher.setup;

import dev.embergate.engine.spi.Route;
import dev.embergate.engine.spi.RuleFactory;
import dev.embergate.launcher.config.Keys;
import dev.embergate.launcher.config.Place;
import dev.embergate.launcher.config.Problems;
import dev.embergate.launcher.config.RecordBinder;
import dev.embergate.launcher.config.Suggestion;
import dev.embergate.launcher.config.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns entries below {@code rules:} into planned rules, telling all that is wrong with them. */
final class RulePlanner {
    private final RuleCatalogue catalogue;
    private final RecordBinder binder;
    private final Problems problems;
    private final Map<String, Place> names = new HashMap<>();
    private final List<PlannedRule<?>> planned = new ArrayList<>();

    RulePlanner(RuleCatalogue catalogue, RecordBinder binder, Problems problems) {
        this.catalogue = catalogue;
        this.binder = binder;
        this.problems = problems;
    }

    List<PlannedRule<?>> planned() {
        return List.copyOf(planned);
    }

    /** The rules of one file, in its order. */
    void addAll(List<Value> rules) {
        for (int i = 0; i < rules.size(); i++) {
            add(rules.get(i), "rules[" + i + "]");
        }
    }

    private void add(Value value, String key) {
        RuleSection section = binder.bind(RuleSection.class, value, key);
        if (section == null || !(value instanceof Value.Mapping mapping)) {
            return;
        }
        Place namePlace = mapping.placeOf("name");
        Place first = names.putIfAbsent(section.name(), namePlace);
        if (first != null) {
            problems.add(
                    namePlace,
                    Keys.child(key, "name"),
                    "\"" + section.name() + "\" again (expected: each name once; first at " + first + ")");
        }
        RuleFactory<?> factory = catalogue.find(section.type());
        if (factory == null) {
            problems.add(
                    mapping.placeOf("type"),
                    Keys.child(key, "type"),
                    "\"" + section.type() + "\" is no type of rule "
                            + Suggestion.expected(section.type(), catalogue.words()));
        } else if (section.enabled()) {
            PlannedRule<?> rule = plan(section, factory, mapping, key);
            if (rule != null) {
                planned.add(rule);
            }
        }
    }

    private <C extends Record> @Nullable PlannedRule<C> plan(
            RuleSection section, RuleFactory<C> factory, Value.Mapping mapping, String key) {
        String withKey = Keys.child(key, "with");
        Value with = section.with() == null ? Value.Mapping.empty(mapping.place()) : section.with();
        C config = binder.bind(factory.config(), with, withKey);
        if (config == null) {
            return null;
        }
        List<Route> routes;
        boolean conclusive;
        try {
            routes = section.match() == null
                    ? factory.routes(config)
                    : section.match().routes();
            conclusive = factory.conclusive(config);
        } catch (RuntimeException | LinkageError e) {
            problems.add(mapping.place(), key, broken(section.type(), e));
            return null;
        }
        if (routes.isEmpty()) {
            problems.add(
                    mapping.place(),
                    Keys.child(key, "match"),
                    "missing (expected: a path; rules of type " + section.type() + " apply nowhere by themselves)");
            return null;
        }
        Value.Mapping settings = with instanceof Value.Mapping given ? given : Value.Mapping.empty(mapping.place());
        return new PlannedRule<>(
                section.name(),
                factory,
                config,
                routes,
                conclusive,
                mapping.place(),
                key,
                settings,
                message -> binder.redact(message, settings, withKey));
    }

    /** Without the message, which may repeat a setting. */
    static String broken(String type, Throwable e) {
        return "its type " + type + " failed with " + e.getClass().getName() + " (expected: a type that works)";
    }
}
