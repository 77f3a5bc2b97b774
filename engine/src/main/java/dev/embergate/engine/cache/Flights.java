package dev.embergate.engine.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Requests that would ask an upstream the same thing at the same time: one leads and asks, the others wait for how it ends
 * (RFC 9111 section 4, collapsed requests). Thread-safe; nothing blocks.
 */
public final class Flights {
    /** Waiting for one answer; one more asks by itself. */
    public static final int MAX_WAITING = 1000;

    /** How it ended. */
    public enum End {
        /** The answer is kept: look again. */
        KEPT,
        /** The answer is for nobody else: each must ask by itself. */
        NOT_KEPT,
        /** The upstream failed: a stale answer may be given, where that is allowed. */
        FAILED,
        /** Whoever led has left: somebody else must lead. */
        ABANDONED
    }

    private final ConcurrentHashMap<String, Flight> flights = new ConcurrentHashMap<>();

    /** The one request that asks. Must be ended, whatever happens; only the first end counts. */
    public final class Flight {
        private final String key;
        private final List<Waiting> waiting = new ArrayList<>();
        private boolean over;

        private Flight(String key) {
            this.key = key;
        }

        public void end(End how) {
            List<Waiting> told;
            synchronized (this) {
                if (over) {
                    return;
                }
                over = true;
                told = List.copyOf(waiting);
                waiting.clear();
            }
            flights.remove(key, this);
            for (Waiting each : told) {
                try {
                    each.loop.execute(() -> each.then.accept(how));
                } catch (RejectedExecutionException e) {
                    // That loop has stopped, and with it whoever waited.
                }
            }
        }

        private synchronized Joined join(Waiting one) {
            if (over) {
                return Joined.OVER;
            }
            if (waiting.size() >= MAX_WAITING) {
                return Joined.FULL;
            }
            waiting.add(one);
            return Joined.WAITS;
        }
    }

    private enum Joined {
        OVER,
        FULL,
        WAITS
    }

    private record Waiting(Executor loop, Consumer<End> then) {}

    /** What became of a request that came to a flight. */
    public sealed interface Boarding {
        record Leads(Flight flight) implements Boarding {}

        record Waits() implements Boarding {}

        /** Too many wait already. */
        record Alone() implements Boarding {}
    }

    /** @param then called once on {@code loop}, if this request is to wait */
    public Boarding board(String key, Executor loop, Consumer<End> then) {
        Flight own = new Flight(key);
        Waiting waiting = new Waiting(loop, then);
        while (true) {
            Flight running = flights.putIfAbsent(key, own);
            if (running == null) {
                return new Boarding.Leads(own);
            }
            switch (running.join(waiting)) {
                case WAITS -> {
                    return new Boarding.Waits();
                }
                case FULL -> {
                    return new Boarding.Alone();
                }
                case OVER -> flights.remove(key, running);
            }
        }
    }

    /** Null when somebody leads already. */
    public @org.jspecify.annotations.Nullable Flight lead(String key) {
        Flight own = new Flight(key);
        return flights.putIfAbsent(key, own) == null ? own : null;
    }

    int running() {
        return flights.size();
    }
}
