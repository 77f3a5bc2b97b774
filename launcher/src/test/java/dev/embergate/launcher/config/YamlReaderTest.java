package dev.embergate.launcher.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YamlReaderTest {
    private final Problems problems = new Problems();
    private final YamlReader reader = new YamlReader(problems);

    @Test
    void aliasesThatMultiplyAreRefused() {
        StringBuilder laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++) {
            laughs.append("a%d: &a%d [".formatted(i, i))
                    .append("*a%d, ".formatted(i - 1).repeat(9))
                    .append("]\n");
        }
        assertThat(reader.read(laughs.toString(), "c.yml")).isNull();
        assertThat(problems.list())
                .singleElement()
                .asString()
                .startsWith("c.yml:6:5 a5: stands for more than 100000 values");
    }

    @Test
    void tooManyAliasesAreRefused() {
        reader.read("a: &a [1]\nb: [" + "*a, ".repeat(YamlReader.MAX_ALIASES + 1) + "]", "c.yml");
        assertThat(problems.list()).singleElement().asString().contains("aliases");
    }

    @Test
    void anAliasOfItselfIsRefused() {
        reader.read("a: &a [ *a ]", "c.yml");
        reader.read("b: &b { c: *b }", "c.yml");
        assertThat(problems.list())
                .extracting(Problem::message)
                .containsExactly(
                        "an alias of itself (expected: no circles)", "an alias of itself (expected: no circles)");
    }

    @Test
    void deepNestingIsRefused() {
        reader.read("[".repeat(YamlReader.MAX_DEPTH + 5), "c.yml");
        assertThat(problems.list()).singleElement().asString().contains("epth");
    }

    /** Found by fuzzing: SnakeYAML throws what is none of its own. */
    @Test
    void anEscapeThatNamesNoCharacterIsRefused() {
        reader.read("a: \"\\x", "c.yml");
        reader.read("a: \"\\UFFFFFFFF\"", "d.yml");
        assertThat(problems.list())
                .hasSize(2)
                .allSatisfy(problem -> assertThat(problem.message()).contains("not YAML"));
    }

    @Test
    void aHugeFileIsRefused(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("big.yml");
        Files.write(file, new byte[YamlReader.MAX_FILE_BYTES + 1]);
        reader.read(file, "big.yml");
        assertThat(problems.list()).singleElement().hasToString("big.yml: too large (expected: at most 4 MiB)");
    }

    @Test
    void bytesThatAreNoUtf8AreRefused(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("latin.yml");
        Files.write(file, new byte[] {'a', ':', ' ', (byte) 0xe4});
        reader.read(file, "latin.yml");
        assertThat(problems.list()).singleElement().hasToString("latin.yml: not UTF-8 (expected: text in UTF-8)");
    }

    @Test
    void aMissingFileIsNamed(@TempDir Path folder) {
        reader.read(folder.resolve("no.yml"), "no.yml");
        assertThat(problems.list()).singleElement().hasToString("no.yml: no such file");
    }

    @Test
    void anEmptyFileIsAnEmptyMapping() {
        assertThat(reader.read("# nothing\n", "c.yml")).isInstanceOf(Value.Mapping.class);
        assertThat(reader.read("\uFEFFa: 1", "c.yml"))
                .isInstanceOfSatisfying(
                        Value.Mapping.class, m -> assertThat(m.entries()).containsOnlyKeys("a"));
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void twoDocumentsAreRefused() {
        reader.read("a: 1\n---\nb: 2\n", "c.yml");
        assertThat(problems.list())
                .singleElement()
                .asString()
                .startsWith("c.yml:2:1 not YAML: expected a single document");
    }

    @Test
    void ownKeysWinOverMergedOnesAndEarlierMergesOverLater() {
        Value value = reader.read(
                "x: &x { a: 1, b: 1, c: 1 }\ny: &y { b: 2, c: 2, d: 2 }\nz: { <<: [*y, *x], d: 3 }", "c.yml");
        assertThat(value).isInstanceOfSatisfying(Value.Mapping.class, root -> {
            Value.Mapping z = (Value.Mapping) root.entries().get("z").value();
            assertThat(z.entries().keySet()).containsExactly("d", "b", "c", "a");
            assertThat(((Value.Scalar) z.entries().get("b").value()).text()).isEqualTo("2");
        });
    }
}
