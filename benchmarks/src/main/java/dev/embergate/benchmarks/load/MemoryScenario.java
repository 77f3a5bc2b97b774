package dev.embergate.benchmarks.load;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A fresh process, and what it holds: idle, with idle connections, after load, and with many idle connections then. */
final class MemoryScenario implements Scenario {
    private static final int SOME = 2_000;
    private static final int MANY = 8_000;
    private static final int LOAD_SECONDS = 8;
    private static final int REST_SECONDS = 6;

    private final List<String> peers;
    private final Workshop workshop;

    MemoryScenario(List<String> peers, Workshop workshop) {
        this.peers = peers;
        this.workshop = workshop;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public List<String> peers() {
        return peers;
    }

    @Override
    public boolean startsItsOwn() {
        return true;
    }

    @Override
    public void warmUp(String peer) throws Exception {
        workshop.fillStartArchive(peer);
    }

    @Override
    public Map<String, Double> measure(String name) throws Exception {
        Peer peer = workshop.start(name);
        try {
            Map<String, Double> figures = new LinkedHashMap<>();
            Pause.seconds(2);
            figures.put("idle-mb", megabytes(peer));
            figures.put("idle-2000-mb", holding(peer, SOME));
            Pause.seconds(2);
            Generators.wrk(64, LOAD_SECONDS, peer.url(Workshop.SMALL));
            figures.put("end-of-load-mb", megabytes(peer));
            Pause.seconds(REST_SECONDS);
            double rested = megabytes(peer);
            figures.put("after-load-mb", rested);
            double many = holding(peer, MANY);
            figures.put("idle-8000-mb", many);
            figures.put("per-connection-kb", (many - rested) * 1024 / MANY);
            figures.put("peak-mb", peer.peakRssKilobytes() / 1024.0);
            return figures;
        } finally {
            workshop.stop(peer);
            peer.emptyLog();
        }
    }

    private static double holding(Peer peer, int count) throws IOException {
        try (IdleConnections connections = new IdleConnections(peer.port(), count)) {
            Pause.seconds(2);
            int lost = connections.lost();
            if (lost > 0) {
                throw new IOException(peer.name() + ": " + lost + " idle connections lost (expected: none)");
            }
            return megabytes(peer);
        }
    }

    private static double megabytes(Peer peer) {
        return peer.rssKilobytes() / 1024.0;
    }
}
