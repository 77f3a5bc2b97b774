package dev.embergate.engine.act;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RuleTablesTest {
    @Test
    @Timeout(value = 5, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whoAsksForATableAfterTheStopFindsAnEmptyOne() {
        RuleTables tables = new RuleTables();
        RuleTables.Place place = tables.place("proxy");
        tables.close();
        assertThat(place.acquire().rules().rules()).isEmpty();
    }
}
