package dev.embergate.launcher.cli;

import dev.embergate.engine.control.EngineControl.Explanation;
import dev.embergate.engine.spi.Headers;
import dev.embergate.launcher.setup.Configuration;
import dev.embergate.launcher.setup.Program;
import dev.embergate.launcher.setup.StartFailure;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "explain",
        description = "Tell which rule would answer a request, and why the ones before it would not.",
        mixinStandardHelpOptions = true,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = "  embergate rules explain GET '/emby/videos/7/stream.mkv?Static=true' -H 'X-Emby-Token: ...'%n%n"
                + "Look-ups that rules make are made. Nothing is listened on.")
final class RulesExplainCommand implements Callable<Integer> {
    private static final long MAX_WAIT_SECONDS = 60;

    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Parameters(index = "0", paramLabel = "METHOD", description = "Such as GET.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String method;

    @Parameters(index = "1", paramLabel = "URL", description = "A path with its query, or a whole address.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String url;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "'NAME: VALUE'",
            description = "A header field of the request; may be repeated.")
    private List<String> headers = List.of();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Asked asked = asked();
        try (Program program = Program.rehearse(options.loader())) {
            List<Explanation> explanations = program.engine()
                    .explain(Configuration.PROXY_TABLE, method, asked.target(), asked.headers())
                    .toCompletableFuture()
                    .get(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
            print(explanations, spec.commandLine().getOut());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw new ParameterException(spec.commandLine(), String.valueOf(refused.getMessage()), refused);
            }
            throw e;
        } catch (TimeoutException e) {
            throw new StartFailure("no decision within " + MAX_WAIT_SECONDS + " seconds", e);
        }
        return 0;
    }

    private record Asked(String target, Headers headers) {}

    private Asked asked() {
        try {
            Headers fields = Headers.EMPTY;
            for (String header : headers) {
                int colon = header.indexOf(':');
                if (colon <= 0) {
                    throw new IllegalArgumentException("-H: (expected: 'Name: value')");
                }
                fields = fields.with(
                        header.substring(0, colon).strip(),
                        header.substring(colon + 1).strip());
            }
            if (url.startsWith("/")) {
                return new Asked(url, fields.first("Host") == null ? fields.with("Host", "localhost") : fields);
            }
            URI address = new URI(url);
            if (address.getRawAuthority() == null) {
                throw new IllegalArgumentException(
                        "URL: (expected: a path such as /web/index.html, or http://host/path)");
            }
            String path = address.getRawPath().isEmpty() ? "/" : address.getRawPath();
            String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
            return new Asked(path + query, fields.without("Host").with("Host", address.getRawAuthority()));
        } catch (IllegalArgumentException | URISyntaxException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    static void print(List<Explanation> explanations, PrintWriter out) {
        int ruleWidth = "RULE".length();
        int typeWidth = "TYPE".length();
        for (Explanation explanation : explanations) {
            ruleWidth = Math.max(ruleWidth, rule(explanation).length());
            typeWidth = Math.max(typeWidth, explanation.type().length());
        }
        String line = "%s %-" + ruleWidth + "s  %-" + typeWidth + "s  %-5s  %s%n";
        out.printf(line, " ", "RULE", "TYPE", "ASKED", "WHY");
        for (Explanation explanation : explanations) {
            out.printf(
                    line,
                    explanation.answers() ? ">" : " ",
                    rule(explanation),
                    explanation.type(),
                    explanation.asked() ? "yes" : "no",
                    explanation.detail());
        }
        out.flush();
    }

    private static String rule(Explanation explanation) {
        return explanation.rule().isEmpty() ? "(default)" : explanation.rule();
    }
}
