package dev.embergate.engine.act;

import dev.embergate.engine.control.RuleEntry;
import dev.embergate.engine.match.RuleTable;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A rule table and the number of exchanges that began with it. It is born with one use, its place in {@link RuleTables};
 * when the last use ends its rules are closed. Thread-safe.
 */
final class LiveTable {
    private static final Logger log = LoggerFactory.getLogger(LiveTable.class);

    private final RuleTable rules;
    private final long generation;
    private final Instant loadedAt = Instant.now();
    private final AtomicInteger uses = new AtomicInteger(1);

    LiveTable(RuleTable rules, long generation) {
        this.rules = rules;
        this.generation = generation;
    }

    RuleTable rules() {
        return rules;
    }

    long generation() {
        return generation;
    }

    Instant loadedAt() {
        return loadedAt;
    }

    /** False when the last use has ended already. */
    boolean acquire() {
        int now;
        do {
            now = uses.get();
            if (now == 0) {
                return false;
            }
        } while (!uses.compareAndSet(now, now + 1));
        return true;
    }

    void release() {
        if (uses.decrementAndGet() == 0) {
            closeRules();
        }
    }

    /** Gives up its place; called once. */
    void retire() {
        release();
    }

    private void closeRules() {
        for (RuleEntry entry : rules.rules()) {
            if (entry.rule() instanceof AutoCloseable closeable) {
                try {
                    closeable.close();
                } catch (Exception e) {
                    log.warn("rule {}: closing failed", entry.name(), e);
                }
            }
        }
    }
}
