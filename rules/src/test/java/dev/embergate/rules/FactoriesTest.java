package dev.embergate.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.RuleFactory;
import dev.embergate.engine.spi.Setting;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class FactoriesTest {
    @Test
    void everyTypeIsFoundOnceAndSaysWhatItDoes() {
        List<String> types = new ArrayList<>();
        for (RuleFactory<?> factory : ServiceLoader.load(RuleFactory.class)) {
            types.add(factory.type());
            assertThat(factory.summary()).as(factory.type()).endsWith(".");
        }
        assertThat(types)
                .doesNotHaveDuplicates()
                .contains("forward", "redirect", "respond", "static-redirect", "tunnel");
    }

    @Test
    void everySettingIsExplained() {
        for (RuleFactory<?> factory : ServiceLoader.load(RuleFactory.class)) {
            check(factory.config());
        }
    }

    private static void check(Class<?> config) {
        for (RecordComponent component : config.getRecordComponents()) {
            Setting setting = component.getAnnotation(Setting.class);
            assertThat(setting)
                    .as(config.getSimpleName() + "." + component.getName())
                    .isNotNull();
            assertThat(setting.value()).as(component.getName()).endsWith(".");
            if (component.getType().isRecord()) {
                check(component.getType());
            }
        }
    }
}
