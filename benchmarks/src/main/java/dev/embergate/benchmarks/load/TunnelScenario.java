package dev.embergate.benchmarks.load;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** 64 upgraded connections, each sending 125 bytes and waiting for them to come back. */
final class TunnelScenario implements Scenario {
    private static final int CONNECTIONS = 64;
    private static final int UNIT = 10_000;

    private final List<String> peers;
    private final Workshop workshop;
    private final int seconds;

    TunnelScenario(List<String> peers, Workshop workshop, int seconds) {
        this.peers = peers;
        this.workshop = workshop;
        this.seconds = seconds;
    }

    @Override
    public String name() {
        return "tunnel";
    }

    @Override
    public List<String> peers() {
        return peers;
    }

    @Override
    public Map<String, Double> measure(String name) throws Exception {
        Peer peer = workshop.peer(name);
        try (PingPong players = new PingPong(peer.port(), CONNECTIONS, false)) {
            Pause.seconds(0.5);
            players.forgetLatencies();
            long before = players.roundTrips();
            double cpuBefore = peer.cpuSeconds();
            Pause.seconds(seconds);
            double cpu = peer.cpuSeconds() - cpuBefore;
            long count = players.roundTrips() - before;
            if (players.lost() > 0 || count == 0) {
                throw new IOException(name + ": " + players.lost() + " connections lost (expected: none)");
            }
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("cpu", cpu / count * UNIT);
            figures.put("per-second", (double) count / seconds);
            figures.put("p50", players.percentile(0.5));
            figures.put("p99", players.percentile(0.99));
            figures.put("rss-mb", peer.rssKilobytes() / 1024.0);
            return figures;
        }
    }
}
