package dev.embergate.engine.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UpstreamHealthTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private long now = -3 * SECOND;
    private final UpstreamHealth health = new UpstreamHealth(() -> now);
    private final InetSocketAddress address = address(1);

    private static InetSocketAddress address(int number) {
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(new byte[] {10, 0, (byte) (number >> 8), (byte) number}), 8096);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** Nanoseconds until it may be tried again, found by asking. */
    private long downFor() {
        long from = now;
        while (!health.mayBeUp(address)) {
            now += SECOND / 100;
        }
        return now - from;
    }

    @Test
    void eachFailureInARowKeepsItDownTwiceAsLongUpToHalfAMinute() {
        for (double seconds : new double[] {1, 2, 4, 8, 16, 30, 30, 30}) {
            health.failed(address);
            assertThat(downFor() / (double) SECOND).isBetween(seconds * 0.74, seconds * 1.26);
        }
    }

    @Test
    void manyFailuresAtTheSameTimeAreOne() {
        for (int i = 0; i < 100; i++) {
            health.failed(address);
        }
        assertThat(downFor()).isLessThan(2 * SECOND);
    }

    @Test
    void whenTheTimeIsOverOneMayTryIt() {
        health.failed(address);
        assertThat(health.take(address, SECOND)).isFalse();
        assertThat(health.down()).containsExactly("10.0.0.1:8096");
        now += 2 * SECOND;
        assertThat(health.take(address, 5 * SECOND)).isTrue();
        assertThat(health.take(address, 5 * SECOND)).isFalse();
        assertThat(health.down()).containsExactly("10.0.0.1:8096");
        now += 5 * SECOND;
        assertThat(health.take(address, SECOND))
                .as("whoever took it never came back")
                .isTrue();
    }

    @Test
    void aConnectionAloneDoesNotForgiveAndAnAnswerDoes() {
        health.failed(address);
        now += 2 * SECOND;
        assertThat(health.take(address, SECOND)).isTrue();
        health.connected(address);
        assertThat(health.mayBeUp(address)).isTrue();
        assertThat(health.down()).isEmpty();
        health.failed(address);
        assertThat(downFor()).as("the second in a row").isGreaterThan(SECOND * 14 / 10);
        health.connected(address);
        health.answered(address);
        assertThat(health.hasDoubts()).isFalse();
        health.failed(address);
        assertThat(downFor()).as("the first again").isLessThan(SECOND * 13 / 10);
    }

    @Test
    void noMoreThanSoManyAddressesAreRemembered() {
        for (int i = 0; i < 1000; i++) {
            health.failed(address(i));
        }
        assertThat(health.down()).hasSize(256);
        assertThat(health.mayBeUp(address(999))).isTrue();
    }
}
