package dev.embergate.launcher.cli;

import dev.embergate.launcher.setup.ConfigurationLoader;
import dev.embergate.launcher.setup.Overrides;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of every command that reads a configuration. */
final class ConfigOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "config.yml",
            description = "The configuration (default: ${DEFAULT-VALUE}; or EMBERGATE_CONFIG). Rule files are read from"
                    + " rules/ beside it.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path config;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "Port of the first listener, instead of the file's (or EMBERGATE_PORT).")
    private @Nullable Integer port;

    @Option(
            names = {"-d", "--data"},
            paramLabel = "FOLDER",
            description = "Folder to write to, instead of the file's (or EMBERGATE_DATA).")
    private @Nullable Path data;

    @Option(names = "--debug", description = "Show where a failure comes from.")
    @SuppressWarnings(
            "UnusedVariable") // CommandLineProgram asks the parse result, which is there when loading fails, too
    private boolean debug;

    ConfigurationLoader loader() {
        return new ConfigurationLoader(
                config, EmbergateCommand.of(spec.commandLine()).environment(), overrides());
    }

    Overrides overrides() {
        if (port != null && (port < 0 || port > 65535)) {
            throw new ParameterException(spec.commandLine(), "--port: " + port + " (expected: 0 to 65535)");
        }
        Path dataFolder = data == null ? null : data.toAbsolutePath().normalize();
        return new Overrides(port, dataFolder);
    }

    Path config() {
        return config;
    }
}
