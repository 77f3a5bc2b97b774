package dev.embergate.benchmarks.load;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The program and its peers in turn, round after round, and the table. */
final class Comparison {
    private static final List<String> ALL =
            List.of(Peer.EMBERGATE, Peer.NGINX, Peer.NGINX_TUNED, Peer.HAPROXY, Peer.CADDY);

    private final Options options;
    private final Figures figures = new Figures();

    Comparison(Options options) {
        this.options = options;
    }

    /** Whether all goals that were measured are met. */
    boolean run() throws Exception {
        try (Workshop workshop = new Workshop(options)) {
            List<Scenario> scenarios = wanted(scenarios(workshop));
            if (!scenarios.isEmpty()) {
                compare(workshop, scenarios);
            }
        }
        List<Goal> goals = Goals.of(figures);
        String text = conditions() + Report.goals(goals) + Report.figures(figures);
        System.out.println(text);
        System.out.println("written to " + Report.write(options.results(), "load", text, figures));
        return goals.stream().allMatch(Goal::isMet);
    }

    private List<Scenario> scenarios(Workshop workshop) {
        int seconds = options.seconds();
        return List.of(
                new HttpScenario("small", ALL, workshop, seconds, Workshop.SMALL, 0),
                new HttpScenario("rate", ALL, workshop, seconds, Workshop.SMALL, 3000),
                new HttpScenario("64k", ALL, workshop, seconds, Workshop.MEDIUM, 0));
    }

    private List<Scenario> wanted(List<Scenario> scenarios) {
        return scenarios.stream()
                .filter(scenario -> options.wants(scenario.name()))
                .toList();
    }

    private void compare(Workshop workshop, List<Scenario> scenarios) throws Exception {
        say("starting the peers");
        workshop.start(Peer.ORIGIN);
        Set<String> peers = new LinkedHashSet<>();
        scenarios.forEach(scenario -> peers.addAll(scenario.peers()));
        for (String peer : peers) {
            if (!peer.equals(Peer.ORIGIN)) {
                workshop.start(peer);
            }
        }
        warmUp(workshop);
        for (Scenario scenario : scenarios) {
            for (String peer : scenario.peers()) {
                scenario.warmUp(workshop.peer(peer));
            }
            for (int round = 0; round < options.rounds(); round++) {
                measure(workshop, scenario, round);
            }
        }
    }

    /** A JVM reads its code before it compiles it: the program is compared as it is after its first minutes. */
    private void warmUp(Workshop workshop) throws Exception {
        say("warming up for " + options.warmUpSeconds() + " s");
        Peer ours = workshop.peer(Peer.EMBERGATE);
        int half = Math.max(1, options.warmUpSeconds() / 2);
        Generators.wrk(64, half, ours.url(Workshop.SMALL));
        Generators.wrk(16, half, ours.url(Workshop.MEDIUM));
        ours.emptyLog();
    }

    /** Each round begins with another peer, so that none always follows the same one. */
    private void measure(Workshop workshop, Scenario scenario, int round) throws Exception {
        List<String> order = new ArrayList<>(scenario.peers());
        java.util.Collections.rotate(order, -round);
        for (String peer : order) {
            Map<String, Double> measured = scenario.measure(workshop.peer(peer));
            figures.add(scenario.name(), peer, measured);
            say("%s, round %d, %s: %s".formatted(scenario.name(), round + 1, peer, shown(measured)));
        }
    }

    private static String shown(Map<String, Double> measured) {
        Function<Map.Entry<String, Double>, String> one =
                figure -> figure.getKey() + " " + Goal.number(figure.getValue());
        return String.join(", ", measured.entrySet().stream().map(one).toList());
    }

    private String conditions() {
        return """

                %d rounds of %d s, %d processors, Java %s, access log of the peers: %s. CPU is CPU seconds for 10,000 requests
                (or round trips), or for 10^9 bytes of the long bodies.

                """.formatted(
                        options.rounds(),
                        options.seconds(),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("java.vm.version"),
                        options.peerLogs() ? "on" : "off");
    }

    static void say(String line) {
        System.err.println(line);
    }
}
