package dev.embergate.benchmarks.load;

import static dev.embergate.benchmarks.load.Figures.roundwise;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The figures that Embergate is held to, made from what was measured. The one place where the goals of the comparison are.
 *
 * <p>go-emby2openlist 2.8.2 is not built here. What it would need is derived: each of the peers measured in the same run, times
 * what go-emby2openlist needed of it when both were measured side by side; the least of these counts.
 */
final class Goals {
    private static final String DERIVED = "go-emby2openlist 2.8.2, derived";

    private final Figures figures;
    private final List<Goal> goals = new ArrayList<>();

    private Goals(Figures figures) {
        this.figures = figures;
    }

    /** Those that were measured, in a fixed order. */
    static List<Goal> of(Figures figures) {
        Goals all = new Goals(figures);
        all.requests();
        all.bodies();
        all.rest();
        all.memory();
        return all.goals;
    }

    private void requests() {
        ratio("CPU per small request, 64 connections", "small", "cpu", Peer.HAPROXY, 1.05);
        ratio("CPU per small request, 64 connections", "small", "cpu", Peer.NGINX, 1.10);
        derived(
                "CPU per small request, 64 connections",
                "small",
                "cpu",
                Map.of(Peer.NGINX, 7.57, Peer.CADDY, 1.76),
                0.16);
        ratio("CPU per small request, 64 connections", "small", "cpu", Peer.CADDY, 0.27);
        ratio("CPU per small request at 3,000/s", "rate", "cpu", Peer.HAPROXY, 1.15);
        add("99th percentile at 3,000/s", Peer.HAPROXY, ratios("rate", "p99", Peer.HAPROXY), 1.5, true);
    }

    private void bodies() {
        ratio("CPU per 64 KB answer", "64k", "cpu", Peer.NGINX_TUNED, 1.10);
        ratio("CPU per 64 KB answer", "64k", "cpu", Peer.HAPROXY, 0.90);
        derived("CPU per 64 KB answer", "64k", "cpu", Map.of(Peer.NGINX, 2.68, Peer.CADDY, 1.415), 0.26);
        above(
                "all CPU above direct, one body of 1 GiB",
                "stream",
                Map.of(Peer.NGINX_TUNED, 1.0),
                Peer.NGINX_TUNED,
                0.80);
        above(
                "all CPU above direct, one body of 1 GiB",
                "stream",
                Map.of(Peer.NGINX_TUNED, 1.334, Peer.CADDY, 0.932),
                DERIVED,
                0.60);
        above("all CPU above direct, 24 paced readers", "paced", Map.of(Peer.NGINX_TUNED, 1.0), Peer.NGINX_TUNED, 1.05);
        above(
                "all CPU above direct, 24 paced readers",
                "paced",
                Map.of(Peer.NGINX_TUNED, 1.232, Peer.CADDY, 1.098),
                DERIVED,
                0.85);
    }

    private void rest() {
        ratio("CPU per redirect to a link that is known", "redirect", "cpu", Peer.NGINX, 1.25);
        derived("CPU per redirect to a link that is known", "redirect", "cpu", Map.of(Peer.NGINX, 8.53), 0.16);
        derived("CPU per WebSocket round trip", "tunnel", "cpu", Map.of(Peer.NGINX, 1.45, Peer.CADDY, 1.043), 0.95);
        ratio("CPU per WebSocket round trip", "tunnel", "cpu", Peer.NGINX, 1.30);
    }

    private void memory() {
        absolute("RSS idle", "memory", "idle-mb", "MB", 68);
        absolute("RSS after 8 s of load and 6 s of rest", "memory", "after-load-mb", "MB", 80);
        absolute("RSS with 2,000 idle connections", "memory", "idle-2000-mb", "MB", 80);
        absolute("RSS growth for each of 8,000 idle connections", "memory", "per-connection-kb", "KB", 6);
        derived("RSS with 8,000 idle connections", "memory", "idle-8000-mb", Map.of(Peer.CADDY, 0.847), 0.60);
        absolute("start-up to the first proxied 200, start archive warm", "start", "cpu-s", "CPU-s", 0.35);
        absolute("start-up to the first proxied 200, wall", "start", "wall-ratio", "`java -version`", 6);
    }

    private List<Double> ours(String scenario, String figure) {
        return figures.of(scenario, Peer.EMBERGATE, figure);
    }

    private List<Double> ratios(String scenario, String figure, String peer) {
        return roundwise(ours(scenario, figure), figures.of(scenario, peer, figure), (a, b) -> a / b);
    }

    private void ratio(String name, String scenario, String figure, String peer, double most) {
        add(name, peer, ratios(scenario, figure, peer), most, false);
    }

    private void absolute(String name, String scenario, String figure, String unit, double most) {
        add(name, unit, ours(scenario, figure), most, false);
    }

    private void derived(String name, String scenario, String figure, Map<String, Double> factors, double most) {
        List<List<Double>> candidates = new ArrayList<>();
        factors.forEach((peer, factor) -> candidates.add(figures.of(scenario, peer, figure).stream()
                .map(value -> value * factor)
                .toList()));
        add(name, DERIVED, over(ours(scenario, figure), candidates), most, false);
    }

    /** What all processes together used more than when the client asked the origin itself, a round at a time. */
    private void above(String name, String scenario, Map<String, Double> factors, String label, double most) {
        List<List<Double>> candidates = new ArrayList<>();
        factors.forEach((peer, factor) -> candidates.add(aboveDirect(scenario, peer).stream()
                .map(value -> value * factor)
                .toList()));
        add(name, label, over(aboveDirect(scenario, Peer.EMBERGATE), candidates), most, false);
    }

    private List<Double> aboveDirect(String scenario, String peer) {
        return roundwise(
                figures.of(scenario, peer, "all-cpu"), figures.of(scenario, Peer.ORIGIN, "all-cpu"), (a, b) -> a - b);
    }

    private static List<Double> over(List<Double> ours, List<List<Double>> candidates) {
        List<List<Double>> measured =
                candidates.stream().filter(values -> !values.isEmpty()).toList();
        if (measured.isEmpty()) {
            return List.of();
        }
        List<Double> least =
                measured.stream().reduce((a, b) -> roundwise(a, b, Math::min)).orElse(List.of());
        return roundwise(ours, least, (a, b) -> a / b);
    }

    private void add(String name, String comparator, List<Double> perRound, double most, boolean best) {
        if (!perRound.isEmpty()) {
            goals.add(new Goal(name, comparator, perRound, most, best));
        }
    }
}
