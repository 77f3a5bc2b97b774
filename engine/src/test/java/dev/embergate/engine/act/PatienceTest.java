package dev.embergate.engine.act;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void whoeverKeepsToTheRateIsWaitedForForEver() {
        Patience patience = new Patience(100, 10 * SECOND, 60 * SECOND);
        for (int second = 1; second <= 100_000; second++) {
            assertThat(patience.lasts(100L * second, SECOND)).isTrue();
        }
    }

    @Test
    void whoeverIsSlowerIsNot() {
        Patience patience = new Patience(100, 10 * SECOND, 60 * SECOND);
        int second = 1;
        while (patience.lasts(50L * second, SECOND)) {
            second++;
        }
        assertThat(second).as("ten seconds, half of each earned back").isEqualTo(20);
    }

    @Test
    void aPauseAfterAFasterTimeIsForgivenUpToTheMost() {
        Patience patience = new Patience(100, 10 * SECOND, 60 * SECOND);
        assertThat(patience.lasts(1 << 20, SECOND)).isTrue();
        assertThat(patience.lasts(1 << 20, 59 * SECOND)).isTrue();
        assertThat(patience.lasts(1 << 20, SECOND)).isFalse();
        patience.renew(0);
        assertThat(patience.lasts(0, 9 * SECOND)).isTrue();
        assertThat(patience.lasts(0, SECOND)).isFalse();
    }

    @Test
    void anyNumberOfBytesEarnsNoMoreThanTheMost() {
        Patience patience = new Patience(1, SECOND, 60 * SECOND);
        assertThat(patience.lasts(Long.MAX_VALUE, 0)).isTrue();
        assertThat(patience.lasts(Long.MAX_VALUE, 59 * SECOND)).isTrue();
        assertThat(patience.lasts(Long.MAX_VALUE, SECOND)).isFalse();
    }

    @Test
    void withoutARateThereIsNoEnd() {
        Patience patience = new Patience(0, 1, 1);
        assertThat(patience.isEndless()).isTrue();
        assertThat(patience.lasts(0, 1000 * SECOND)).isTrue();
    }
}
