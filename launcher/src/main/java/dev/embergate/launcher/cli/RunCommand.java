package dev.embergate.launcher.cli;

import java.util.concurrent.Callable;
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
    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Override
    public Integer call() throws Exception {
        return Running.run(options.loader());
    }
}
