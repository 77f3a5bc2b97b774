package dev.embergate.benchmarks.load;

import dev.embergate.benchmarks.load.Generators.Seen;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Requests for one target over 64 connections, as fast as they go through or at a fixed rate. */
final class HttpScenario implements Scenario {
    private static final int CONNECTIONS = 64;
    private static final int UNIT = 10_000;

    private final String name;
    private final List<String> peers;
    private final Workshop workshop;
    private final int warmUpSeconds;
    private final int seconds;
    private final String target;

    /** Requests a second; 0 for all that go through. */
    private final int rate;

    HttpScenario(String name, List<String> peers, Workshop workshop, Options options, String target, int rate) {
        this.name = name;
        this.peers = peers;
        this.workshop = workshop;
        this.warmUpSeconds = options.warmUpSeconds();
        this.seconds = options.seconds();
        this.target = target;
        this.rate = rate;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<String> peers() {
        return peers;
    }

    @Override
    public void warmUp(String name) throws Exception {
        Peer peer = workshop.peer(name);
        // A JVM reads its code before it compiles it.
        int moment = name.equals(Peer.EMBERGATE) ? warmUpSeconds : 1;
        Generators.wrk(CONNECTIONS, moment, peer.url(target));
        peer.emptyLog();
    }

    @Override
    public Map<String, Double> measure(String name) throws Exception {
        Peer peer = workshop.peer(name);
        Peer origin = workshop.peer(Peer.ORIGIN);
        double before = peer.cpuSeconds();
        double originBefore = origin.cpuSeconds();
        double loopsBefore = loops(peer);
        double logBefore = log(peer);
        Seen seen = rate > 0
                ? Generators.atRate(
                        rate,
                        CONNECTIONS,
                        seconds,
                        peer.url(target),
                        workshop.work().resolve("latency"))
                : Generators.wrk(CONNECTIONS, seconds, peer.url(target));
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("cpu", (peer.cpuSeconds() - before) / seen.requests() * UNIT);
        figures.put("origin-cpu", (origin.cpuSeconds() - originBefore) / seen.requests() * UNIT);
        figures.put("per-second", seen.perSecond());
        figures.put("p50", seen.p50Millis());
        figures.put("p99", seen.p99Millis());
        figures.put("rss-mb", peer.rssKilobytes() / 1024.0);
        if (peer.name().equals(Peer.EMBERGATE)) {
            figures.put("loops-cpu", (loops(peer) - loopsBefore) / seen.requests() * UNIT);
            figures.put("log-cpu", (log(peer) - logBefore) / seen.requests() * UNIT);
        }
        peer.emptyLog();
        return figures;
    }

    private static double loops(Peer peer) {
        return ProcFiles.cpuSeconds(peer.process().pid(), ThreadKind.LOOPS);
    }

    private static double log(Peer peer) {
        return ProcFiles.cpuSeconds(peer.process().pid(), ThreadKind.ACCESS_LOG);
    }
}
