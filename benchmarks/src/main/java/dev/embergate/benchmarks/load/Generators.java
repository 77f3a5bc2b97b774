package dev.embergate.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** wrk and h2load, and what they say. */
final class Generators {
    private static final Pattern WRK_REQUESTS = Pattern.compile("(\\d+) requests in ([\\d.]+)(ms|s|m)");
    private static final Pattern WRK_ERRORS = Pattern.compile("(Socket errors|Non-2xx or 3xx responses):.*");
    private static final Pattern H2LOAD_REQUESTS = Pattern.compile("(\\d+) done, (\\d+) succeeded, (\\d+) failed");

    private Generators() {}

    /**
     * What a generator saw.
     *
     * @param p50Millis latency; NaN where it was not asked for
     */
    record Seen(long requests, double seconds, double p50Millis, double p99Millis) {
        double perSecond() {
            return requests / seconds;
        }
    }

    /** As many requests as go through so many connections. */
    static Seen wrk(int connections, int seconds, String url, String... headers)
            throws IOException, InterruptedException {
        List<String> words = new java.util.ArrayList<>(
                List.of("wrk", "-t1", "-c" + connections, "-d" + seconds + "s", "--timeout", "20s", "--latency"));
        for (String header : headers) {
            words.add("-H");
            words.add(header);
        }
        words.add(url);
        String text = Command.run(seconds + 60, words);
        Matcher errors = WRK_ERRORS.matcher(text);
        if (errors.find()) {
            throw new IOException("wrk " + url + ": " + errors.group() + " (expected: none)");
        }
        Matcher requests = WRK_REQUESTS.matcher(text);
        if (!requests.find()) {
            throw new IOException("wrk: " + text + " (expected: a number of requests)");
        }
        return new Seen(
                Long.parseLong(requests.group(1)),
                millis(requests.group(2), requests.group(3)) / 1000,
                percentile(text, "50%"),
                percentile(text, "99%"));
    }

    private static double percentile(String text, String name) {
        Matcher line =
                Pattern.compile("\\s" + name + "\\s+([\\d.]+)(us|ms|s|m)").matcher(text);
        return line.find() ? millis(line.group(1), line.group(2)) : Double.NaN;
    }

    private static double millis(String number, String unit) {
        return Double.parseDouble(number)
                * switch (unit) {
                    case "us" -> 0.001;
                    case "ms" -> 1;
                    case "s" -> 1000;
                    default -> 60_000;
                };
    }

    /** Exactly so many requests. */
    static Seen exactly(int requests, int connections, String url) throws IOException, InterruptedException {
        String text = Command.run(
                300, List.of("h2load", "--h1", "-t1", "-c" + connections, "-n" + requests, "-N", "20s", url));
        Seen seen = new Seen(h2loadRequests(text, url), 1, Double.NaN, Double.NaN);
        if (seen.requests() != requests) {
            throw new IOException("h2load " + url + ": " + seen.requests() + " requests (expected: " + requests + ")");
        }
        return seen;
    }

    /** A fixed rate, spread over so many connections. */
    static Seen atRate(int perSecond, int connections, int seconds, String url, Path log)
            throws IOException, InterruptedException {
        int requests = perSecond * seconds;
        long began = System.nanoTime();
        String text = Command.run(
                seconds + 60,
                List.of(
                        "h2load",
                        "--h1",
                        "-t1",
                        "-c" + connections,
                        "-n" + requests,
                        "--rps=" + Math.ceilDiv(perSecond, connections),
                        "--log-file=" + log,
                        url));
        double took = (System.nanoTime() - began) / 1e9;
        long done = h2loadRequests(text, url);
        try {
            double[] micros = Files.readAllLines(log).stream()
                    .mapToDouble(line -> Double.parseDouble(line.split("\t")[2]))
                    .toArray();
            Arrays.sort(micros);
            return new Seen(done, took, at(micros, 0.5) / 1000, at(micros, 0.99) / 1000);
        } finally {
            Files.deleteIfExists(log);
        }
    }

    private static double at(double[] sorted, double part) {
        return sorted[(int) Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)];
    }

    private static long h2loadRequests(String text, String url) throws IOException {
        Matcher requests = H2LOAD_REQUESTS.matcher(text);
        if (!requests.find()) {
            throw new IOException("h2load: " + text + " (expected: a number of requests)");
        }
        if (!requests.group(3).equals("0")) {
            throw new IOException("h2load " + url + ": " + requests.group() + " (expected: none failed)");
        }
        return Long.parseLong(requests.group(1));
    }
}
