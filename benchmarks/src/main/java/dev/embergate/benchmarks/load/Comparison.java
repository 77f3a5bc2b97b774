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
    private static final List<String> STREAMS =
            List.of(Peer.ORIGIN, Peer.EMBERGATE, Peer.NGINX_TUNED, Peer.HAPROXY, Peer.CADDY);
    private static final List<String> REDIRECTS = List.of(Peer.EMBERGATE, Peer.NGINX);
    private static final List<String> TUNNELS = List.of(Peer.EMBERGATE, Peer.NGINX, Peer.HAPROXY, Peer.CADDY);

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
                new HttpScenario("small", ALL, workshop, options, Workshop.SMALL, 0),
                new HttpScenario("rate", ALL, workshop, options, Workshop.SMALL, 3000),
                new HttpScenario("64k", ALL, workshop, options, Workshop.MEDIUM, 0),
                new StreamScenario(false, STREAMS, workshop),
                new StreamScenario(true, STREAMS, workshop),
                new HttpScenario("redirect", REDIRECTS, workshop, options, workshop.filmPath(), 0),
                new TunnelScenario(TUNNELS, workshop, seconds),
                new MemoryScenario(List.of(Peer.EMBERGATE, Peer.CADDY), workshop),
                new StartScenario(List.of(Peer.EMBERGATE), workshop));
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
        scenarios.stream()
                .filter(scenario -> !scenario.startsItsOwn())
                .forEach(scenario -> peers.addAll(scenario.peers()));
        for (String peer : peers) {
            if (!peer.equals(Peer.ORIGIN)) {
                workshop.start(peer);
            }
        }
        for (Scenario scenario : scenarios) {
            for (String peer : scenario.peers()) {
                scenario.warmUp(peer);
            }
            for (int round = 0; round < scenario.rounds(options.rounds()); round++) {
                measure(scenario, round);
            }
        }
    }

    /** Each round begins with another peer, so that none always follows the same one. */
    private void measure(Scenario scenario, int round) throws Exception {
        List<String> order = new ArrayList<>(scenario.peers());
        java.util.Collections.rotate(order, -round);
        for (String peer : order) {
            Map<String, Double> measured = scenario.measure(peer);
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
