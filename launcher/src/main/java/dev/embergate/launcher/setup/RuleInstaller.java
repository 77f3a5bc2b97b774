package dev.embergate.launcher.setup;

import dev.embergate.engine.control.EngineControl;
import dev.embergate.engine.control.RuleEntry;
import dev.embergate.engine.spi.RuleFactory.InvalidConfig;
import dev.embergate.engine.spi.RuleServices;
import dev.embergate.launcher.config.InvalidConfiguration;
import dev.embergate.launcher.config.Keys;
import dev.embergate.launcher.config.Place;
import dev.embergate.launcher.config.Problems;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes planned rules and puts them in place as one table; or closes what it made and tells why not. */
public final class RuleInstaller {
    private static final Logger LOG = LoggerFactory.getLogger(RuleInstaller.class);

    private final EngineControl engine;
    private final RuleServices services;

    public RuleInstaller(EngineControl engine, RuleServices services) {
        this.engine = engine;
        this.services = services;
    }

    /** @throws InvalidConfiguration when a rule cannot be made or could never be asked; nothing has changed then */
    public void install(Configuration configuration) throws InvalidConfiguration {
        Problems problems = new Problems();
        List<RuleEntry> entries = new ArrayList<>();
        boolean installed = false;
        try {
            for (PlannedRule<?> planned : configuration.rules()) {
                make(planned, entries, problems);
            }
            problems.throwIfAny();
            engine.replaceRules(Configuration.PROXY_TABLE, entries);
            installed = true;
        } catch (EngineControl.UnreachableRulesException e) {
            for (EngineControl.Unreachable rule : e.rules()) {
                tell(rule, configuration.rules(), problems);
            }
            problems.throwIfAny();
        } finally {
            if (!installed) {
                entries.forEach(RuleInstaller::close);
            }
        }
    }

    private void make(PlannedRule<?> planned, List<RuleEntry> entries, Problems problems) {
        String with = Keys.child(planned.key(), "with");
        try {
            entries.add(planned.make(services));
        } catch (InvalidConfig e) {
            boolean whole = e.key().isEmpty();
            String message = planned.redact().apply(String.valueOf(e.getMessage()));
            problems.add(
                    whole ? planned.with().place() : planned.with().placeOf(e.key()),
                    whole ? with : with + "." + e.key(),
                    message.startsWith(e.key() + ": ")
                            ? message.substring(e.key().length() + 2)
                            : message);
        } catch (RuntimeException | LinkageError e) {
            // The message may repeat a setting, and settings may be secrets.
            LOG.debug(
                    "rule {}: cannot be made: {} at {}",
                    planned.name(),
                    e.getClass().getName(),
                    e.getStackTrace());
            problems.add(
                    planned.place(),
                    planned.key(),
                    RulePlanner.broken(planned.factory().type(), e));
        }
    }

    private static void tell(EngineControl.Unreachable rule, List<PlannedRule<?>> rules, Problems problems) {
        for (PlannedRule<?> planned : rules) {
            if (planned.name().equals(rule.rule())) {
                problems.add(
                        planned.place(),
                        planned.key(),
                        "\"" + rule.rule() + "\" is never reached (expected: before \"" + rule.behind()
                                + "\", which takes all its requests)");
                return;
            }
        }
        problems.add(Place.of("rules"), "", "rule \"" + rule.rule() + "\" is never reached");
    }

    private static void close(RuleEntry entry) {
        if (entry.rule() instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                LOG.warn("rule {}: could not be closed", entry.name(), e);
            }
        }
    }
}
