package dev.embergate.engine.act;

import dev.embergate.engine.control.EngineControl.UnreachableRulesException;
import dev.embergate.engine.control.EngineStatus;
import dev.embergate.engine.control.RuleEntry;
import dev.embergate.engine.match.RuleTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The rule tables by name, each replaceable while exchanges run. Thread-safe. */
public final class RuleTables {
    private final Map<String, Place> places = new ConcurrentHashMap<>();
    private final AtomicLong generations = new AtomicLong();

    /** Where a listener finds its table, whatever is in it at the moment. */
    static final class Place {
        private final String name;
        private volatile LiveTable current;

        private Place(String name, LiveTable first) {
            this.name = name;
            this.current = first;
        }

        /** The present table, counted as used; the caller releases it. */
        LiveTable acquire() {
            while (true) {
                LiveTable table = current;
                if (table.acquire()) {
                    return table;
                }
                // Replaced and retired between the two reads: the next read finds its successor.
            }
        }
    }

    Place place(String name) {
        return places.computeIfAbsent(
                name, n -> new Place(n, new LiveTable(RuleTable.of(List.of()), generations.incrementAndGet())));
    }

    /** Compiles, checks, swaps; the old table is retired and its rules closed after its last exchange. */
    public void replace(String name, List<RuleEntry> rules) throws UnreachableRulesException {
        RuleTable compiled = RuleTable.of(rules);
        if (!compiled.unreachable().isEmpty()) {
            throw new UnreachableRulesException(compiled.unreachable());
        }
        put(place(name), compiled);
    }

    private void put(Place place, RuleTable compiled) {
        LiveTable old;
        synchronized (place) {
            old = place.current;
            place.current = new LiveTable(compiled, generations.incrementAndGet());
        }
        old.retire();
    }

    public List<EngineStatus.Table> status() {
        List<EngineStatus.Table> tables = new ArrayList<>();
        for (Place place : places.values()) {
            LiveTable table = place.current;
            tables.add(new EngineStatus.Table(
                    place.name,
                    table.generation(),
                    table.loadedAt(),
                    table.rules().rules().stream().map(RuleEntry::name).toList()));
        }
        return tables;
    }

    /** Retires all tables; who still asks finds an empty one. */
    public void close() {
        for (Place place : places.values()) {
            put(place, RuleTable.of(List.of()));
        }
    }
}
