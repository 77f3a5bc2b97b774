package dev.embergate.engine.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import com.sun.management.ThreadMXBean;
import dev.embergate.engine.spi.RuleServices;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TelemetryTest {
    private final Telemetry telemetry = new Telemetry(false);

    @AfterEach
    void close() {
        telemetry.close();
    }

    @Test
    void anEndedExchangeIsCountedByListenerOutcomeStatusAndRule() {
        telemetry.exchangeBegan();
        telemetry.exchangeBegan();
        telemetry.exchangeEnded(Ended.redirect());
        assertThat(telemetry.exchanges()).isEqualTo(1);
        telemetry.exchangeEnded(Ended.rejected());
        String text = telemetry.metricsText();
        assertThat(text)
                .contains("embergate_exchanges_total{listener=\"proxy\",outcome=\"redirect\",status=\"3xx\"} 1.0\n")
                .contains("embergate_exchanges_total{listener=\"proxy\",outcome=\"reject\",status=\"4xx\"} 1.0\n")
                .contains("embergate_rule_exchanges_total{rule=\"direct links\"} 1.0\n")
                .contains("embergate_exchange_duration_seconds_bucket{outcome=\"redirect\",le=\"0.001\"} 0\n")
                .contains("embergate_exchange_duration_seconds_bucket{outcome=\"redirect\",le=\"0.0025\"} 1\n")
                .contains("embergate_first_byte_seconds_count{outcome=\"redirect\"} 1\n")
                .contains("embergate_exchange_duration_seconds_bucket{outcome=\"redirect\",le=\"+Inf\"} 1\n")
                .contains("embergate_exchange_duration_seconds_sum{outcome=\"redirect\"} 0.001400999\n")
                .contains("embergate_exchange_duration_seconds_count{outcome=\"reject\"} 1\n")
                .doesNotContain("embergate_first_byte_seconds_count{outcome=\"reject\"}")
                .contains("embergate_exchanges_in_progress 0.0\n");
        assertThat(sum(text, "embergate_rule_exchanges_total")).isEqualTo(1);
    }

    @Test
    void bytesAreCountedWhereTheirNumberIsKnown() {
        telemetry.exchangeEnded(Ended.redirect());
        telemetry.exchangeEnded(Ended.rejected());
        telemetry.exchangeEnded(new Ended(
                "i",
                "proxy",
                Ended.redirect().clientAddress(),
                "POST",
                "/",
                "",
                "forward",
                "up",
                200,
                11,
                22,
                -1,
                0,
                0,
                0,
                ""));
        assertThat(telemetry.bytesKept()).isEqualTo(7_000_000_000L);
        assertThat(telemetry.bytesRelayed()).isEqualTo(22);
        assertThat(telemetry.metricsText())
                .contains("embergate_kept_bytes_total 7.0E9\n")
                .contains("embergate_client_body_bytes_total{direction=\"in\"} 11.0\n")
                .contains("embergate_client_body_bytes_total{direction=\"out\"} 22.0\n");
    }

    @Test
    void connectionsAreAGaugeAndRefusalsHaveAReason() {
        telemetry.connectionOpened();
        telemetry.connectionOpened();
        telemetry.connectionClosed();
        telemetry.connectionRefused("limit");
        assertThat(telemetry.connections()).isEqualTo(1);
        assertThat(telemetry.metricsText())
                .contains("embergate_connections 1.0\n")
                .contains("embergate_connections_accepted_total 2.0\n")
                .contains("embergate_connections_refused_total{reason=\"limit\"} 1.0\n");
    }

    @Test
    void upstreamsAreAskedWhenScrapedAndAddedUpOverLoops() {
        telemetry.upstreamGauge("media", () -> 3, () -> 1);
        telemetry.upstreamGauge("media", () -> 4, () -> 0);
        telemetry.upstreamFailed("media", "REFUSED");
        telemetry.upstreamHealth("media", () -> true, () -> 2);
        assertThat(telemetry.metricsText())
                .contains("embergate_upstream_connections{upstream=\"media\"} 7.0\n")
                .contains("embergate_upstream_waiting{upstream=\"media\"} 1.0\n")
                .contains("embergate_upstream_reachable{upstream=\"media\"} 1.0\n")
                .contains("embergate_upstream_addresses_down{upstream=\"media\"} 2.0\n")
                .contains("embergate_upstream_failures_total{kind=\"REFUSED\",upstream=\"media\"} 1.0\n");
    }

    @Test
    void theVirtualMachineIsShownToo() {
        assertThat(telemetry.metricsText())
                .contains("jvm_threads_current", "jvm_memory_used_bytes", "process_cpu_seconds_total");
    }

    @Test
    void aStatusOrOutcomeNobodyKnowsStaysInTheClosedSet() {
        telemetry.exchangeEnded(new Ended(
                "i",
                "proxy",
                Ended.redirect().clientAddress(),
                "GET",
                "/",
                "",
                "new word",
                "",
                999,
                0,
                0,
                -1,
                0,
                -1,
                -1,
                ""));
        assertThat(telemetry.metricsText())
                .contains("embergate_exchanges_total{listener=\"proxy\",outcome=\"other\",status=\"none\"} 1.0\n")
                .doesNotContain("new word");
    }

    @Test
    void moreRuleNamesThanTheLimitShareOneSeries() {
        for (int i = 0; i < 3000; i++) {
            telemetry.exchangeEnded(Ended.redirect().rule("rule " + i));
        }
        String text = telemetry.metricsText();
        assertThat(text).contains("embergate_rule_exchanges_total{rule=\"other\"} 952.0\n");
        assertThat(sum(text, "embergate_rule_exchanges_total")).isEqualTo(3000);
        assertThat(count(text, "embergate_rule_exchanges_total")).isEqualTo(2049);
    }

    @Test
    void aRulesCounterIsMadeOnce() {
        RuleServices.Counter counter = telemetry.counter("link_lookups", "Look-ups.", List.of("result"));
        counter.add(2, "hit");
        telemetry.counter("link_lookups", "Look-ups.", List.of("result")).add(3, "hit");
        assertThat(telemetry.metricsText()).contains("embergate_link_lookups_total{result=\"hit\"} 5.0\n");
        assertThatThrownBy(() -> telemetry.counter("link_lookups", "Look-ups.", List.of("other")))
                .hasMessage("labels of counter link_lookups: [other] (expected: [result])");
        assertThatThrownBy(() -> counter.add(1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> counter.add(-1, "hit")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> telemetry.counter("Bad-name", "", List.of())).hasMessageContaining("snake case");
        assertThatThrownBy(() -> telemetry.counter("exchanges", "", List.of())).hasMessageContaining("no other meter");
    }

    @Test
    void aRulesCounterHasABoundedNumberOfSeries() {
        RuleServices.Counter counter = telemetry.counter("careless", "Labels from requests.", List.of("a", "b"));
        for (int i = 0; i < 1000; i++) {
            counter.add(1, "value " + i, "x");
        }
        String text = telemetry.metricsText();
        assertThat(count(text, "embergate_careless_total")).isEqualTo(RuleCounters.MAX_SERIES + 1);
        assertThat(text).contains("embergate_careless_total{a=\"other\",b=\"other\"} 744.0\n");
        assertThat(sum(text, "embergate_careless_total")).isEqualTo(1000);
    }

    @Test
    void countingAndLoggingAnExchangeAllocatesNothingOnTheEventLoop() {
        Logger silent = new LoggerContext().getLogger("embergate.access");
        silent.setLevel(Level.INFO);
        try (Telemetry logging = new Telemetry(new AccessLog(silent, 1024, null))) {
            logging.upstreamFailed("media", "REFUSED");
            Ended exchange = Ended.redirect();
            for (int i = 0; i < 20_000; i++) {
                once(logging, exchange);
            }
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 20; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 100; i++) {
                    once(logging, exchange);
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertThat(least).isZero();
        }
    }

    private static void once(Telemetry telemetry, Ended exchange) {
        telemetry.connectionOpened();
        telemetry.exchangeBegan();
        telemetry.exchangeEnded(exchange);
        telemetry.upstreamFailed("media", "REFUSED");
        telemetry.connectionClosed();
    }

    private static long count(String text, String name) {
        return text.lines().filter(line -> line.startsWith(name + "{")).count();
    }

    private static long sum(String text, String name) {
        Matcher lines = Pattern.compile("^" + name + "\\{.*} ([0-9.E]+)$", Pattern.MULTILINE)
                .matcher(text);
        double sum = 0;
        while (lines.find()) {
            sum += Double.parseDouble(lines.group(1));
        }
        return Math.round(sum);
    }
}
