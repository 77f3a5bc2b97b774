package dev.embergate.engine.match;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node of the index while routes are still being added, in order. */
final class Branch {
    private final Map<Segment.Literal, Branch> literals = new LinkedHashMap<>();
    private final Map<Segment.Prefix, Branch> prefixes = new LinkedHashMap<>();
    private @Nullable Branch one;
    private final List<IndexedRoute> rest = new ArrayList<>();
    private final List<IndexedRoute> ends = new ArrayList<>();
    private int least = Integer.MAX_VALUE;
    private int greatest = -1;

    /** @param depth how many segments of the route's path lie above this branch */
    void add(IndexedRoute route, int depth) {
        least = Math.min(least, route.order);
        greatest = Math.max(greatest, route.order);
        if (depth == route.path.length()) {
            ends.add(route);
            return;
        }
        switch (route.path.segment(depth)) {
            case Segment.Literal literal ->
                literals.computeIfAbsent(literal, unused -> new Branch()).add(route, depth + 1);
            case Segment.Prefix prefix ->
                prefixes.computeIfAbsent(prefix, unused -> new Branch()).add(route, depth + 1);
            case Segment.One any -> {
                Branch next = one == null ? new Branch() : one;
                one = next;
                next.add(route, depth + 1);
            }
            case Segment.Rest tail -> rest.add(route);
        }
    }

    List<SegmentTable.Entry> literals() {
        return literals.entrySet().stream()
                .map(entry -> new SegmentTable.Entry(
                        entry.getKey().text(), entry.getKey().ignoreCase(), entry.getValue()))
                .toList();
    }

    List<SegmentTable.Entry> prefixes() {
        return prefixes.entrySet().stream()
                .map(entry -> new SegmentTable.Entry(
                        entry.getKey().text(), entry.getKey().ignoreCase(), entry.getValue()))
                .toList();
    }

    @Nullable
    Branch one() {
        return one;
    }

    List<IndexedRoute> rest() {
        return rest;
    }

    List<IndexedRoute> ends() {
        return ends;
    }

    int least() {
        return least;
    }

    int greatest() {
        return greatest;
    }
}
