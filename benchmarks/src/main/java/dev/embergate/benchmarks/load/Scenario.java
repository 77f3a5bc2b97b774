package dev.embergate.benchmarks.load;

import java.util.List;
import java.util.Map;

/** One kind of load, put on one peer after the other. */
interface Scenario {
    /** As on the command line and in the tables. */
    String name();

    /** The peers it is put on, in the order of the tables. */
    List<String> peers();

    /** Whether it starts processes for itself, instead of using those that run for all. */
    default boolean startsItsOwn() {
        return false;
    }

    /** How often, when so many rounds are asked for. */
    default int rounds(int asked) {
        return asked;
    }

    /** Puts it on for a moment, uncounted. */
    default void warmUp(String peer) throws Exception {
        measure(peer);
    }

    /**
     * Puts it on and says what was seen. By name: {@code cpu} in CPU seconds of the peer for 10,000 requests or round trips, or
     * for 10^9 bytes; {@code per-second}; {@code p50} and {@code p99} in milliseconds; and others of its own.
     */
    Map<String, Double> measure(String peer) throws Exception;
}
