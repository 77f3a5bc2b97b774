package dev.embergate.benchmarks.load;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for.
 *
 * @param only names of scenarios; empty for all
 * @param seconds how long each measurement of a throughput lasts
 * @param warmUpSeconds how long the program carries load before anything is measured
 * @param distribution folder of an unpacked distribution, with {@code bin/embergate}
 * @param load the folder {@code benchmarks/load}
 * @param results where reports go
 * @param firstPort ports are the first free ones from there on
 * @param peerLogs whether the peers write an access log as the program does
 */
record Options(
        Set<String> only,
        int rounds,
        int seconds,
        int warmUpSeconds,
        Path distribution,
        Path load,
        Path results,
        int firstPort,
        boolean peerLogs,
        String javaFlags,
        List<String> rest) {

    Options {
        atLeastOne("--rounds", rounds);
        atLeastOne("--seconds", seconds);
        atLeastOne("--warm-up", warmUpSeconds);
    }

    private static void atLeastOne(String name, int value) {
        if (value < 1 || value > 3600) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 1 to 3600)");
        }
    }

    /** The same with more flags for the program's Java. */
    Options withJava(String flags) {
        String both = (flags + " " + javaFlags).strip();
        return new Options(
                only, rounds, seconds, warmUpSeconds, distribution, load, results, firstPort, peerLogs, both, rest);
    }

    boolean wants(String scenario) {
        return only.isEmpty() || only.contains(scenario);
    }

    static Options of(List<String> arguments) {
        Set<String> only = new TreeSet<>();
        int rounds = 3;
        int seconds = 5;
        int warmUp = 15;
        int firstPort = 21400;
        boolean peerLogs = true;
        String javaFlags = "";
        @Nullable Path distribution = null;
        @Nullable Path load = null;
        @Nullable Path results = null;
        List<String> rest = new java.util.ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String name = arguments.get(i);
            if (!name.startsWith("--")) {
                rest.add(name);
                continue;
            }
            if (++i == arguments.size()) {
                throw new IllegalArgumentException(name + ": (expected: a value)");
            }
            String value = arguments.get(i);
            switch (name) {
                case "--only" -> only.addAll(List.of(value.split(",")));
                case "--rounds" -> rounds = Integer.parseInt(value);
                case "--seconds" -> seconds = Integer.parseInt(value);
                case "--warm-up" -> warmUp = Integer.parseInt(value);
                case "--port" -> firstPort = Integer.parseInt(value);
                case "--peer-logs" -> peerLogs = value.equals("on");
                case "--java" -> javaFlags = value;
                case "--jar" -> distribution = Path.of(value).toAbsolutePath();
                case "--load" -> load = Path.of(value).toAbsolutePath();
                case "--results" -> results = Path.of(value).toAbsolutePath();
                default ->
                    throw new IllegalArgumentException(
                            name + ": (expected: --only, --rounds, --seconds, --warm-up, --jar, --java, --peer-logs or"
                                    + " --port)");
            }
        }
        if (distribution == null || load == null || results == null) {
            throw new IllegalArgumentException(
                    "--jar, --load and --results are needed; benchmarks/load/run gives them");
        }
        return new Options(
                only, rounds, seconds, warmUp, distribution, load, results, firstPort, peerLogs, javaFlags, rest);
    }
}
