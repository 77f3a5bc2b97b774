package dev.embergate.benchmarks.load;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Bodies of 1 GiB, to a reader that drops them in the kernel: two in a row as fast as they come, or 24 readers at a steady rate.
 * The origin is measured too, asked directly; what a peer costs is what all processes together need more than then, for it also
 * decides in what pieces origin and reader work.
 */
final class StreamScenario implements Scenario {
    private static final double UNIT = 1e9;
    private static final int READERS = 24;
    private static final long BYTES_PER_SECOND = 4_000_000;
    private static final long PACED_NANOS = TimeUnit.SECONDS.toNanos(6);
    private static final int BODIES = 2;
    private static final long MOST_BYTES = 1 << 20;

    private final boolean paced;
    private final List<String> peers;
    private final Workshop workshop;

    StreamScenario(boolean paced, List<String> peers, Workshop workshop) {
        this.paced = paced;
        this.peers = peers;
        this.workshop = workshop;
    }

    @Override
    public String name() {
        return paced ? "paced" : "stream";
    }

    @Override
    public List<String> peers() {
        return peers;
    }

    @Override
    public Map<String, Double> measure(String name) throws Exception {
        Peer peer = workshop.peer(name);
        Peer origin = workshop.peer(Peer.ORIGIN);
        double peerBefore = peer.cpuSeconds();
        double originBefore = origin.cpuSeconds();
        double readerBefore = readerCpuSeconds();
        long began = System.nanoTime();
        long bytes = paced ? paced(peer) : bodies(peer);
        double seconds = (System.nanoTime() - began) / 1e9;
        double readerCpu = readerCpuSeconds() - readerBefore;
        double originCpu = origin.cpuSeconds() - originBefore;
        double peerCpu = name.equals(Peer.ORIGIN) ? 0 : peer.cpuSeconds() - peerBefore;
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("cpu", peerCpu / bytes * UNIT);
        figures.put("all-cpu", (peerCpu + originCpu + readerCpu) / bytes * UNIT);
        figures.put("origin-cpu", originCpu / bytes * UNIT);
        figures.put("gb-per-second", bytes / seconds / UNIT);
        figures.put("rss-mb", peer.rssKilobytes() / 1024.0);
        peer.emptyLog();
        return figures;
    }

    /** This thread is the reader. */
    private static double readerCpuSeconds() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
    }

    private static long bodies(Peer peer) throws IOException {
        long sum = 0;
        for (int i = 0; i < BODIES; i++) {
            long received = 0;
            try (NativeSocket socket = NativeSocket.connect(peer.port())) {
                socket.get(Workshop.LARGE);
                for (long count = socket.drop(MOST_BYTES); count > 0; count = socket.drop(MOST_BYTES)) {
                    received += count;
                }
            }
            if (received < Workshop.LARGE_BYTES) {
                throw new IOException(peer.name() + ": " + received + " bytes (expected: a body of 1 GiB)");
            }
            sum += received;
        }
        return sum;
    }

    private static long paced(Peer peer) throws IOException {
        try (PacedReaders readers = new PacedReaders(peer.port(), READERS, BYTES_PER_SECOND)) {
            long sum = readers.read(PACED_NANOS);
            long wanted = READERS * BYTES_PER_SECOND * TimeUnit.NANOSECONDS.toSeconds(PACED_NANOS);
            if (sum < wanted * 9 / 10) {
                throw new IOException(peer.name() + ": " + sum + " bytes (expected: about " + wanted + ")");
            }
            return sum;
        }
    }
}
