package dev.embergate.launcher.setup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.embergate.engine.testkit.FuzzInputs;
import dev.embergate.launcher.config.InvalidConfiguration;
import dev.embergate.launcher.config.Problem;
import dev.embergate.launcher.config.Problems;
import dev.embergate.launcher.config.RecordBinder;
import dev.embergate.launcher.config.Value;
import dev.embergate.launcher.config.YamlReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fuzz target: a configuration file. Whatever stands in it, it is taken or refused with problems of one line each, the same ones
 * again when it is read again, and what is taken can be given to the engine.
 */
public class ConfigFuzzTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("A", "1", "HOST", "origin", "EMPTY", "");
    private static final Path FOLDER = Path.of("/etc/config");

    static Stream<byte[]> seeds() {
        try {
            String example = Files.readString(example());
            Stream<String> sections = Stream.of(example.split("\n(?=[a-z-]+:)")).map(section -> section + "\n");
            Stream<String> small = Stream.of(
                    "upstreams: { a: { url: http://h:1 } }\n",
                    "upstreams: { a: { url: \"http://${HOST}:${A}/b\", ca-file: c.pem } }\nrules: [{ name: x, type: hello, text: t }]\n",
                    "listeners: [{ name: a, port: 1 }, { name: b, port: 070000 }]\nlimits: { max-connections: 1e3 }\n",
                    "timeouts: { head: 10, body: -1s, write: 99999999999999999999h, stop: 1m }\ndecode: { max-line-bytes: 9GiB }\n",
                    "a: &a [*a]\nb: !!binary aGk=\n? {}\n: x\n",
                    "--- |\n x\n...\n---\n",
                    "admin: { token: \"${MISSING}\", host: \"\\x00\" }\nlog: { level: Off, json: yes }\n");
            return Stream.concat(
                    Stream.concat(Stream.of(example), Stream.concat(sections, small))
                            .map(text -> text.getBytes(UTF_8)),
                    FuzzInputs.stored(ConfigFuzzTest.class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path example() {
        Path here = Path.of("config-example.yml");
        return Files.exists(here) ? here : Path.of("../config-example.yml");
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void holdsForASeed(byte[] input) {
        fuzzerTestOneInput(input);
    }

    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, UTF_8);
        List<Problem> problems = load(text);
        require(problems.equals(load(text)), "read again: other problems");
        for (Problem problem : problems) {
            require(!problem.message().isBlank(), "no message: " + problem);
        }
    }

    private static List<Problem> load(String text) {
        Problems problems = new Problems();
        Value root = new YamlReader(problems).read(text, "config.yml");
        RecordBinder binder = new RecordBinder(ENVIRONMENT, FOLDER, problems);
        ConfigFile config = root == null ? null : binder.bind(ConfigFile.class, root, "");
        if (config == null) {
            require(!problems.isEmpty(), "refused without a problem");
            return problems.list();
        }
        RulePlanner planner = new RulePlanner(TestTypes.catalogue(), binder, problems);
        planner.addAll(config.rules());
        try {
            problems.throwIfAny();
            new Configuration(config, FOLDER, Overrides.NONE, planner.planned()).engine();
        } catch (InvalidConfiguration refused) {
            for (String line : refused.problems()) {
                require(line.indexOf('\n') < 0, "two lines: " + line);
            }
        }
        return problems.list();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
