package dev.embergate.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class PlainRunTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "run --config other.yml",
                "run -c /etc/embergate/config.yml",
                "run --port 8095",
                "run -p 0 -d data-2/x",
                "run --data ../data --config a.yml --port 65535"
            })
    void readsWhatPicocliReads(String line) {
        String[] args = line.split(" ");
        PlainRun.Asked plain = PlainRun.read(args, Map.of());
        ConfigOptions options = new ConfigOptions();
        CommandLine asked = new CommandLine(new Holder(options));
        asked.parseArgs(java.util.Arrays.copyOfRange(args, 1, args.length));
        assertThat(plain).isEqualTo(new PlainRun.Asked(options.config(), options.overrides()));
    }

    @CommandLine.Command
    private static final class Holder {
        @CommandLine.Mixin
        private final ConfigOptions options;

        Holder(ConfigOptions options) {
            this.options = options;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "demo",
                "run --help",
                "run --config",
                "run --config --port",
                "run --config=a.yml",
                "run --prt 80",
                "run --port 65536",
                "run --port -1",
                "run --port 80x",
                "run --port 80 --port 81",
                "run -c a.yml --config b.yml",
                "run --debug",
                "run @args",
                "run --config ${sys:user.home}/a.yml",
                "run --config \"a b\"",
                "run other"
            })
    void leavesTheRestToPicocli(String line) {
        assertThat(PlainRun.read(line.isEmpty() ? new String[0] : line.split(" "), Map.of()))
                .isNull();
    }

    @Test
    void theEnvironmentStandsBehindOptions() {
        Map<String, String> environment =
                Map.of("EMBERGATE_CONFIG", "env.yml", "EMBERGATE_PORT", "81", "EMBERGATE_DATA", "/env");
        PlainRun.Asked asked = PlainRun.read(new String[] {"run", "--port", "82"}, environment);
        assertThat(asked).isNotNull();
        assertThat(asked.config()).isEqualTo(Path.of("env.yml"));
        assertThat(asked.overrides().port()).isEqualTo(82);
        assertThat(asked.overrides().data()).isEqualTo(Path.of("/env"));
        assertThat(PlainRun.read(new String[] {"run"}, Map.of("EMBERGATE_PORT", "tcp://10.0.0.1:80"))
                        .overrides()
                        .port())
                .isNull();
        assertThat(PlainRun.read(new String[] {"run"}, Map.of("EMBERGATE_PORT", "many")))
                .isNull();
        assertThat(PlainRun.read(new String[] {"run"}, Map.of("EMBERGATE_DEBUG", "true")))
                .isNull();
    }
}
