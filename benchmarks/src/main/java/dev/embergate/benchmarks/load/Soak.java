package dev.embergate.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Everything at once for minutes, at about 70 % of the machine's CPU time, with Netty's paranoid leak detection; then everything
 * ends, and nothing may be left. What is sampled meanwhile may not grow from the first third to the last.
 */
final class Soak {
    private static final int SAMPLE_SECONDS = 10;
    private static final int RELOAD_SECONDS = 30;

    /** Code is still being compiled then. */
    private static final int WARM_UP_SECONDS = 30;

    /** Connections to the origin are kept for 50 s. */
    private static final int EMPTY_SECONDS = 80;

    private static final String LEAK_FLAGS =
            "-Dio.netty.leakDetection.level=paranoid -Dio.netty.leakDetection.targetRecords=20";

    /** How much a figure may be higher in the last third: a part of it, and a constant. */
    private record Growth(double part, double constant) {}

    private static final Map<String, Growth> GROWTHS = Map.of(
            "rss-mb", new Growth(0.10, 8),
            "heap-mb", new Growth(0.10, 2),
            "buffers-mb", new Growth(0.25, 8),
            "files", new Growth(0.25, 16),
            "threads", new Growth(0, 3),
            "connections", new Growth(0.25, 8));

    private final Options options;
    private final int seconds;
    private final Figures figures = new Figures();
    private final List<String> failures = new ArrayList<>();

    Soak(Options options) {
        this.options = options;
        if (options.rest().size() != 1) {
            throw new IllegalArgumentException("minutes: (expected: one number, such as 10)");
        }
        seconds = Integer.parseInt(options.rest().getFirst()) * 60;
    }

    boolean run() throws Exception {
        try (Workshop workshop = new Workshop(options.withJava(LEAK_FLAGS))) {
            workshop.start(Peer.ORIGIN);
            Peer ours = workshop.start(Peer.EMBERGATE);
            try (InsideView inside = InsideView.of(ours)) {
                soak(workshop, ours, inside);
            }
            workshop.stop(ours);
            lookThrough(ours.log());
            if (!failures.isEmpty()) {
                Path kept = options.results().resolve("soak-failed.log");
                Files.copy(ours.log(), kept, StandardCopyOption.REPLACE_EXISTING);
                failures.add("the program's log is kept as " + kept);
            }
            workshop.emby().violations().stream().limit(10).forEach(failures::add);
        }
        checkGrowth();
        String text = "\n%s\n**%s**\n".formatted(Report.figures(figures), failures.isEmpty() ? "passed" : "failed")
                + String.join("", failures.stream().map("- %s\n"::formatted).toList());
        System.out.println(text);
        System.out.println("written to " + Report.write(options.results(), "soak", text, figures));
        return failures.isEmpty();
    }

    private void soak(Workshop workshop, Peer ours, InsideView inside) throws Exception {
        int filesBefore = ProcFiles.openFiles(ours.process().pid());
        Tempo tempo = new Tempo();
        SoakLoad load = new SoakLoad(workshop, ours, tempo);
        try {
            for (int second = 1; second <= WARM_UP_SECONDS + seconds; second++) {
                Pause.seconds(1);
                tempo.adjust();
                if (second % RELOAD_SECONDS == 0) {
                    reload(workshop.adminPort());
                }
                if (second > WARM_UP_SECONDS && second % SAMPLE_SECONDS == 0) {
                    sample(workshop, ours, inside, tempo);
                }
                if (!ours.process().isAlive()) {
                    failures.add("the program ended after " + second + " s (expected: it runs)");
                    return;
                }
            }
        } finally {
            load.stop();
        }
        load.faults().stream().limit(20).forEach(failures::add);
        System.out.println("done: " + load.done());
        awaitEmpty(workshop, ours, inside, filesBefore);
    }

    private void reload(int adminPort) throws IOException {
        String answer = HttpProbe.exchange(
                adminPort,
                "POST /api/reload HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        if (!answer.startsWith("HTTP/1.1 200")) {
            failures.add("reload: " + answer + " (expected: 200)");
        }
    }

    private void sample(Workshop workshop, Peer ours, InsideView inside, Tempo tempo) throws IOException {
        Metrics metrics = Metrics.of(workshop.adminPort());
        Map<String, Double> sample = new LinkedHashMap<>();
        sample.put("rss-mb", ours.rssKilobytes() / 1024.0);
        sample.put("heap-mb", inside.heapBytesAfterCollection() / 1024.0 / 1024);
        sample.put("buffers-mb", metrics.sum("embergate_buffer_memory_bytes") / 1024 / 1024);
        sample.put("files", (double) ProcFiles.openFiles(ours.process().pid()));
        sample.put("threads", (double) inside.threadCount());
        sample.put("connections", metrics.sum("embergate_connections"));
        sample.put("busy", tempo.share());
        figures.add("soak", Peer.EMBERGATE, sample);
        Comparison.say(sample.toString());
    }

    /** No exchange, no connection, no file may stay once all clients have gone. */
    private void awaitEmpty(Workshop workshop, Peer ours, InsideView inside, int filesBefore) throws IOException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(EMPTY_SECONDS);
        while (true) {
            inside.heapBytesAfterCollection(); // leaks are told of when their buffers are collected
            Metrics metrics = Metrics.of(workshop.adminPort());
            double connections = metrics.sum("embergate_connections") - 1; // the one that asks for this
            double exchanges = metrics.sum("embergate_exchanges_in_progress") - 1;
            int files = ProcFiles.openFiles(ours.process().pid()) - filesBefore;
            // The management agent has a few of its own.
            if (connections <= 0 && exchanges <= 0 && files <= 8) {
                return;
            }
            if (System.nanoTime() > until) {
                failures.add("left behind: %.0f connections, %.0f exchanges, %d files (expected: none, none, at most 8)"
                        .formatted(connections, exchanges, files));
                return;
            }
            Pause.seconds(2);
        }
    }

    /** Warnings and errors, and what the leak detector says. An access line is neither, whatever its status. */
    private void lookThrough(Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            lines.filter(line -> line.contains("LEAK") || line.contains(" ERROR ") || line.contains(" WARN "))
                    .filter(line -> !line.startsWith("time="))
                    .limit(20)
                    .forEach(line -> failures.add("log: " + line));
        }
    }

    private void checkGrowth() {
        GROWTHS.forEach((figure, growth) -> {
            List<Double> samples = figures.of("soak", Peer.EMBERGATE, figure);
            int third = samples.size() / 3;
            if (third == 0) {
                failures.add(figure + ": " + samples.size() + " samples (expected: three or more)");
                return;
            }
            double first = Figures.median(samples.subList(0, third));
            double last = Figures.median(samples.subList(samples.size() - third, samples.size()));
            double most = first * (1 + growth.part()) + growth.constant();
            if (last > most) {
                failures.add(
                        "%s: grown from %.1f to %.1f (expected: at most %.1f)".formatted(figure, first, last, most));
            }
        });
    }
}
