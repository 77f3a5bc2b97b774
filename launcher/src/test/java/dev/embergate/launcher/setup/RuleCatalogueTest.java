package dev.embergate.launcher.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.testkit.HeadOf;
import dev.embergate.launcher.config.Problem;
import dev.embergate.launcher.config.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleCatalogueTest {
    private static final Path MANUAL = Path.of("../docs/plugins.md");

    @TempDir
    Path folder;

    private Path plugins;
    private final Problems problems = new Problems();

    @BeforeEach
    void makeFolder() throws IOException {
        plugins = Files.createDirectory(folder.resolve("plugins"));
    }

    private static String sample() throws IOException {
        Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(MANUAL));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    private List<String> told() {
        return problems.list().stream()
                .map(Problem::toString)
                .map(line -> line.replace(plugins + "/", ""))
                .toList();
    }

    /** A factory whose {@code type()} is an expression of ours. */
    private static String factory(String name, String type) {
        return """
                public final class %s implements dev.embergate.engine.spi.RuleFactory<%s.Nothing> {
                    public record Nothing() {}
                    public String type() { return %s; }
                    public String summary() { return "Does nothing."; }
                    public Class<Nothing> config() { return Nothing.class; }
                    public java.util.List<dev.embergate.engine.spi.Route> routes(Nothing nothing) { return java.util.List.of(); }
                    public dev.embergate.engine.spi.Rule create(Nothing nothing, dev.embergate.engine.spi.RuleServices services) {
                        return (request, context) -> null;
                    }
                    static String sees(String name) {
                        try {
                            Class.forName(name);
                            return "seen";
                        } catch (ClassNotFoundException e) {
                            return "hidden";
                        }
                    }
                }
                """.formatted(name, name, type);
    }

    @Test
    void theSampleOfTheManualHasAtMostFifteenLinesAndAnswers() throws Exception {
        assertThat(sample().lines()).hasSizeLessThanOrEqualTo(15);
        PluginJar.of(plugins.resolve("teapot.jar"), "com.example.Teapot", sample());
        Files.writeString(
                folder.resolve("config.yml"),
                "upstreams: { emby: { url: http://127.0.0.1:1 } }\n"
                        + "rules: [{ name: tea, type: teapot, with: { text: hot } }, { name: t2, type: teapot }]\n");
        try (RuleCatalogue catalogue = RuleCatalogue.load(plugins, problems)) {
            assertThat(problems.list()).isEmpty();
            FakeEngine engine = new FakeEngine();
            new RuleInstaller(engine, engine)
                    .install(new ConfigurationLoader(folder.resolve("config.yml"), Map.of(), Overrides.NONE)
                            .load((path, found) -> catalogue));
            assertThat(engine.tables.getLast().getFirst().rule().decide(HeadOf.get("/teapot"), null))
                    .isInstanceOfSatisfying(
                            Outcome.Respond.class,
                            answer -> assertThat(answer.status()).isEqualTo(418));
        }
    }

    @Test
    void aPluginSeesTheSpiButNotOurInside() throws Exception {
        PluginJar.of(
                plugins.resolve("a.jar"),
                "A",
                factory(
                        "A",
                        "sees(\"picocli.CommandLine\") + \"-\" + sees(\"dev.embergate.launcher.Main\") + \"-\""
                                + " + sees(\"dev.embergate.engine.Engine\") + \"-\" + sees(\"org.slf4j.Logger\") + \"-\""
                                + " + sees(\"com.fasterxml.jackson.databind.JsonNode\")"));
        try (RuleCatalogue catalogue = RuleCatalogue.load(plugins, problems)) {
            assertThat(problems.list()).isEmpty();
            assertThat(catalogue.words()).contains("hidden-hidden-hidden-seen-seen");
        }
    }

    @Test
    void aTypeThatExistsTwiceStopsTheStartNamingBoth() throws Exception {
        PluginJar.of(plugins.resolve("a.jar"), "A", factory("A", "\"same\""));
        PluginJar.of(plugins.resolve("b.jar"), "B", factory("B", "\"same\""));
        RuleCatalogue.load(plugins, problems).close();
        assertThat(told())
                .containsExactly(
                        "b.jar: type same is there already: B in b.jar, A in a.jar (expected: each type once)");
    }

    @Test
    void eachBrokenJarIsOneProblem() throws Exception {
        Files.writeString(plugins.resolve("a-text.jar"), "no zip at all");
        PluginJar.pack(plugins.resolve("b-empty.jar"), Files.createDirectory(folder.resolve("empty")));
        Path classless = Files.createDirectory(folder.resolve("classless"));
        Files.createDirectories(classless.resolve(PluginJar.SERVICE).getParent());
        Files.writeString(classless.resolve(PluginJar.SERVICE), "com.example.Missing\n");
        PluginJar.pack(plugins.resolve("c-classless.jar"), classless);
        PluginJar.of(plugins.resolve("d-type.jar"), "D", factory("D", "\"Not A Type\""));
        PluginJar.of(plugins.resolve("e-throws.jar"), "E", factory("E", "String.valueOf(1 / (1 - 1))"));
        Files.writeString(plugins.resolve("readme.txt"), "not looked at");

        RuleCatalogue.load(plugins, problems).close();
        List<String> told = told();
        assertThat(told).hasSize(5);
        assertThat(told.get(0))
                .isEqualTo("a-text.jar: cannot be read as a jar (expected: a plug-in, or no file of that name)");
        assertThat(told.get(1)).startsWith("b-empty.jar: not a plug-in (expected: an entry META-INF/services/");
        assertThat(told.get(2))
                .startsWith("c-classless.jar: cannot be loaded: ")
                .contains("com.example.Missing");
        assertThat(told.get(3)).startsWith("d-type.jar: type \"Not A Type\" of D");
        assertThat(told.get(4)).startsWith("e-throws.jar: cannot be loaded: ArithmeticException");
    }

    @Test
    void aMissingFolderMeansNoPlugins() {
        RuleCatalogue.load(folder.resolve("nowhere"), problems).close();
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void aFolderThatIsAFileIsAProblem() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        RuleCatalogue.load(file, problems).close();
        assertThat(told()).containsExactly(file + ": cannot be read (expected: a folder of plug-in jars)");
    }
}
