package dev.embergate.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What can be counted instead of timed, so that a build can be held to it on any machine: system calls and heap bytes for each
 * request relayed by the real program, its access log going to a file.
 */
final class Guard {
    // The goals, all of them. The writer of the access log is shown apart, and so is what the JVM does by the clock.
    private static final double MOST_CALLS_64 = 4.3;
    private static final double MOST_CALLS_1 = 6.3;
    private static final double MOST_HEAP_BYTES = 512;

    private static final int WARM_UP_REQUESTS = 150_000;
    private static final int CALLS_REQUESTS_64 = 50_000;
    private static final int CALLS_REQUESTS_1 = 5_000;
    private static final int HEAP_REQUESTS = 100_000;

    /** Compiled code allocates less than code that is still read: what counts is where it settles. */
    private static final int MOST_BATCHES = 12;

    private static final double SETTLED = 0.01;

    private final Options options;
    private final StringBuilder details = new StringBuilder();

    Guard(Options options) {
        this.options = options;
    }

    boolean run() throws Exception {
        List<Goal> goals = new ArrayList<>();
        try (Workshop workshop = new Workshop(options)) {
            workshop.start(Peer.ORIGIN);
            Peer ours = workshop.start(Peer.EMBERGATE);
            Generators.exactly(WARM_UP_REQUESTS, 64, ours.url(Workshop.SMALL));
            if (options.wants("syscalls")) {
                goals.add(calls(workshop, ours, 64, CALLS_REQUESTS_64, MOST_CALLS_64));
                goals.add(calls(workshop, ours, 1, CALLS_REQUESTS_1, MOST_CALLS_1));
            }
            // Last: the management agent that this needs makes calls of its own.
            if (options.wants("heap")) {
                goals.add(heap(ours));
            }
        }
        System.out.println(Report.goals(goals) + details);
        return goals.stream().allMatch(Goal::isMet);
    }

    private Goal heap(Peer ours) throws Exception {
        try (InsideView inside = InsideView.of(ours)) {
            double last = Double.NaN;
            for (int batch = 1; ; batch++) {
                Map<ThreadKind, Long> before = inside.allocatedBytes();
                Generators.exactly(HEAP_REQUESTS, 64, ours.url(Workshop.SMALL));
                Map<ThreadKind, Long> after = inside.allocatedBytes();
                double bytes = perRequest(ThreadKind.LOOPS, before, after);
                if (Math.abs(bytes - last) <= SETTLED * bytes || batch == MOST_BATCHES) {
                    details.append(
                            "\nHeap bytes per request, after %d batches of %,d:%n".formatted(batch, HEAP_REQUESTS));
                    for (ThreadKind kind : ThreadKind.values()) {
                        details.append("- %s: %.1f%n".formatted(kind.label, perRequest(kind, before, after)));
                    }
                    return new Goal(
                            "heap bytes per relayed request",
                            ThreadKind.LOOPS.label,
                            List.of(bytes),
                            MOST_HEAP_BYTES,
                            false);
                }
                last = bytes;
                ours.emptyLog();
            }
        }
    }

    private static double perRequest(ThreadKind kind, Map<ThreadKind, Long> before, Map<ThreadKind, Long> after) {
        return (after.getOrDefault(kind, 0L) - before.getOrDefault(kind, 0L)) / (double) HEAP_REQUESTS;
    }

    private Goal calls(Workshop workshop, Peer ours, int connections, int requests, double most) throws Exception {
        Map<ThreadKind, Map<String, Long>> counts;
        try (SystemCalls calls = new SystemCalls(ours, workshop.work())) {
            Generators.exactly(requests, connections, ours.url(Workshop.SMALL));
            counts = calls.counts();
        }
        details.append("\nSystem calls per request, %d connections, %,d requests:%n".formatted(connections, requests));
        counts.forEach((kind, calls) -> details.append(
                "- %s: %.2f (%s)%n".formatted(kind.label, sum(calls) / requests, shown(calls, requests))));
        double loops = sum(counts.getOrDefault(ThreadKind.LOOPS, Map.of())) / requests;
        return new Goal(
                "system calls per relayed request, " + connections + " connections",
                ThreadKind.LOOPS.label,
                List.of(loops),
                most,
                false);
    }

    private static double sum(Map<String, Long> calls) {
        return calls.values().stream().mapToLong(Long::longValue).sum();
    }

    private static String shown(Map<String, Long> calls, int requests) {
        return calls.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(6)
                .map(call -> "%s %.2f".formatted(call.getKey(), call.getValue() / (double) requests))
                .collect(Collectors.joining(", "));
    }
}
