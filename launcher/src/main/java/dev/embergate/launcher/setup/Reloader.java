package dev.embergate.launcher.setup;

import dev.embergate.engine.control.Reload;
import dev.embergate.launcher.config.InvalidConfiguration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the files anew and puts the rules in place, whole or not at all. Asked by a signal, a changed file, or admin. */
public final class Reloader implements Reload {
    private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);

    private final ConfigurationLoader loader;
    private final RuleCatalogue catalogue;
    private final RuleInstaller installer;
    private final Consumer<ConfigFile.Log> logging;
    private final Runnable certificates;
    private final ConfigFile running;

    /**
     * @param running what the engine was started with
     * @param logging puts the section {@code log} into effect
     * @param certificates reads changed certificates again
     */
    public Reloader(
            ConfigurationLoader loader,
            RuleCatalogue catalogue,
            RuleInstaller installer,
            Consumer<ConfigFile.Log> logging,
            Runnable certificates,
            ConfigFile running) {
        this.loader = loader;
        this.catalogue = catalogue;
        this.installer = installer;
        this.logging = logging;
        this.certificates = certificates;
        this.running = running;
    }

    /** Logs the outcome: callers need not. */
    @Override
    public synchronized Result reload() {
        try {
            // Plug-in jars stay those of the start: rules of the old table may still run code of theirs.
            Configuration read = loader.load((plugins, problems) -> catalogue);
            installer.install(read);
            logging.accept(read.file().log());
            certificates.run();
            List<String> restartNeeded = Changes.needingRestart(running, read.file());
            LOG.info("reloaded, rules: {}", read.rules().size());
            if (!restartNeeded.isEmpty()) {
                LOG.warn("changed but in effect only after a restart: {}", String.join(", ", restartNeeded));
            }
            return new Result(List.of(), restartNeeded);
        } catch (InvalidConfiguration e) {
            LOG.error("not reloaded, everything stays as it was:\n{}", String.join("\n", e.problems()));
            return new Result(e.problems(), List.of());
        } catch (RuntimeException e) {
            LOG.error("not reloaded, everything stays as it was", e);
            return new Result(List.of("reload: failed inside (expected: see the log)"), List.of());
        }
    }
}
