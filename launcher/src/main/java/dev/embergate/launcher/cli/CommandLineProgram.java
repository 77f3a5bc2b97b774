package dev.embergate.launcher.cli;

import dev.embergate.launcher.config.InvalidConfiguration;
import dev.embergate.launcher.setup.ConfigurationLoader;
import dev.embergate.launcher.setup.StartFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs one command line, and says on standard error what went wrong. */
public final class CommandLineProgram {
    /** It could not be done: a port in use, a folder that cannot be written. */
    static final int FAILED = 1;
    /** It was asked wrongly: a command line or a configuration with mistakes. */
    static final int MISTAKEN = 2;

    private final Map<String, String> environment;
    private final PrintWriter out;
    private final PrintWriter err;

    public CommandLineProgram(Map<String, String> environment, PrintWriter out, PrintWriter err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    /** @return the exit code: 0, 1 when it failed, 2 when it was asked wrongly */
    public int execute(String... args) {
        if (WarmUp.isAsked(args)) {
            try {
                return WarmUp.run(out, err);
            } catch (IOException e) {
                return told(e, false);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return FAILED;
            }
        }
        PlainRun.Asked plain = PlainRun.read(args, environment);
        if (plain != null) {
            try {
                return Running.run(new ConfigurationLoader(plain.config(), environment, plain.overrides()));
            } catch (Exception e) {
                return told(e, false);
            }
        }
        return new CommandLine(new EmbergateCommand(environment))
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setDefaultValueProvider(this::fromEnvironment)
                .setParameterExceptionHandler(this::misused)
                .setExecutionExceptionHandler(this::failed)
                .execute(args);
    }

    /** {@code EMBERGATE_CONFIG} stands for {@code --config}, and so on. */
    private @Nullable String fromEnvironment(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option) || option.usageHelp() || option.versionHelp()) {
            return null;
        }
        return fromEnvironment(option.longestName().replaceFirst("^-+", ""), environment);
    }

    static @Nullable String fromEnvironment(String name, Map<String, String> environment) {
        String value =
                environment.get("EMBERGATE_" + name.toUpperCase(Locale.ROOT).replace('-', '_'));
        // Kubernetes sets EMBERGATE_PORT=tcp://... in pods beside a service called embergate.
        return value == null || value.isEmpty() || value.startsWith("tcp://") ? null : value;
    }

    private int misused(CommandLine.ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        err.println("embergate: " + e.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(e, err)) {
            err.println("See " + command.getCommandSpec().qualifiedName() + " --help");
        }
        return MISTAKEN;
    }

    private int failed(Exception e, CommandLine command, ParseResult parsed) {
        return told(e, debug(parsed));
    }

    private int told(Exception e, boolean debug) {
        if (debug) {
            e.printStackTrace(err);
        }
        switch (e) {
            case InvalidConfiguration invalid -> {
                invalid.problems().forEach(err::println);
                int count = invalid.problems().size();
                err.println("embergate: " + count + (count == 1 ? " problem" : " problems") + " in the configuration");
                return MISTAKEN;
            }
            case StartFailure failure -> err.println("embergate: " + failure.getMessage());
            default -> err.println("embergate: failed with " + e + (debug ? "" : " (--debug shows where)"));
        }
        return FAILED;
    }

    private boolean debug(ParseResult parsed) {
        ParseResult deepest = parsed;
        while (deepest.hasSubcommand()) {
            deepest = deepest.subcommand();
        }
        return deepest.hasMatchedOption("--debug") || "true".equalsIgnoreCase(environment.get("EMBERGATE_DEBUG"));
    }
}
