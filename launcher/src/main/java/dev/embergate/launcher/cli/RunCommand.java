package dev.embergate.launcher.cli;

import dev.embergate.engine.control.EngineStatus;
import dev.embergate.launcher.Logging;
import dev.embergate.launcher.Version;
import dev.embergate.launcher.setup.ConfigWatch;
import dev.embergate.launcher.setup.Program;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "run",
        description = "Start the proxy and keep it running.",
        mixinStandardHelpOptions = true,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nSignals:%n",
        footer = {
            "  HUP         read the configuration again (a changed file does the same)",
            "  TERM, INT   finish running requests, then stop; a second one stops at once"
        })
final class RunCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    /** Returns when the program is interrupted; a signal ends the process from within its shutdown hook. */
    @Override
    public Integer call() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (Program program = Program.prepare(options.loader(), Logging::apply, Logging::access)) {
            program.listen();
            LOG.info("{} started", Version.line());
            for (EngineStatus.Listener listener : program.engine().status().listeners()) {
                LOG.info("{} listens on {}:{}", listener.name(), listener.address(), listener.port());
            }
            Thread hook = new Thread(() -> stop(program, closed), "embergate-stop");
            Runtime.getRuntime().addShutdownHook(hook);
            Signals.stopWith(() -> System.exit(0));
            Signals.onHangUp(program.reloader()::reload);
            try (ConfigWatch watch = ConfigWatch.start(program.loader(), program.reloader()::reload)) {
                awaitEnd(closed, watch);
            } finally {
                removeHook(hook);
            }
        }
        return 0;
    }

    private static void stop(Program program, CountDownLatch closed) {
        LOG.info("stopping");
        program.close();
        LOG.info("stopped");
        closed.countDown();
    }

    private static void awaitEnd(CountDownLatch closed, @Nullable ConfigWatch watch) {
        try {
            LOG.debug("files are {}", watch == null ? "not watched" : "watched");
            closed.await();
        } catch (InterruptedException e) {
            LOG.info("interrupted");
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.debug("already shutting down");
        }
    }
}
