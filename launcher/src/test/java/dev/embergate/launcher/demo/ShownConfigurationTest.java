package dev.embergate.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.embergate.launcher.config.InvalidConfiguration;
import dev.embergate.launcher.setup.Configuration;
import dev.embergate.launcher.setup.ConfigurationLoader;
import dev.embergate.launcher.setup.Overrides;
import dev.embergate.launcher.setup.RuleCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations that newcomers are shown. */
class ShownConfigurationTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static Configuration load(Path config) throws InvalidConfiguration {
        return new ConfigurationLoader(config, Map.of("ALIST_TOKEN", "alist-key"), Overrides.NONE)
                .load(RuleCatalogue::load);
    }

    private static String readme(String name) throws IOException {
        return Files.readString(Path.of("..", name));
    }

    /** The first block of YAML. */
    private static String yaml(String markdown) {
        int start = markdown.indexOf("```yaml\n") + 8;
        return markdown.substring(start, markdown.indexOf("```", start));
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "README.zh-CN.md"})
    void whatTheReadmeLinksToIsThere(String name) throws IOException {
        Matcher link = Pattern.compile("]\\((?!https?:)([^)#]+)").matcher(readme(name));
        while (link.find()) {
            assertThat(Path.of("..", link.group(1))).exists();
        }
    }

    @Test
    void theDemosIsRight() throws Exception {
        try (DemoServers servers = DemoServers.start()) {
            Configuration configuration = load(DemoConfig.write(folder, 0, 0, servers));
            assertThat(configuration.rules()).hasSize(5);
            assertThat(configuration.file().admin().host()).isEqualTo("127.0.0.1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "README.zh-CN.md"})
    void theFirstOneOfTheReadmeIsRight(String name) throws Exception {
        Path config = Files.writeString(folder.resolve("config.yml"), yaml(readme(name)));
        assertThat(load(config).rules()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "README.zh-CN.md"})
    void aMistakeInItReadsAsTheReadmeSays(String name) throws Exception {
        Path config = Files.writeString(
                folder.resolve("config.yml"), yaml(readme(name)).replace("paths:", "pahts:"));
        InvalidConfiguration invalid = catchThrowableOfType(InvalidConfiguration.class, () -> load(config));
        String told = invalid.problems().getFirst().toString().replace(folder + "/", "");
        assertThat(readme(name)).contains(told);
    }
}
