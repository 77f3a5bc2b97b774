package dev.embergate.launcher.setup;

import dev.embergate.engine.spi.Setting;
import dev.embergate.launcher.config.InvalidConfiguration;
import dev.embergate.launcher.config.Place;
import dev.embergate.launcher.config.Problems;
import dev.embergate.launcher.config.RecordBinder;
import dev.embergate.launcher.config.Value;
import dev.embergate.launcher.config.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the main file and the rule files beside it into a {@link Configuration}. Keeps nothing between two loads. */
public final class ConfigurationLoader {
    static final String RULE_FOLDER = "rules";

    /** Where rule types come from: from jars at the start, from what is loaded already at a reload. */
    @FunctionalInterface
    public interface Types {
        RuleCatalogue of(Path plugins, Problems problems);
    }

    private record RuleFile(@Setting("Rules of this file.") List<Value> rules) {}

    private record PluginFolder(
            @Setting(value = "Plug-ins.", defaultValue = "plugins")
            Path plugins) {}

    private final Path file;
    private final Path directory;
    private final Map<String, String> environment;
    private final Overrides overrides;

    public ConfigurationLoader(Path file, Map<String, String> environment, Overrides overrides) {
        this.file = file;
        Path parent = file.toAbsolutePath().normalize().getParent();
        this.directory = parent == null ? file.toAbsolutePath().getRoot() : parent;
        this.environment = Map.copyOf(environment);
        this.overrides = overrides;
    }

    /** Where the main file lies; relative paths start here. */
    public Path directory() {
        return directory;
    }

    /**
     * Reads and checks everything that can be checked without making a rule.
     *
     * @throws InvalidConfiguration with every problem found
     */
    public Configuration load(Types types) throws InvalidConfiguration {
        Problems problems = new Problems();
        if (!Files.exists(file)) {
            problems.add(
                    Place.of(file.toString()),
                    "",
                    "no such file (expected: a configuration; copy config-example.yml there, or name another with"
                            + " --config FILE or EMBERGATE_CONFIG)");
            problems.throwIfAny();
        }
        RecordBinder binder = new RecordBinder(environment, directory, problems);
        YamlReader reader = new YamlReader(problems);
        Value root = reader.read(file, file.toString());
        ConfigFile config = root == null ? null : binder.bind(ConfigFile.class, root, "");

        RulePlanner planner = new RulePlanner(types.of(pluginFolder(root, config), problems), binder, problems);
        planner.addAll(rulesOf(root));
        for (Path ruleFile : ruleFiles(problems)) {
            Value rules = reader.read(ruleFile, label(ruleFile));
            RuleFile bound = rules == null ? null : binder.bind(RuleFile.class, rules, "");
            if (bound != null) {
                planner.addAll(bound.rules());
            }
        }
        if (config != null && config.upstreams().isEmpty() && planner.planned().isEmpty()) {
            problems.add(
                    Place.of(file.toString()),
                    "",
                    "neither upstreams nor rules (expected: where Emby is, below upstreams:; config-example.yml shows how)");
        }
        problems.throwIfAny();
        if (config == null) {
            throw new IllegalStateException("configuration neither bound nor refused");
        }
        return new Configuration(config, directory, overrides, planner.planned());
    }

    /** The main file and the rule files there are now. */
    List<Path> files() {
        List<Path> files = new ArrayList<>();
        files.add(file);
        files.addAll(ruleFiles(new Problems()));
        return files;
    }

    private List<Path> ruleFiles(Problems problems) {
        Path folder = directory.resolve(RULE_FOLDER);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(ConfigurationLoader::isRuleFile).sorted().toList();
        } catch (IOException e) {
            problems.add(
                    Place.of(label(folder)),
                    "",
                    "cannot be read (" + e.getClass().getSimpleName() + ")");
            return List.of();
        }
    }

    private static boolean isRuleFile(Path path) {
        String name = path.getFileName().toString();
        return !name.startsWith(".") && (name.endsWith(".yml") || name.endsWith(".yaml")) && !Files.isDirectory(path);
    }

    /** As the operator would name it, beside the main file. */
    private String label(Path path) {
        return file.resolveSibling(directory.relativize(path).toString()).toString();
    }

    /** The rules of the main file, even where another of its sections could not be bound. */
    private static List<Value> rulesOf(@Nullable Value root) {
        Value.Entry rules = entry(root, "rules");
        return rules != null && rules.value() instanceof Value.Sequence sequence ? sequence.items() : List.of();
    }

    private Path pluginFolder(@Nullable Value root, @Nullable ConfigFile config) {
        if (config != null) {
            return config.plugins();
        }
        Value.Entry plugins = entry(root, "plugins");
        Map<String, Value.Entry> only = plugins == null ? Map.of() : Map.of("plugins", plugins);
        RecordBinder quiet = new RecordBinder(environment, directory, new Problems());
        PluginFolder folder = quiet.bind(PluginFolder.class, new Value.Mapping(Place.of(file.toString()), only), "");
        return folder == null ? directory.resolve("plugins") : folder.plugins();
    }

    private static Value.@Nullable Entry entry(@Nullable Value root, String key) {
        return root instanceof Value.Mapping mapping ? mapping.entries().get(key) : null;
    }
}
