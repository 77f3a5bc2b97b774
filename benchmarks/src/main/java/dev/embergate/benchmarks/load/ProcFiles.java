package dev.embergate.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What Linux tells about processes in {@code /proc}. */
final class ProcFiles {
    /** Of the times in {@code /proc/PID/stat}; USER_HZ, which is 100 on every platform that Embergate is built for. */
    private static final double TICKS_PER_SECOND = 100;

    private ProcFiles() {}

    /** CPU seconds of a process and all below it, as far as they still live. */
    static double treeCpuSeconds(ProcessHandle process) {
        return tree(process).mapToDouble(each -> cpuSeconds(each.pid())).sum();
    }

    /** Sums a field such as {@code VmRSS} over a process and all below it, in KB. */
    static long treeKilobytes(ProcessHandle process, String field) {
        return tree(process).mapToLong(each -> kilobytes(each.pid(), field)).sum();
    }

    private static Stream<ProcessHandle> tree(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants());
    }

    /** Zero when it has ended. */
    static double cpuSeconds(long pid) {
        return cpuSeconds(Path.of("/proc", Long.toString(pid), "stat"));
    }

    /** The same for one thread. */
    static double cpuSeconds(long pid, long thread) {
        return cpuSeconds(Path.of("/proc", Long.toString(pid), "task", Long.toString(thread), "stat"));
    }

    private static double cpuSeconds(Path stat) {
        String text = read(stat);
        // The name in brackets may hold anything; behind it come the state and, as 12th and 13th, utime and stime.
        int behind = text.lastIndexOf(')') + 2;
        if (behind < 2) {
            return 0;
        }
        String[] fields = text.substring(behind).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /** CPU seconds of a process and of those that it has started and seen end. */
    static double cpuSecondsWithEnded(long pid) {
        String text = read(Path.of("/proc", Long.toString(pid), "stat"));
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
        long ticks = 0;
        for (int utimeToCstime = 11; utimeToCstime <= 14; utimeToCstime++) {
            ticks += Long.parseLong(fields[utimeToCstime]);
        }
        return ticks / TICKS_PER_SECOND;
    }

    /** CPU seconds of one kind of thread of the program. */
    static double cpuSeconds(long pid, ThreadKind kind) {
        return tasks(pid).stream()
                .filter(task -> ThreadKind.of(task.name()) == kind)
                .mapToDouble(task -> cpuSeconds(pid, task.id()))
                .sum();
    }

    static long kilobytes(long pid, String field) {
        return read(Path.of("/proc", Long.toString(pid), "status"))
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    static int openFiles(long pid) {
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return (int) files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One thread of a process, by the name that the kernel has of it: 15 letters at most. */
    record Task(long id, String name) {}

    static List<Task> tasks(long pid) {
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            return tasks.map(task -> new Task(
                            Long.parseLong(task.getFileName().toString()),
                            read(task.resolve("comm")).strip()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty when the process or thread has ended. */
    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException ended) {
            return "";
        }
    }
}
