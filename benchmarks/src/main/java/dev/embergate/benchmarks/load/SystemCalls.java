package dev.embergate.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counts the system calls of the threads that a program has, by kind of thread and name of the call. */
final class SystemCalls implements AutoCloseable {
    private static final Pattern LINE =
            Pattern.compile("(?m)^\\s*[\\d.]+\\s+[\\d.]+\\s+\\d+\\s+(\\d+)\\s+(?:\\d+\\s+)?([a-z_]\\w*)$");
    private static final long ATTACH_NANOS = TimeUnit.SECONDS.toNanos(20);

    private record Tracer(Process process, Path output) {}

    private final Map<ThreadKind, Tracer> tracers = new EnumMap<>(ThreadKind.class);

    /** Begins to count; returns when every thread is watched. */
    SystemCalls(Peer peer, Path work) throws IOException {
        long pid = peer.process().pid();
        Map<ThreadKind, List<String>> threads = new EnumMap<>(ThreadKind.class);
        for (ProcFiles.Task task : ProcFiles.tasks(pid)) {
            threads.computeIfAbsent(ThreadKind.of(task.name()), kind -> new ArrayList<>())
                    .add(Long.toString(task.id()));
        }
        for (Map.Entry<ThreadKind, List<String>> kind : threads.entrySet()) {
            Path output = work.resolve("strace-" + kind.getKey());
            List<String> words = new ArrayList<>(List.of("strace", "-c", "-o", output.toString()));
            kind.getValue().forEach(id -> words.addAll(List.of("-p", id)));
            Process process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(work.resolve("strace.out").toFile())
                    .start();
            tracers.put(kind.getKey(), new Tracer(process, output));
        }
        for (Map.Entry<ThreadKind, List<String>> kind : threads.entrySet()) {
            for (String id : kind.getValue()) {
                awaitTraced(pid, id, kind.getKey());
            }
        }
    }

    /** A thread that is not one of the program's own may end at any time, and need not be watched then. */
    private void awaitTraced(long pid, String id, ThreadKind kind) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "task", id, "status");
        long until = System.nanoTime() + ATTACH_NANOS;
        while (Files.exists(status) && Files.readString(status).contains("TracerPid:\t0\n")) {
            if (System.nanoTime() > until || !isAlive(kind)) {
                throw new IOException("strace: thread " + id + " is not watched (expected: strace may attach)");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private boolean isAlive(ThreadKind kind) {
        Tracer tracer = tracers.get(kind);
        return tracer != null && tracer.process().isAlive();
    }

    /** Ends the counting. */
    Map<ThreadKind, Map<String, Long>> counts() throws IOException, InterruptedException {
        Map<ThreadKind, Map<String, Long>> counts = new EnumMap<>(ThreadKind.class);
        for (Map.Entry<ThreadKind, Tracer> tracer : tracers.entrySet()) {
            tracer.getValue().process().destroy();
            if (!tracer.getValue().process().waitFor(20, TimeUnit.SECONDS)) {
                throw new IOException("strace: does not end (expected: within 20 s)");
            }
            Map<String, Long> calls = new TreeMap<>();
            Matcher line = LINE.matcher(Files.readString(tracer.getValue().output()));
            while (line.find()) {
                if (!line.group(2).equals("total")) {
                    calls.merge(line.group(2), Long.parseLong(line.group(1)), Long::sum);
                }
            }
            counts.put(tracer.getKey(), calls);
        }
        return counts;
    }

    @Override
    public void close() {
        tracers.values().forEach(tracer -> tracer.process().destroy());
    }
}
