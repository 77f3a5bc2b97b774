package dev.embergate.launcher.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Gathers problems, so that an operator sees all of them at once. One thread. */
public final class Problems {
    /** More would only bury the first ones; a count tells of the rest. */
    static final int MAX_SHOWN = 100;

    private final Set<Problem> found = new LinkedHashSet<>();

    public void add(Place place, String key, String message) {
        found.add(new Problem(place, key, message));
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    public int count() {
        return found.size();
    }

    /** In the order in which they were found. */
    public List<Problem> list() {
        return List.copyOf(found);
    }

    public void throwIfAny() throws InvalidConfiguration {
        if (!found.isEmpty()) {
            throw new InvalidConfiguration(lines());
        }
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Problem problem : found) {
            if (lines.size() == MAX_SHOWN) {
                lines.add("and " + (found.size() - MAX_SHOWN) + " more");
                break;
            }
            lines.add(problem.toString());
        }
        return lines;
    }
}
