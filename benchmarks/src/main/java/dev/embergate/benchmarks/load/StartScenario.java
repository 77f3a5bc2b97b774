package dev.embergate.benchmarks.load;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From the start of a process to the first 200 that came through it, its start archive made by an earlier run. */
final class StartScenario implements Scenario {
    private static final int ROUNDS = 7;

    private final List<String> peers;
    private final Workshop workshop;

    StartScenario(List<String> peers, Workshop workshop) {
        this.peers = peers;
        this.workshop = workshop;
    }

    @Override
    public String name() {
        return "start";
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
    public int rounds(int asked) {
        return ROUNDS;
    }

    @Override
    public void warmUp(String peer) throws Exception {
        workshop.fillStartArchive(peer);
    }

    @Override
    public Map<String, Double> measure(String name) throws Exception {
        double java = javaVersionMillis();
        long began = System.nanoTime();
        Peer peer = workshop.start(name);
        try {
            double millis = (System.nanoTime() - began) / 1e6;
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("wall-ms", millis);
            figures.put("cpu-s", peer.cpuSecondsWithEnded());
            figures.put("java-version-ms", java);
            figures.put("wall-ratio", millis / java);
            figures.put("rss-mb", peer.rssKilobytes() / 1024.0);
            return figures;
        } finally {
            workshop.stop(peer);
        }
    }

    private static double javaVersionMillis() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        long began = System.nanoTime();
        Command.run(60, List.of(java, "-version"));
        return (System.nanoTime() - began) / 1e6;
    }
}
