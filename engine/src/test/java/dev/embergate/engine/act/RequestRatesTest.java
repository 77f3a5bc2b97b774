package dev.embergate.engine.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.decode.AddressText;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RequestRatesTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private static long key(String address) {
        return ClientKey.of(AddressText.parse(address));
    }

    @Test
    void aBurstPassesThenTheRate() {
        RequestRates rates = new RequestRates(10, 3);
        long key = key("192.0.2.1");
        assertThat(rates.take(key, SECOND)).isZero();
        assertThat(rates.take(key, SECOND)).isZero();
        assertThat(rates.take(key, SECOND)).isZero();
        assertThat(rates.take(key, SECOND)).isEqualTo(SECOND / 10);
        assertThat(rates.take(key, SECOND)).as("a refused one takes nothing").isEqualTo(SECOND / 10);
        assertThat(rates.take(key, SECOND + SECOND / 10 - 1)).isEqualTo(1);
        assertThat(rates.take(key, SECOND + SECOND / 10)).isZero();
        assertThat(rates.take(key, SECOND + SECOND / 10)).isPositive();
        long rested = 5 * SECOND;
        for (int i = 0; i < 3; i++) {
            assertThat(rates.take(key, rested)).isZero();
        }
        assertThat(rates.take(key, rested))
                .as("no more than a burst is saved up")
                .isPositive();
    }

    @Test
    void eachAddressHasItsOwn() {
        RequestRates rates = new RequestRates(1, 1);
        assertThat(rates.take(key("192.0.2.1"), SECOND)).isZero();
        assertThat(rates.take(key("192.0.2.2"), SECOND)).isZero();
        assertThat(rates.take(key("192.0.2.1"), SECOND)).isPositive();
        assertThat(rates.take(key("::1"), SECOND)).as("the key that is zero").isZero();
        assertThat(rates.take(key("::1"), SECOND)).isPositive();
    }

    @Test
    void anIpv6NetworkOf64BitsIsOneClient() {
        assertThat(key("2001:db8::1")).isEqualTo(key("2001:db8::ffff:0:0:2")).isNotEqualTo(key("2001:db8:0:1::1"));
        assertThat(key("::ffff:192.0.2.1")).isEqualTo(key("192.0.2.1")).isNotEqualTo(key("192.0.2.2"));
    }

    @Test
    void theTableStaysAsItIsAndForgetsTheFullestBucketOfASet() {
        RequestRates rates = new RequestRates(1, 1);
        long busy = key("192.0.2.1");
        assertThat(rates.take(busy, SECOND)).isZero();
        // Far more addresses than there are places, all of them rested long before.
        for (long i = 0; i < 4L * RequestRates.SETS * RequestRates.WAYS; i++) {
            rates.take(i << 20 | 1, SECOND + i);
        }
        assertThat(rates.take(busy, SECOND + SECOND / 2))
                .as("its bucket was the fullest of its set: it was forgotten")
                .isZero();
    }

    @Test
    void addressesThatRestDoNotPushOutOneThatDoesNot() {
        RequestRates rates = new RequestRates(1, 1000);
        long busy = key("192.0.2.1");
        for (int i = 0; i < 1000; i++) {
            assertThat(rates.take(busy, SECOND)).isZero();
        }
        for (long i = 0; i < 4L * RequestRates.SETS * RequestRates.WAYS; i++) {
            rates.take(i << 20 | 1, SECOND);
        }
        assertThat(rates.take(busy, SECOND)).as("still known").isPositive();
    }
}
