package dev.embergate.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A program that runs, and where it listens. */
record Peer(String name, Process process, int port, Path log) {
    /** The names, as in the tables. */
    static final String EMBERGATE = "embergate";

    static final String ORIGIN = "origin";
    static final String NGINX = "nginx";
    static final String NGINX_TUNED = "nginx-tuned";
    static final String HAPROXY = "haproxy";
    static final String CADDY = "caddy";

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    double cpuSeconds() {
        return ProcFiles.treeCpuSeconds(process.toHandle());
    }

    /** With what a start script ran before it became the program. */
    double cpuSecondsWithEnded() {
        return ProcFiles.cpuSecondsWithEnded(process.pid());
    }

    long rssKilobytes() {
        return ProcFiles.treeKilobytes(process.toHandle(), "VmRSS");
    }

    long peakRssKilobytes() {
        return ProcFiles.treeKilobytes(process.toHandle(), "VmHWM");
    }

    /** Lets no log fill the disk; all peers append, so they go on at the start of the file. */
    void emptyLog() {
        if (Files.exists(log)) {
            try (FileChannel file = FileChannel.open(log, StandardOpenOption.WRITE)) {
                file.truncate(0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
