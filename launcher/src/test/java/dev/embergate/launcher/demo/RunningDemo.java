package dev.embergate.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.embergate.launcher.cli.CommandLineProgram;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The demo as a visitor starts it, on free ports; what it prints is what tests know of it. */
final class RunningDemo implements AutoCloseable {
    private static final Pattern LINE = Pattern.compile("(?m)^  (\\S+) +(\\S+)");
    private static final Pattern TOKEN = Pattern.compile("api_key=([0-9a-f]{32})");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    private final Thread thread;

    RunningDemo(String... options) {
        List<String> arguments = new ArrayList<>(List.of("demo", "--port", "0", "--admin-port", "0"));
        arguments.addAll(List.of(options));
        thread = new Thread(
                () -> exitCode.complete(
                        new CommandLineProgram(Map.of(), new PrintWriter(out, true), new PrintWriter(err, true))
                                .execute(arguments.toArray(String[]::new))),
                "demo-under-test");
        thread.start();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> exitCode.isDone() || printed().contains("Ctrl-C"));
        assertThat(exitCode).describedAs(() -> printed() + complained()).isNotDone();
    }

    String printed() {
        return out.toString();
    }

    String complained() {
        return err.toString();
    }

    /** The second word of the line that begins with that one: {@code proxy}, {@code admin}, {@code config} ... */
    String told(String name) {
        Matcher line = LINE.matcher(printed());
        while (line.find()) {
            if (line.group(1).equals(name)) {
                return line.group(2);
            }
        }
        throw new AssertionError("no line " + name + " in\n" + printed());
    }

    String token() {
        Matcher token = TOKEN.matcher(printed());
        assertThat(token.find()).isTrue();
        return token.group(1);
    }

    /** Interrupts it and returns its exit code. */
    int stop() throws Exception {
        thread.interrupt();
        return exitCode.get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        thread.interrupt();
        exitCode.orTimeout(30, TimeUnit.SECONDS).join();
    }
}
