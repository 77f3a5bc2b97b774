package dev.embergate.launcher.setup;

import dev.embergate.admin.AdminAccess;
import dev.embergate.admin.AdminRules;
import dev.embergate.engine.Engine;
import dev.embergate.engine.EngineConfig;
import dev.embergate.engine.control.EngineControl.UnreachableRulesException;
import dev.embergate.engine.telemetry.AccessSink;
import dev.embergate.launcher.config.InvalidConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A configuration, the engine that carries it out, and what reloads it. */
public final class Program implements AutoCloseable {
    private final ConfigurationLoader loader;
    private final Configuration configuration;
    private final RuleCatalogue catalogue;
    private final Engine engine;
    private final Reloader reloader;

    private Program(
            ConfigurationLoader loader,
            Configuration configuration,
            RuleCatalogue catalogue,
            Engine engine,
            Reloader reloader) {
        this.loader = loader;
        this.configuration = configuration;
        this.catalogue = catalogue;
        this.engine = engine;
        this.reloader = reloader;
    }

    /**
     * Reads the files, starts the engine and puts the rules in place. Nothing is listened on yet.
     *
     * @param logging puts the section {@code log} into effect
     * @param access where access lines go; null for the logger
     */
    public static Program prepare(
            ConfigurationLoader loader, Consumer<ConfigFile.Log> logging, @Nullable AccessSink access)
            throws InvalidConfiguration, StartFailure {
        return prepare(loader, logging, access, Configuration::engine);
    }

    /** As {@link #prepare}, to ask rules about requests, beside a program that may be running: keeps no answers. */
    public static Program rehearse(ConfigurationLoader loader) throws InvalidConfiguration, StartFailure {
        return prepare(loader, log -> {}, null, Configuration::engineWithoutCache);
    }

    private static Program prepare(
            ConfigurationLoader loader,
            Consumer<ConfigFile.Log> logging,
            @Nullable AccessSink access,
            Function<Configuration, EngineConfig> settings)
            throws InvalidConfiguration, StartFailure {
        AtomicReference<@Nullable RuleCatalogue> loaded = new AtomicReference<>();
        Engine engine = null;
        boolean prepared = false;
        try {
            Configuration configuration = loader.load((plugins, problems) -> {
                RuleCatalogue read = RuleCatalogue.load(plugins, problems);
                loaded.set(read);
                return read;
            });
            RuleCatalogue catalogue = Objects.requireNonNull(loaded.get(), "catalogue");
            logging.accept(configuration.file().log());
            engine = engine(settings.apply(configuration), access);
            RuleInstaller installer = new RuleInstaller(engine, engine.services());
            installer.install(configuration);
            Engine running = engine;
            Reloader reloader = new Reloader(
                    loader, catalogue, installer, logging, running::rereadCertificates, configuration.file());
            Program program = new Program(loader, configuration, catalogue, engine, reloader);
            program.installAdmin();
            prepared = true;
            return program;
        } finally {
            if (!prepared && engine != null) {
                engine.close();
            }
            RuleCatalogue read = loaded.get();
            if (!prepared && read != null) {
                read.close();
            }
        }
    }

    /** Checks the data folder and opens the ports: all of them, or none. */
    public void listen() throws StartFailure {
        DataFolder.check(configuration.dataDirectory());
        try {
            engine.listen();
        } catch (IOException e) {
            throw new StartFailure(
                    e.getMessage()
                            + " (expected: a free port and an address of this machine; stop what uses it, or set another in"
                            + " listeners:, admin: or --port PORT)",
                    e);
        }
    }

    public Engine engine() {
        return engine;
    }

    public Configuration configuration() {
        return configuration;
    }

    public ConfigurationLoader loader() {
        return loader;
    }

    public Reloader reloader() {
        return reloader;
    }

    /** Lets running exchanges finish, then closes everything. A second call waits for the first. */
    @Override
    public void close() {
        engine.close();
        catalogue.close();
    }

    private void installAdmin() {
        ConfigFile.Admin admin = configuration.file().admin();
        if (!admin.enabled()) {
            return;
        }
        AdminAccess access = admin.token() == null ? AdminAccess.local() : AdminAccess.token(admin.token());
        try {
            engine.replaceRules(
                    ConfigFile.Admin.LISTENER,
                    AdminRules.table(
                            engine, reloader, access, configuration.file().defaultUpstreamName()));
        } catch (UnreachableRulesException e) {
            throw new IllegalStateException("the admin's own rules hide each other", e);
        }
    }

    private static Engine engine(EngineConfig settings, @Nullable AccessSink access)
            throws InvalidConfiguration, StartFailure {
        try {
            return Engine.create(settings, access);
        } catch (IllegalArgumentException e) { // what is in certificates is only read when it is needed
            String message = String.valueOf(e.getMessage());
            throw new InvalidConfiguration(
                    List.of(message.startsWith("listener ") ? message : "upstreams: " + message));
        } catch (UncheckedIOException e) { // the cache's folder, which belongs to one process
            throw new StartFailure("the engine cannot start: " + e.getMessage(), e);
        } catch (IllegalStateException | UnsupportedOperationException e) {
            throw new StartFailure(
                    "the engine cannot start: " + e.getMessage() + " (expected: what this system has; auto picks one)",
                    e);
        }
    }
}
