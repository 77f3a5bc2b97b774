package dev.embergate.rules.directlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SingleFlightTest {
    private final SingleFlight<String, String> flights =
            new SingleFlight<>(10, value -> Duration.ofMinutes(1), thrown -> "failed: " + thrown.getMessage());

    @Test
    @Timeout(20)
    void manyThreadsAskOnce() throws Exception {
        AtomicInteger loads = new AtomicInteger();
        CompletableFuture<String> answer = new CompletableFuture<>();
        CountDownLatch together = new CountDownLatch(1);
        try (var threads = Executors.newFixedThreadPool(8)) {
            List<Future<CompletableFuture<String>>> askers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                askers.add(threads.submit(() -> {
                    together.await();
                    return flights.get("k", () -> {
                        loads.incrementAndGet();
                        return answer;
                    });
                }));
            }
            together.countDown();
            List<CompletableFuture<String>> waiting = new ArrayList<>();
            for (Future<CompletableFuture<String>> asker : askers) {
                waiting.add(asker.get(10, TimeUnit.SECONDS));
            }
            assertThat(flights.ready("k")).isNull();
            answer.complete("v");
            assertThat(waiting).allMatch(future -> future.join().equals("v"));
        }
        assertThat(loads).hasValue(1);
        assertThat(flights.ready("k")).isEqualTo("v");
    }

    @Test
    void aThrowBecomesTheAnswerThatStandsForIt() {
        assertThat(flights.get("a", () -> CompletableFuture.failedFuture(new IllegalStateException("x"))))
                .isCompletedWithValue("failed: x");
        assertThat(flights.get("b", () -> {
                    throw new IllegalStateException("y");
                }))
                .isCompletedWithValue("failed: y");
        assertThat(flights.ready("b")).isEqualTo("failed: y");
    }

    @Test
    void zeroKeepsNothing() {
        SingleFlight<String, String> none = new SingleFlight<>(10, value -> Duration.ZERO, Throwable::toString);

        none.get("k", () -> CompletableFuture.completedFuture("v"));

        assertThat(none.ready("k")).isNull();
    }

    @Test
    void entriesAreBounded() {
        for (int i = 0; i < 1000; i++) {
            flights.get("k" + i, () -> CompletableFuture.completedFuture("v"));
        }
        assertThat(flights.size()).isLessThanOrEqualTo(10);
    }
}
