package dev.embergate.benchmarks.load;

import java.util.List;
import java.util.Map;

/** One kind of load, put on one peer after the other. */
interface Scenario {
    /** As on the command line and in the tables. */
    String name();

    /** The peers it is put on, in the order of the tables. */
    List<String> peers();

    /** Puts it on for a moment, uncounted. */
    void warmUp(Peer peer) throws Exception;

    /**
     * Puts it on and says what was seen. By name: {@code cpu} in CPU seconds of the peer for 10,000 requests, round trips or
     * for 10^9 bytes; {@code per-second}; {@code p50} and {@code p99} in milliseconds.
     */
    Map<String, Double> measure(Peer peer) throws Exception;
}
