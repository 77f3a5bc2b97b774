package dev.embergate.engine.match;

import dev.embergate.engine.control.EngineControl.Unreachable;
import dev.embergate.engine.control.RuleEntry;
import dev.embergate.engine.spi.RequestHead;
import java.util.List;

/** The rules of a listener, compiled once into an index. Immutable and shared by all loops. */
public final class RuleTable {
    private RuleTable() {}

    public static RuleTable of(List<RuleEntry> rules) {
        throw new AssertionError("skeleton");
    }

    public List<RuleEntry> rules() {
        throw new AssertionError("skeleton");
    }

    /** Rules that can never be asked. */
    public List<Unreachable> unreachable() {
        throw new AssertionError("skeleton");
    }

    /**
     * The first rule, in file order, at or after {@code from} one of whose routes matches.
     *
     * @param match filled with parameters; reusable, one per connection
     * @return its place in {@link #rules}; -1 when none
     */
    public int next(RequestHead request, int from, Match match) {
        throw new AssertionError("skeleton");
    }

    /** Why the rule at {@code index} does not match: the nearest route and the condition that failed; empty when it does. */
    public String whyNot(int index, RequestHead request) {
        throw new AssertionError("skeleton");
    }
}
