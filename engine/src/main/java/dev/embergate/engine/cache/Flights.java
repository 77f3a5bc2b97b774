package dev.embergate.engine.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
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
        /** It may be kept once its client, who is slow, has taken it: each must ask by itself, for now. */
        SLOW,
        /** The upstream failed: a stale answer may be given, where that is allowed. */
        FAILED,
        /** Whoever led has left: somebody else must lead. */
        ABANDONED
    }

    /** How long nobody waits for an answer again after it turned out to be for nobody else. */
    static final Duration NOT_KEPT_FOR = Duration.ofSeconds(10);

    static final int MAX_NOT_KEPT = 10_000;

    private final ConcurrentHashMap<String, Flight> flights = new ConcurrentHashMap<>();
    private final Cache<String, Boolean> notKept;

    public Flights() {
        this(Ticker.systemTicker());
    }

    Flights(Ticker ticker) {
        this.notKept = Caffeine.newBuilder()
                .maximumSize(MAX_NOT_KEPT)
                .expireAfterWrite(NOT_KEPT_FOR)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

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
            if (how == End.NOT_KEPT) {
                notKept.put(key, true);
            } else if (how == End.KEPT) {
                notKept.invalidate(key);
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

        /** Too many wait already, or the answer was for nobody else a moment ago. */
        record Alone() implements Boarding {}
    }

    /** @param then called once on {@code loop}, if this request is to wait */
    public Boarding board(String key, Executor loop, Consumer<End> then) {
        if (notKept.getIfPresent(key) != null) {
            return new Boarding.Alone();
        }
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

    /** For tests: after Caffeine has looked at its limits. */
    long notKept() {
        notKept.cleanUp();
        return notKept.estimatedSize();
    }

    int running() {
        return flights.size();
    }
}
