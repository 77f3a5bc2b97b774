package dev.embergate.engine.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AccessRingTest {
    private static final Pattern ID = Pattern.compile(" id=(\\S+) ");

    @Test
    void whatIsOfferedComesOutInOrderAndAFullRingRefuses() {
        AccessRing ring = new AccessRing(2);
        for (int round = 0; round < 5; round++) {
            assertThat(ring.isEmpty()).isTrue();
            assertThat(ring.offer(Ended.redirect().requestId("a"), 0)).isTrue();
            assertThat(ring.offer(Ended.redirect().requestId("b"), 0)).isTrue();
            assertThat(ring.offer(Ended.redirect().requestId("c"), 0)).isFalse();
            assertThat(poll(ring)).isEqualTo("a");
            assertThat(poll(ring)).isEqualTo("b");
            assertThat(ring.poll(new StringBuilder())).isFalse();
        }
    }

    @Test
    void anExchangeThatThrowsDoesNotBlockThoseBehindIt() {
        AccessRing ring = new AccessRing(4);
        Ended broken = new Ended("broken", "proxy", null, null, "/", "", "forward", "", 200, 0, 0, -1, 0, 0, 0, "");
        assertThatThrownBy(() -> ring.offer(broken, 0)).isInstanceOf(NullPointerException.class);
        assertThat(ring.offer(Ended.redirect().requestId("next"), 0)).isTrue();
        assertThat(poll(ring)).isEqualTo("broken");
        assertThat(poll(ring)).isEqualTo("next");
    }

    @Test
    void manyThreadsLoseAndDoubleNothing() throws InterruptedException {
        int threads = 4;
        int each = 5_000;
        AccessRing ring = new AccessRing(64);
        CountDownLatch start = new CountDownLatch(1);
        for (int t = 0; t < threads; t++) {
            int thread = t;
            Thread.ofPlatform().daemon().start(() -> {
                for (int i = 0; i < each; i++) {
                    Ended exchange = Ended.redirect().requestId(thread + "-" + i);
                    while (!ring.offer(exchange, 0)) {
                        Thread.yield();
                    }
                    start.countDown();
                }
            });
        }
        start.await();
        Set<String> seen = new HashSet<>();
        int[] last = {-1, -1, -1, -1};
        while (seen.size() < threads * each) {
            if (ring.isEmpty()) {
                Thread.yield();
                continue;
            }
            String id = poll(ring);
            assertThat(seen.add(id)).as(id).isTrue();
            int thread = id.charAt(0) - '0';
            int number = Integer.parseInt(id.substring(2));
            assertThat(number).isEqualTo(last[thread] + 1);
            last[thread] = number;
        }
        assertThat(ring.isEmpty()).isTrue();
    }

    private static String poll(AccessRing ring) {
        StringBuilder line = new StringBuilder();
        assertThat(ring.poll(line)).isTrue();
        Matcher id = ID.matcher(line);
        assertThat(id.find()).isTrue();
        return id.group(1);
    }
}
