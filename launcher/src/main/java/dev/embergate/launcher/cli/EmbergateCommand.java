package dev.embergate.launcher.cli;

import dev.embergate.launcher.Version;
import dev.embergate.launcher.demo.DemoCommand;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line as a whole: lists what there is. */
@Command(
        name = "embergate",
        description = "A reverse proxy in front of Emby that sends players straight to the cloud drive.",
        mixinStandardHelpOptions = true,
        versionProvider = EmbergateCommand.Build.class,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nFirst steps:%n",
        footer = {
            "  embergate demo                      try it, without an Emby of your own",
            "  cp config-example.yml config.yml    then edit it",
            "  embergate rules check               is it right?",
            "  embergate run",
            "",
            "Exit codes: 0 fine; 1 could not be done (port in use, folder not writable);",
            "2 mistakes in the command line or the configuration."
        },
        subcommands = {RunCommand.class, DemoCommand.class, RulesCommand.class, VersionCommand.class})
final class EmbergateCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    EmbergateCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Variables that configurations may name. */
    Map<String, String> environment() {
        return environment;
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "no command (expected: run, rules, demo or version)");
    }

    static final class Build implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {Version.line()};
        }
    }

    static EmbergateCommand of(CommandLine command) {
        CommandLine top = command;
        while (top.getParent() != null) {
            top = top.getParent();
        }
        return top.getCommand();
    }
}
