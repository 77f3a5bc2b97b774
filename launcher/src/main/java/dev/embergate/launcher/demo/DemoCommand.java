package dev.embergate.launcher.demo;

import dev.embergate.engine.control.EngineStatus;
import dev.embergate.launcher.Logging;
import dev.embergate.launcher.config.InvalidConfiguration;
import dev.embergate.launcher.config.Quantity;
import dev.embergate.launcher.setup.ConfigFile;
import dev.embergate.launcher.setup.ConfigurationLoader;
import dev.embergate.launcher.setup.Overrides;
import dev.embergate.launcher.setup.Program;
import dev.embergate.launcher.setup.StartFailure;
import dev.embergate.rules.testkit.fake.FakeEmby;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Runs the program between pretended servers until it is stopped, and tells what to try. */
@Command(
        name = "demo",
        description = "Try it without an Emby of your own: pretended servers, a real film, and the proxy between them.",
        mixinStandardHelpOptions = true,
        optionListHeading = "%nOptions:%n")
public final class DemoCommand implements Callable<Integer> {
    private static final Duration LONGEST_STOP = Duration.ofSeconds(30);

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            defaultValue = "8095",
            description = "Port of the proxy; 0 for any free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Port for health and metrics; 0 for any free one (default: ${DEFAULT-VALUE}).")
    private int adminPort;

    @Option(
            names = {"-d", "--data"},
            paramLabel = "FOLDER",
            description = "Keep the demo's files in demo/ below this folder (default: a temporary one).")
    private @Nullable Path data;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "Stop after that time, such as 30s (default: run until Ctrl-C).")
    private @Nullable Duration time;

    @Option(names = "--drive-down", description = "Pretend that the drive is down: films then come through the proxy.")
    private boolean driveDown;

    @Option(names = "--debug", description = "Show where a failure comes from.")
    @SuppressWarnings("UnusedVariable") // whoever reports failures asks picocli for it
    private boolean debug;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    static final class TimeConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            try {
                return Quantity.duration(value);
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new TypeConversionException(value + " (expected: a time such as 30s or 5m)");
            }
        }
    }

    /** @return 1 when a request broke the interface of Emby or Alist, which is a defect of this program */
    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Thread hook = new Thread(() -> awaitEnd(asked, ended), "embergate-demo-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try (DemoFolder folder = DemoFolder.open(data);
                DemoServers servers = DemoServers.start()) {
            if (driveDown) {
                servers.drive().down();
            }
            Path config = DemoConfig.write(folder.path(), port, adminPort, servers);
            DemoNews news = new DemoNews(out);
            try (Program program = start(config)) {
                guide(program, servers, config).print(out);
                news.follow(servers);
                awaitStop(asked);
            }
            news.printSum();
            return told(servers.violations());
        } finally {
            ended.countDown();
            removeHook(hook);
        }
    }

    /** The way {@code embergate run} starts. */
    private static Program start(Path config) throws InvalidConfiguration, StartFailure {
        Program program = Program.prepare(
                new ConfigurationLoader(config, Map.of(), Overrides.NONE), Logging::apply, Logging::access);
        boolean listening = false;
        try {
            program.listen();
            listening = true;
            return program;
        } catch (StartFailure e) {
            throw new StartFailure(
                    e.getMessage() + "; the demo's ports are set with --port PORT and --admin-port PORT", e);
        } finally {
            if (!listening) {
                program.close();
            }
        }
    }

    private DemoGuide guide(Program program, DemoServers servers, Path config) throws IOException {
        int realPort = port;
        int realAdminPort = adminPort;
        for (EngineStatus.Listener listener : program.engine().status().listeners()) {
            if (listener.name().equals(ConfigFile.Admin.LISTENER)) {
                realAdminPort = listener.port();
            } else {
                realPort = listener.port();
            }
        }
        return new DemoGuide(
                servers, realPort, realAdminPort, config, servers.emby().token(FakeEmby.USER), driveDown);
    }

    /** Until the time is up, Ctrl-C, or an interrupt, which is taken as a wish to end and not passed on: closing blocks. */
    private void awaitStop(CountDownLatch asked) {
        try {
            if (time == null) {
                asked.await();
            } else if (!asked.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
                spec.commandLine().getOut().println("The time is up.");
            }
        } catch (InterruptedException e) {
            spec.commandLine().getOut().println("Interrupted.");
        }
    }

    private Integer told(List<String> violations) {
        PrintWriter err = spec.commandLine().getErr();
        violations.forEach(violation -> err.println("not as the real server has it: " + violation));
        err.flush();
        return violations.isEmpty() ? 0 : 1;
    }

    /** Ctrl-C: lets the demo end in order, as the process lives only as long as this runs. */
    private static void awaitEnd(CountDownLatch asked, CountDownLatch ended) {
        asked.countDown();
        try {
            if (!ended.await(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                Runtime.getRuntime().halt(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // Shutting down already, and it runs.
        }
    }
}
