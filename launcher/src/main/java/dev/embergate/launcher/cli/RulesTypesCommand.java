package dev.embergate.launcher.cli;

import dev.embergate.launcher.config.InvalidConfiguration;
import dev.embergate.launcher.config.Problems;
import dev.embergate.launcher.config.Suggestion;
import dev.embergate.launcher.manual.ManualPage;
import dev.embergate.launcher.setup.RuleCatalogue;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "types",
        description = "The manual: which types of rules there are, and their settings.",
        mixinStandardHelpOptions = true,
        optionListHeading = "%nOptions:%n")
final class RulesTypesCommand implements Callable<Integer> {
    @Parameters(index = "0", arity = "0..1", paramLabel = "TYPE", description = "Only this one, with its settings.")
    private @Nullable String type;

    @Option(
            names = "--plugins",
            paramLabel = "FOLDER",
            defaultValue = "plugins",
            description = "Folder of plug-in jars (default: ${DEFAULT-VALUE}; or EMBERGATE_PLUGINS).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path plugins;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InvalidConfiguration {
        Problems problems = new Problems();
        PrintWriter out = spec.commandLine().getOut();
        try (RuleCatalogue catalogue = RuleCatalogue.load(plugins, problems)) {
            problems.throwIfAny();
            if (type == null) {
                out.print(ManualPage.overview(catalogue.types()));
            } else {
                out.print(ManualPage.text(find(catalogue, type)));
            }
            out.flush();
        }
        return 0;
    }

    private RuleCatalogue.Type find(RuleCatalogue catalogue, String word) {
        return catalogue.types().stream()
                .filter(one -> one.factory().type().equals(word))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "\"" + word + "\" is no type of rule " + Suggestion.expected(word, catalogue.words())));
    }
}
