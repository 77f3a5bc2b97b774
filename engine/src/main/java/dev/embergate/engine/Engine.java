package dev.embergate.engine;

import dev.embergate.engine.control.EngineControl;
import dev.embergate.engine.control.EngineStatus;
import dev.embergate.engine.control.RuleEntry;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.RuleServices;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The one door of the engine. Thread-safe.
 *
 * <p>{@link #create} starts the event loops; put rule tables in place with {@link #replaceRules}, then {@link #listen}. A table
 * that was never put in place is empty.
 */
public final class Engine implements EngineControl, AutoCloseable {
    private Engine() {}

    /** Starts event loops, telemetry and pools; binds nothing yet. */
    public static Engine create(EngineConfig config) {
        throw new AssertionError("skeleton");
    }

    /**
     * Binds all listeners, or none.
     *
     * @throws IOException when an address cannot be bound; the message reads {@code listener name: address:port (why)}
     */
    public void listen() throws IOException {
        throw new AssertionError("skeleton");
    }

    /** What rules are made with; usable before {@link #listen}. */
    public RuleServices services() {
        throw new AssertionError("skeleton");
    }

    @Override
    public void replaceRules(String table, List<RuleEntry> rules) throws UnreachableRulesException {
        throw new AssertionError("skeleton");
    }

    @Override
    public EngineStatus status() {
        throw new AssertionError("skeleton");
    }

    @Override
    public String metricsText() {
        throw new AssertionError("skeleton");
    }

    @Override
    public CompletionStage<List<Explanation>> explain(String table, String method, String target, Headers headers) {
        throw new AssertionError("skeleton");
    }

    /**
     * Stops: accepts nothing more, lets running exchanges finish until the stop time-out, closes tunnels and sockets properly,
     * then everything. Blocks until all is closed. A second call waits for the first.
     */
    @Override
    public void close() {
        throw new AssertionError("skeleton");
    }
}
