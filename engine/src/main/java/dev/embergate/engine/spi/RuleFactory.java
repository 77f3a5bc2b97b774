package dev.embergate.engine.spi;

import java.util.List;

/**
 * Makes rules of one type. Found by {@link java.util.ServiceLoader}; constructed without effects.
 *
 * @param <C> the record that the rule's {@code with:} section is bound to. Its components are the keys, in lower case with
 *     dashes; its constructor checks them and says what was expected in an {@link IllegalArgumentException}
 */
public interface RuleFactory<C extends Record> {
    /** The word in YAML. Two factories of one type stop the start. */
    String type();

    /** One sentence on what rules of this type do; becomes the manual's. */
    String summary();

    Class<C> config();

    /** Where the rule applies unless {@code match:} says otherwise; empty when {@code match:} is required. */
    List<Route> routes(C config);

    /** Whether rules of this type never answer {@link Outcome.Pass}: a later rule on the same routes is then unreachable. */
    default boolean conclusive(C config) {
        return false;
    }

    /**
     * Checks the settings against the routes the rule will have, {@code match:} included: whether they give the parameters it
     * needs, for instance. Called before {@link #create}.
     */
    default void check(C config, List<Route> routes) throws InvalidConfig {}

    /** Makes the rule. Called off the event loops at each load of a table; no network calls. */
    Rule create(C config, RuleServices services) throws InvalidConfig;

    /** A setting that only shows to be wrong when the rule is made. */
    final class InvalidConfig extends Exception {
        private static final long serialVersionUID = 1;
        private final String key;

        /** @param key the key below {@code with:}, dotted where nested; empty for the whole section */
        public InvalidConfig(String key, String message) {
            super(message);
            this.key = key;
        }

        public String key() {
            return key;
        }
    }
}
