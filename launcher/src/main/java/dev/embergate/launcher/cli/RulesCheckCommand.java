package dev.embergate.launcher.cli;

import dev.embergate.launcher.setup.Program;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        description = "Check the configuration and all rules; tell every problem with its file, line and key.",
        mixinStandardHelpOptions = true,
        optionListHeading = "%nOptions:%n")
final class RulesCheckCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        try (Program program = Program.rehearse(options.loader())) {
            int rules = program.configuration().rules().size();
            spec.commandLine()
                    .getOut()
                    .println(options.config() + ": fine (" + rules + (rules == 1 ? " rule)" : " rules)"));
        }
        return 0;
    }
}
