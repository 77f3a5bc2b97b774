package dev.embergate.launcher.cli;

import dev.embergate.engine.control.EngineStatus;
import dev.embergate.launcher.Logging;
import dev.embergate.launcher.Version;
import dev.embergate.launcher.config.InvalidConfiguration;
import dev.embergate.launcher.setup.ConfigWatch;
import dev.embergate.launcher.setup.ConfigurationLoader;
import dev.embergate.launcher.setup.Program;
import dev.embergate.launcher.setup.StartFailure;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program from its start to its end. */
final class Running {
    private static final Logger LOG = LoggerFactory.getLogger(Running.class);

    private Running() {}

    /** Returns the exit code when the program is interrupted; a signal ends the process from within its shutdown hook. */
    static int run(ConfigurationLoader loader) throws InvalidConfiguration, StartFailure {
        CountDownLatch closed = new CountDownLatch(1);
        try (Program program = Program.prepare(loader, Logging::apply, Logging::access)) {
            program.listen();
            LOG.info("{} started", Version.line());
            for (EngineStatus.Listener listener : program.engine().status().listeners()) {
                LOG.info("{} listens on {}:{}", listener.name(), listener.address(), listener.port());
            }
            Thread hook = new Thread(() -> stop(program, closed), "embergate-stop");
            Runtime.getRuntime().addShutdownHook(hook);
            Signals.stopWith(() -> System.exit(0));
            Signals.onHangUp(program.reloader()::reload);
            try (ConfigWatch _ = ConfigWatch.start(program.loader(), program.reloader()::reload)) {
                awaitEnd(closed);
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

    private static void awaitEnd(CountDownLatch closed) {
        try {
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
