package dev.embergate.launcher.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.control.Reload;
import dev.embergate.launcher.config.InvalidConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloaderTest {
    private static final String HEAD = "upstreams: { emby: { url: http://127.0.0.1:8096 } }\n";

    @TempDir
    Path folder;

    private final FakeEngine engine = new FakeEngine();
    private final List<ConfigFile.Log> logs = new ArrayList<>();
    private final AtomicInteger certificatesRead = new AtomicInteger();
    private Reloader reloader;

    @BeforeEach
    void startWithOneRule() throws Exception {
        TestTypes.OPEN.set(0);
        reloader = start(HEAD + hello("first", "hi"));
        assertThat(engine.names()).containsExactly("first");
    }

    private Reloader start(String yaml) throws IOException, InvalidConfiguration {
        write(yaml);
        ConfigurationLoader loader = new ConfigurationLoader(folder.resolve("config.yml"), Map.of(), Overrides.NONE);
        RuleCatalogue catalogue = TestTypes.catalogue();
        RuleInstaller installer = new RuleInstaller(engine, engine);
        Configuration configuration = loader.load((plugins, problems) -> catalogue);
        installer.install(configuration);
        return new Reloader(
                loader, catalogue, installer, logs::add, certificatesRead::incrementAndGet, configuration.file());
    }

    private void write(String yaml) throws IOException {
        Files.writeString(folder.resolve("config.yml"), yaml);
    }

    private static String hello(String name, String text) {
        return "rules: [" + helloRule(name, text) + "]\n";
    }

    private static String helloRule(String name, String text) {
        return "{ name: " + name + ", type: hello, match: { path: / }, with: { text: " + text + " } }";
    }

    @Test
    void aGoodFileIsPutInPlace() throws IOException {
        write(HEAD + hello("second", "ho") + "log: { level: debug }\n");
        Reload.Result result = reloader.reload();
        assertThat(result.applied()).isTrue();
        assertThat(certificatesRead).hasValue(1);
        assertThat(result.restartNeeded()).isEmpty();
        assertThat(engine.names()).containsExactly("second");
        assertThat(logs).containsExactly(new ConfigFile.Log(ConfigFile.Log.Level.DEBUG, false));
    }

    @Test
    void aBadFileLeavesEverythingAsItWas() throws IOException {
        write(HEAD + hello("second", "ho") + "log: { level: debugg }\n");
        Reload.Result result = reloader.reload();
        assertThat(result.problems()).singleElement().asString().contains("config.yml:3:15 log.level");
        assertThat(engine.names()).containsExactly("first");
        assertThat(logs).isEmpty();
    }

    @Test
    void aRuleThatCannotBeMadeIsToldAtItsKeyAndTheOthersAreClosed() throws IOException {
        write(HEAD + "rules:\n  - " + helloRule("a", "hi") + "\n  - " + helloRule("b", "impossible") + "\n");
        int open = TestTypes.OPEN.get();
        assertThat(reloader.reload().problems())
                .singleElement()
                .asString()
                .endsWith("config.yml:4:63 rules[1].with.text: \"impossible\" (expected: possible)");
        assertThat(TestTypes.OPEN).hasValue(open);
        assertThat(engine.names()).containsExactly("first");
    }

    @Test
    void aTypeThatBreaksIsNamedWithoutWhatItSays() throws IOException {
        write(HEAD + hello("a", "broken"));
        assertThat(reloader.reload().problems())
                .singleElement()
                .asString()
                .contains("config.yml:2:9 rules[0]: its type hello failed with java.lang.IllegalStateException")
                .doesNotContain("s3cr3t");
    }

    @Test
    void anUnreachableRuleIsToldAtItsPlaceAndAllAreClosed() throws IOException {
        write(HEAD + "rules:\n  - " + helloRule("all", "hi") + "\n  - " + helloRule("hidden", "ho") + "\n");
        int open = TestTypes.OPEN.get();
        assertThat(reloader.reload().problems())
                .singleElement()
                .asString()
                .endsWith(
                        "config.yml:4:5 rules[1]: \"hidden\" is never reached (expected: before \"all\", which takes all"
                                + " its requests)");
        assertThat(TestTypes.OPEN).hasValue(open);
        assertThat(engine.names()).containsExactly("first");
    }

    @Test
    void keysThatNeedARestartAreNamed() throws IOException {
        write("""
                upstreams: { emby: { url: http://127.0.0.1:8097 }, other: { url: http://127.0.0.1:1 } }
                default-upstream: emby
                limits: { max-connections: 5 }
                listeners: [{ port: 1 }]
                rules: []
                """);
        assertThat(reloader.reload().restartNeeded())
                .containsExactly(
                        "listeners",
                        "upstreams.emby.url",
                        "upstreams.other",
                        "default-upstream",
                        "limits.max-connections");
        assertThat(engine.names()).isEmpty();
    }

    @Test
    void aMissingFileLeavesEverythingAsItWas() throws IOException {
        Files.delete(folder.resolve("config.yml"));
        assertThat(reloader.reload().applied()).isFalse();
        assertThat(engine.names()).containsExactly("first");
    }
}
