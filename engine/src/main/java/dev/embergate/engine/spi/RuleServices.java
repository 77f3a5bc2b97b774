package dev.embergate.engine.spi;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What a rule may use beyond one request. Handed to {@link RuleFactory#create}; thread-safe. */
public interface RuleServices {
    /** Bounded HTTP calls, usable from any thread. */
    Fetcher fetcher();

    /** The base address of a configured upstream; the empty name is the default one. An unknown name throws
     * {@link IllegalArgumentException}. */
    URI upstream(String name);

    /** How long the engine waits for a rule's decision; then it answers 504. A rule that falls back must do so before. */
    Duration decisionTimeout();

    /** Where the configuration lies; relative paths in settings are taken from here. */
    Path configDirectory();

    /** Where the program may write. */
    Path dataDirectory();

    /**
     * A counter in {@code /metrics}, made once a name: asking again gives the same one.
     *
     * @param name snake case without the {@code embergate_} prefix and {@code _total} suffix
     */
    Counter counter(String name, String help, List<String> labelNames);

    /** Counts. Never blocks. Label values must come from a small closed set and never from a request. */
    @FunctionalInterface
    interface Counter {
        void add(long amount, String... labelValues);
    }
}
