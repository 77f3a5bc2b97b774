package dev.embergate.engine.act;

import dev.embergate.engine.act.Deadlines.Waiting;
import dev.embergate.engine.control.RuleEntry;
import dev.embergate.engine.match.Match;
import dev.embergate.engine.spi.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks the matching rules of a table, in file order, until one answers.
 *
 * <table>
 * <caption>States</caption>
 * <tr><td>ASKING</td><td>a rule is being asked, on this call stack</td></tr>
 * <tr><td>GATHERING</td><td>the request body is being read for an AfterBody</td></tr>
 * <tr><td>WAITING</td><td>for a Later; neither side is read meanwhile</td></tr>
 * <tr><td>DECIDED</td><td>the outcome is being carried out, or the exchange is over: whatever comes late is ignored</td></tr>
 * </table>
 */
final class Deciding {
    /** A Later of a Later of a Later: beyond this a rule goes round in circles. */
    private static final int MAX_STEPS = 64;

    private enum State {
        ASKING,
        GATHERING,
        WAITING,
        DECIDED
    }

    private final Exchange exchange;
    private State state = State.ASKING;
    private Match match = new Match();
    private int next;
    private int steps;
    private @Nullable RuleEntry asked;

    Deciding(Exchange exchange) {
        this.exchange = exchange;
    }

    void again() {
        state = State.ASKING;
        next = 0;
        steps = 0;
        asked = null;
    }

    Match match() {
        return match;
    }

    /** The rule that was asked last; "default" when none was. */
    String ruleName() {
        RuleEntry entry = asked;
        return entry == null ? "default" : entry.name();
    }

    /** Asks the next matching rule, and the ones after it while they pass. */
    void ask() {
        state = State.ASKING;
        Outcome outcome;
        do {
            int index = exchange.table.rules().next(exchange.request, next, match);
            if (index < 0) {
                asked = null;
                outcome = Outcomes.byDefault(exchange);
            } else {
                next = index + 1;
                RuleEntry entry = exchange.table.rules().rules().get(index);
                asked = entry;
                try {
                    outcome = entry.rule().decide(exchange.request, exchange);
                } catch (Throwable e) {
                    exchange.ruleFailed(entry.name(), e);
                    return;
                }
            }
        } while (outcome instanceof Outcome.Pass);
        answered(outcome);
    }

    private void answered(@Nullable Outcome outcome) {
        if (outcome == null) {
            exchange.ruleFailed(ruleName(), new NullPointerException("outcome: null (expected: one of the eight)"));
            return;
        }
        if (++steps > MAX_STEPS) {
            exchange.ruleFailed(
                    ruleName(), new IllegalStateException("outcome: not settled after " + MAX_STEPS + " steps"));
            return;
        }
        Outcomes.carryOut(exchange, outcome);
    }

    /** Goes on when the stage completes, on this exchange's loop. */
    void await(CompletionStage<? extends Outcome> stage) {
        state = State.WAITING;
        CompletableFuture<? extends Outcome> future = stage.toCompletableFuture();
        if (future.state() == Future.State.SUCCESS) {
            state = State.ASKING;
            answered(future.resultNow());
            return;
        }
        exchange.share();
        // The rule may look at head and parameters while it is away.
        exchange.request.detach();
        match = match.copy();
        exchange.connection.deadlines.waitFor(Waiting.DECISION);
        stage.whenComplete((outcome, failure) -> {
            if (exchange.room.loop.inEventLoop()) {
                exchange.guarded(() -> arrived(outcome, failure));
            } else {
                exchange.room.loop.execute(() -> exchange.guarded(() -> arrived(outcome, failure)));
            }
        });
    }

    private void arrived(@Nullable Outcome outcome, @Nullable Throwable failure) {
        if (state != State.WAITING) {
            return;
        }
        state = State.ASKING;
        exchange.connection.deadlines.waitFor(Waiting.NOTHING);
        if (failure != null) {
            exchange.ruleFailed(ruleName(), failure);
        } else {
            answered(outcome);
        }
        exchange.connection.flushSoon();
    }

    /** Reads the body first. */
    void gather(int maxBytes, Function<byte[], Outcome> then) {
        state = State.GATHERING;
        exchange.share();
        exchange.request.detach();
        match = match.copy();
        int limit = Math.min(maxBytes, exchange.room.limits.maxGatheredBodyBytes());
        exchange.in.gather(limit, body -> {
            if (state != State.GATHERING) {
                return;
            }
            state = State.ASKING;
            Outcome outcome;
            try {
                outcome = then.apply(body);
            } catch (Throwable e) {
                exchange.ruleFailed(ruleName(), e);
                return;
            }
            answered(outcome);
        });
    }

    /** The answer is known: notes it for the access line. */
    void decided(String outcome) {
        state = State.DECIDED;
        exchange.decidedAt = System.nanoTime();
        RuleEntry entry = asked;
        exchange.rule = entry == null ? "" : entry.name();
        exchange.outcome = outcome;
    }

    /** Whatever a rule still says does not matter any more. */
    void cancel() {
        state = State.DECIDED;
    }
}
