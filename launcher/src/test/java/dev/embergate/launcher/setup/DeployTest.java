package dev.embergate.launcher.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.launcher.config.Problems;
import dev.embergate.launcher.config.Value;
import dev.embergate.launcher.config.YamlReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeployTest {
    private static final Path DEPLOY = Path.of("../deploy");

    @TempDir
    Path folder;

    @Test
    void everyManifestIsYaml() throws Exception {
        try (Stream<Path> files = Files.walk(DEPLOY)) {
            List<Path> manifests =
                    files.filter(file -> file.toString().matches(".*\\.ya?ml")).toList();
            assertThat(manifests).hasSizeGreaterThanOrEqualTo(5);
            for (Path manifest : manifests) {
                Problems problems = new Problems();
                assertThat(new YamlReader(problems).read(manifest, manifest.toString()))
                        .isInstanceOf(Value.Mapping.class);
                assertThat(problems.list()).isEmpty();
            }
        }
    }

    @Test
    void theConfigurationInTheConfigMapLoadsWithTheSecretsOfTheSecret() throws Exception {
        Value.Mapping map = mapping("kubernetes/configmap.yaml", "data");
        Value.Mapping secret = mapping("kubernetes/secret.yaml", "stringData");
        Map<String, String> environment = new java.util.HashMap<>();
        secret.entries().forEach((name, entry) -> environment.put(name, text(entry)));

        Path file = Files.writeString(
                folder.resolve("config.yml"), text(map.entries().get("config.yml")));
        Configuration read = new ConfigurationLoader(file, environment, Overrides.NONE).load(RuleCatalogue::load);
        assertThat(read.rules()).hasSize(2);
        assertThat(read.engine().listeners())
                .extracting(listener -> listener.port())
                .containsExactly(8095, 8080);
    }

    private static Value.Mapping mapping(String manifest, String key) {
        Problems problems = new Problems();
        Value root = new YamlReader(problems).read(DEPLOY.resolve(manifest), manifest);
        assertThat(problems.list()).isEmpty();
        return (Value.Mapping) ((Value.Mapping) root).entries().get(key).value();
    }

    private static String text(Value.Entry entry) {
        return ((Value.Scalar) entry.value()).text();
    }
}
