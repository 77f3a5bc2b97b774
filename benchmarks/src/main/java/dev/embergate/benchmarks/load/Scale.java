package dev.embergate.benchmarks.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Many connections at once, each kind alone and all together, against the formula of docs/performance.md: what the program holds
 * is what it held before, plus so much for each of a kind.
 */
final class Scale {
    private static final int IDLE = 8_000;
    private static final int TUNNELS = 2_000;
    private static final int PACED = 24;
    private static final int STALLED = 200;
    private static final long PACED_BYTES_PER_SECOND = 4_000_000;

    // The formula, in KB. A change here belongs into docs/performance.md as well.
    private static final double IDLE_KILOBYTES = 6;
    private static final double TUNNEL_KILOBYTES = 12;
    /** What is queued before the upstream is no longer read, and the read that went beyond it. */
    private static final double STREAM_KILOBYTES = 256 + 256 + TUNNEL_KILOBYTES;

    /** What the collector and the allocator may keep beyond that, once, whatever the number of connections. */
    private static final double ROUNDING_KILOBYTES = 16 * 1024;

    /** While nothing moves. */
    private static final double MOST_IDLE_CPU_PER_MINUTE = 0.6;

    private static final int WARM_UP_REQUESTS = 50_000;
    private static final int SETTLE_SECONDS = 5;

    private record Crowd(String name, int idle, int tunnels, int paced, int stalled) {
        double formulaKilobytes() {
            return idle * IDLE_KILOBYTES
                    + tunnels * TUNNEL_KILOBYTES
                    + (paced + stalled) * STREAM_KILOBYTES
                    + ROUNDING_KILOBYTES;
        }
    }

    private static final List<Crowd> CROWDS = List.of(
            new Crowd("nothing", 0, 0, 0, 0),
            new Crowd("idle", IDLE, 0, 0, 0),
            new Crowd("tunnels", 0, TUNNELS, 0, 0),
            new Crowd("paced", 0, 0, PACED, 0),
            new Crowd("stalled", 0, 0, 0, STALLED),
            new Crowd("all", IDLE, TUNNELS, PACED, STALLED));

    private final Options options;
    private final Figures figures = new Figures();
    private final List<Goal> goals = new ArrayList<>();

    Scale(Options options) {
        this.options = options;
    }

    boolean run() throws Exception {
        for (Crowd crowd : CROWDS) {
            if (options.wants(crowd.name())) {
                try (Workshop workshop = new Workshop(options)) {
                    workshop.patience("30m");
                    workshop.start(Peer.ORIGIN);
                    measure(workshop, workshop.start(Peer.EMBERGATE), crowd);
                }
            }
        }
        String text = "\n" + Report.goals(goals) + Report.figures(figures);
        System.out.println(text);
        System.out.println("written to " + Report.write(options.results(), "scale", text, figures));
        return goals.stream().allMatch(Goal::isMet);
    }

    private void measure(Workshop workshop, Peer ours, Crowd crowd) throws Exception {
        Generators.exactly(WARM_UP_REQUESTS, 64, ours.url(Workshop.SMALL));
        try (InsideView inside = InsideView.of(ours)) {
            inside.heapBytesAfterCollection();
            Pause.seconds(SETTLE_SECONDS + 1); // free memory goes back to the system each five seconds
            double before = ours.rssKilobytes();
            Map<String, Double> measured = new LinkedHashMap<>();
            measured.put("rss-before-mb", before / 1024);
            measured.put("heap-before-mb", inside.heapBytesAfterCollection() / 1024.0 / 1024);
            measured.put("buffers-before-mb", buffers(workshop));
            try (StalledReaders _ = new StalledReaders(ours.port(), crowd.stalled());
                    PingPong tunnels = new PingPong(ours.port(), crowd.tunnels(), true);
                    IdleConnections idle = new IdleConnections(ours.port(), crowd.idle());
                    PacedReaders paced = new PacedReaders(ours.port(), crowd.paced(), PACED_BYTES_PER_SECOND)) {
                paced.read(TimeUnit.SECONDS.toNanos(SETTLE_SECONDS));
                double cpuBefore = ours.cpuSeconds();
                paced.read(TimeUnit.SECONDS.toNanos(options.seconds()));
                measured.put("cpu-s-per-minute", (ours.cpuSeconds() - cpuBefore) * 60 / options.seconds());
                double held = ours.rssKilobytes();
                measured.put("rss-mb", held / 1024);
                measured.put("buffers-mb", buffers(workshop));
                measured.put("grown-kb", held - before);
                measured.put("formula-kb", crowd.formulaKilobytes());
                int lost = idle.lost() + tunnels.lost();
                if (lost > 0) {
                    throw new IOException(crowd.name() + ": " + lost + " connections lost (expected: none)");
                }
                measured.put("open", Metrics.of(workshop.adminPort()).sum("embergate_connections"));
                // Last, for it moves what is measured above.
                measured.put("heap-mb", inside.heapBytesAfterCollection() / 1024.0 / 1024);
            }
            report(crowd, measured);
        }
    }

    private static double buffers(Workshop workshop) throws IOException {
        return Metrics.of(workshop.adminPort()).sum("embergate_buffer_memory_bytes") / 1024 / 1024;
    }

    private void report(Crowd crowd, Map<String, Double> measured) {
        figures.add(crowd.name(), Peer.EMBERGATE, measured);
        List<Double> grown = List.of(measured.getOrDefault("grown-kb", Double.NaN) / 1024);
        goals.add(new Goal(
                "memory grown: " + crowd.name(), "MB, formula", grown, crowd.formulaKilobytes() / 1024, false));
        if (crowd.paced() == 0) {
            List<Double> cpu = List.of(measured.getOrDefault("cpu-s-per-minute", Double.NaN));
            goals.add(new Goal(
                    "CPU while idle: " + crowd.name(), "CPU-s a minute", cpu, MOST_IDLE_CPU_PER_MINUTE, false));
        }
        Comparison.say(crowd.name() + ": " + measured);
    }
}
