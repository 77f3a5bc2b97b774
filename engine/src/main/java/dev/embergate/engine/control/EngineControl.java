package dev.embergate.engine.control;

import dev.embergate.engine.spi.Headers;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Steers a running engine. Thread-safe. */
public interface EngineControl {
    /**
     * Puts a new rule table in place of the one of that name, at once for new exchanges on every listener that uses it.
     * Running exchanges, tunnels and sockets keep the table they began with; its rules are closed after the last of them.
     *
     * @throws UnreachableRulesException when a rule could never be asked; nothing has changed then
     */
    void replaceRules(String table, List<RuleEntry> rules) throws UnreachableRulesException;

    /** A snapshot of now. */
    EngineStatus status();

    /** All meters in Prometheus' text format 0.0.4. Takes milliseconds: not on an event loop. */
    String metricsText();

    /**
     * Asks the rules of a table about a request nobody sent, in the order an exchange would, carrying nothing out: look-ups of
     * rules do run. One line a rule, in file order; the last one that was asked is the one that answers.
     */
    CompletionStage<List<Explanation>> explain(String table, String method, String target, Headers headers);

    /**
     * What became of one rule.
     *
     * @param rule the rule's name, or empty for the default forward
     * @param asked whether its route matched and no earlier rule had answered
     * @param answers whether it is the one that answers
     * @param detail why the route did not match, why the rule passed, or what it answers (redacted)
     */
    record Explanation(String rule, String type, boolean asked, boolean answers, String detail) {}

    /** Names rules that can never be asked, and the rules that stand before them. */
    final class UnreachableRulesException extends Exception {
        private static final long serialVersionUID = 1;
        private final transient List<Unreachable> rules;

        public UnreachableRulesException(List<Unreachable> rules) {
            super(rules.stream()
                    .map(rule -> "rule " + rule.rule() + ": never reached (expected: before " + rule.behind() + ")")
                    .toList()
                    .toString());
            this.rules = List.copyOf(rules);
        }

        public List<Unreachable> rules() {
            return rules;
        }
    }

    /** A rule that can never be asked, because {@code behind} takes all its routes and never passes. */
    record Unreachable(String rule, String behind) {}
}
