package dev.embergate.launcher.manual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.launcher.config.Problems;
import dev.embergate.launcher.setup.RuleCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManualPageTest {
    private static final Path PAGE = Path.of("../docs/rules.md");

    @TempDir
    Path noPlugins;

    /** Run with {@code -Dembergate.write-docs=true} to write the page anew. */
    @Test
    void thePageInDocsIsWhatTheTypesSay() throws IOException {
        try (RuleCatalogue catalogue = RuleCatalogue.load(noPlugins, new Problems())) {
            String page = ManualPage.markdown(catalogue.types());
            if (Boolean.getBoolean("embergate.write-docs")) {
                Files.writeString(PAGE, page);
            }
            assertThat(Files.readString(PAGE)).isEqualTo(page);
        }
    }

    @Test
    void everySettingIsDescribed() {
        try (RuleCatalogue catalogue = RuleCatalogue.load(noPlugins, new Problems())) {
            for (RuleCatalogue.Type type : catalogue.types()) {
                assertThat(type.factory().summary()).as(type.factory().type()).endsWith(".");
                assertThat(Settings.of(type.factory().config()))
                        .as(type.factory().type())
                        .allSatisfy(row ->
                                assertThat(row.description()).as(row.key()).isNotBlank());
            }
        }
    }

    @Test
    void oneTypeIsShownWithItsSettings() {
        try (RuleCatalogue catalogue = RuleCatalogue.load(noPlugins, new Problems())) {
            assertThat(ManualPage.overview(catalogue.types())).contains("redirect  ", "embergate rules types TYPE");
            RuleCatalogue.Type redirect = catalogue.types().stream()
                    .filter(type -> type.factory().type().equals("redirect"))
                    .findFirst()
                    .orElseThrow();
            assertThat(ManualPage.text(redirect)).contains("to (text, required)", "status (whole number, default 302)");
        }
    }
}
