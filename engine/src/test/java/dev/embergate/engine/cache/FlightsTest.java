package dev.embergate.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.cache.Flights.Boarding;
import dev.embergate.engine.cache.Flights.End;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Requests for the same at the same time: one leads, a bounded number waits. */
class FlightsTest {
    private final Flights flights = new Flights();
    private final List<End> told = new ArrayList<>();

    private Boarding board(String key) {
        return flights.board(key, Runnable::run, told::add);
    }

    @Test
    void theFirstLeadsAndTheOthersHearOfTheEndOnce() {
        Boarding.Leads leads = (Boarding.Leads) board("k");
        assertThat(board("k")).isInstanceOf(Boarding.Waits.class);
        assertThat(board("k")).isInstanceOf(Boarding.Waits.class);
        assertThat(board("other")).isInstanceOf(Boarding.Leads.class);
        assertThat(flights.lead("k")).isNull();

        leads.flight().end(End.KEPT);
        leads.flight().end(End.ABANDONED);
        assertThat(told).containsExactly(End.KEPT, End.KEPT);
        assertThat(board("k")).isInstanceOf(Boarding.Leads.class);
        assertThat(flights.running()).isEqualTo(2);
    }

    @Test
    void noMoreWaitThanTheLimit() {
        board("k");
        for (int i = 0; i < Flights.MAX_WAITING; i++) {
            assertThat(board("k")).isInstanceOf(Boarding.Waits.class);
        }
        assertThat(board("k")).isInstanceOf(Boarding.Alone.class);
    }

    @Test
    void aLoopThatHasStoppedKeepsTheOthersFromNothing() {
        Boarding.Leads leads = (Boarding.Leads) board("k");
        flights.board(
                "k",
                task -> {
                    throw new RejectedExecutionException();
                },
                told::add);
        board("k");
        leads.flight().end(End.FAILED);
        assertThat(told).containsExactly(End.FAILED);
    }

    @Test
    void nobodyWaitsForSomeSecondsForWhatWasForNobodyElse() {
        AtomicLong nanos = new AtomicLong();
        Flights timed = new Flights(nanos::get);
        ((Boarding.Leads) timed.board("k", Runnable::run, told::add)).flight().end(End.NOT_KEPT);
        assertThat(timed.board("k", Runnable::run, told::add)).isInstanceOf(Boarding.Alone.class);
        assertThat(timed.board("other", Runnable::run, told::add)).isInstanceOf(Boarding.Leads.class);
        nanos.addAndGet(Flights.NOT_KEPT_FOR.toNanos() + 1);
        assertThat(timed.board("k", Runnable::run, told::add)).isInstanceOf(Boarding.Leads.class);
        assertThat(timed.board("k", Runnable::run, told::add)).isInstanceOf(Boarding.Waits.class);
    }

    @Test
    void noMoreKeysAreRememberedThanTheLimit() {
        for (int i = 0; i < Flights.MAX_NOT_KEPT + 500; i++) {
            ((Boarding.Leads) board("k" + i)).flight().end(End.NOT_KEPT);
        }
        assertThat(flights.notKept()).isEqualTo(Flights.MAX_NOT_KEPT);
    }
}
