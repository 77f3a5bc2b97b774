package dev.embergate.benchmarks.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another program, run to its end. */
final class Command {
    private Command() {}

    /**
     * What it wrote, errors included.
     *
     * @throws IOException when it is not there, fails, or has not ended after so many seconds; it is ended then
     */
    static String run(int mostSeconds, List<String> words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        Thread end = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(end);
        try {
            Thread reader = Thread.ofVirtual().start(() -> expire(process, mostSeconds));
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            reader.interrupt();
            if (status != 0) {
                throw new IOException(String.join(" ", words) + ": status " + status + " (expected: 0)\n" + text);
            }
            return text;
        } finally {
            process.destroyForcibly();
            try {
                Runtime.getRuntime().removeShutdownHook(end);
            } catch (IllegalStateException e) {
                // Ending already: the hook runs.
            }
        }
    }

    private static void expire(Process process, int mostSeconds) {
        try {
            if (!process.waitFor(mostSeconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
