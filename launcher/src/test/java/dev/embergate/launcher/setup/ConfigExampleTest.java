package dev.embergate.launcher.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.control.RuleEntry;
import dev.embergate.engine.match.RuleTable;
import dev.embergate.launcher.config.Problems;
import dev.embergate.launcher.config.Value;
import dev.embergate.launcher.config.YamlReader;
import dev.embergate.launcher.manual.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code config-example.yml} is the operator's first manual: it must load as it is, and leave nothing out. */
class ConfigExampleTest {
    private static final Path EXAMPLE = Path.of("../config-example.yml");
    private static final Map<String, String> ENVIRONMENT =
            Map.of("ALIST_TOKEN", "alist-token", "EMBERGATE_ADMIN_TOKEN", "0123456789abcdef");

    @TempDir
    Path folder;

    private static String asItIs() throws IOException {
        return Files.readString(EXAMPLE);
    }

    /** A {@code #} directly before a key or a dash switches an option off; prose has a space there. */
    private static String allSwitchedOn() throws IOException {
        return asItIs().replaceAll("(?m)^( *)#((- )?[a-z-]+:)", "$1$2").replace("enabled: false", "enabled: true");
    }

    private Configuration load(String text, Map<String, String> environment) throws Exception {
        Path file = Files.writeString(folder.resolve("config.yml"), text);
        Files.createDirectories(folder.resolve("certs"));
        Files.writeString(folder.resolve("certs/fullchain.pem"), "");
        Files.writeString(folder.resolve("certs/privkey.pem"), "");
        return new ConfigurationLoader(file, environment, Overrides.NONE).load(RuleCatalogue::load);
    }

    @Test
    void itLoadsAsItIsWithoutAnyVariable() throws Exception {
        Configuration read = load(asItIs(), Map.of());
        assertThat(read.rules()).isEmpty();
        Configuration minimal = load("upstreams: { emby: { url: \"http://127.0.0.1:8096\" } }", Map.of());
        assertThat(Changes.needingRestart(read.file(), minimal.file()))
                .as("options whose value in the example is not their default")
                .containsExactly("default-upstream");
    }

    @Test
    void itLoadsWithEverythingSwitchedOnAndHidesNoRule() throws Exception {
        Configuration read = load(allSwitchedOn(), ENVIRONMENT);
        FakeEngine engine = new FakeEngine();
        Configuration installable = withoutFiles(read);
        new RuleInstaller(engine, engine).install(installable);
        List<RuleEntry> entries = engine.tables.getLast();
        assertThat(entries).hasSameSizeAs(installable.rules());
        assertThat(RuleTable.of(entries).unreachable()).isEmpty();
        for (RuleEntry entry : entries) {
            if (entry.rule() instanceof AutoCloseable closeable) {
                closeable.close();
            }
        }
    }

    /** Rules look for files where the fake engine says, which is the working directory. */
    private static Configuration withoutFiles(Configuration read) {
        List<PlannedRule<?>> rules = new ArrayList<>(read.rules());
        rules.removeIf(rule -> rule.name().equals("welcome-file"));
        return new Configuration(read.file(), read.directory(), read.overrides(), rules);
    }

    @Test
    void itNamesEveryOptionOfEverySectionAndOfEveryRuleType() throws Exception {
        Value root = new YamlReader(new Problems()).read(allSwitchedOn(), "config-example.yml");
        List<String> missing = new ArrayList<>();
        for (Settings.Row row : Settings.of(ConfigFile.class)) {
            if (find(List.of(root), row.key()).isEmpty()) {
                missing.add(row.key());
            }
        }
        List<Value> rules = find(List.of(root), "rules[]");
        for (Settings.Row row : Settings.of(RuleSection.class)) {
            if (find(rules, row.key()).isEmpty()) {
                missing.add("rules[]." + row.key());
            }
        }
        try (RuleCatalogue catalogue = RuleCatalogue.load(folder.resolve("plugins"), new Problems())) {
            for (RuleCatalogue.Type type : catalogue.types()) {
                String word = type.factory().type();
                List<Value> ofType =
                        rules.stream().filter(rule -> isOf(rule, word)).toList();
                if (ofType.isEmpty()) {
                    missing.add("type " + word);
                }
                for (Settings.Row row : Settings.of(type.factory().config())) {
                    if (find(find(ofType, "with"), row.key()).isEmpty()) {
                        missing.add(word + ": " + row.key());
                    }
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    private static boolean isOf(Value rule, String type) {
        return find(List.of(rule), "type").stream()
                .anyMatch(value ->
                        value instanceof Value.Scalar scalar && scalar.text().equals(type));
    }

    /** What stands at a key as {@link Settings} writes it: dotted, with {@code []} for any item and {@code *} for any name. */
    private static List<Value> find(List<Value> around, String key) {
        List<Value> found = around;
        for (String step : key.replace("[]", ".[]").split("\\.")) {
            List<Value> next = new ArrayList<>();
            for (Value value : found) {
                switch (value) {
                    case Value.Mapping mapping
                    when step.equals("*") -> mapping.entries().values().forEach(entry -> next.add(entry.value()));
                    case Value.Mapping mapping -> {
                        Value.@Nullable Entry entry = mapping.entries().get(step);
                        if (entry != null) {
                            next.add(entry.value());
                        }
                    }
                    case Value.Sequence sequence when step.equals("[]") -> next.addAll(sequence.items());
                    case Value.Sequence sequence -> {}
                    case Value.Scalar scalar -> {}
                }
            }
            found = next;
        }
        return found;
    }
}
