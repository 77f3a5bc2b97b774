package dev.embergate.launcher.setup;

import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestHead;
import dev.embergate.engine.spi.Route;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.spi.RuleContext;
import dev.embergate.engine.spi.RuleFactory;
import dev.embergate.engine.spi.RuleServices;
import dev.embergate.engine.spi.Setting;
import dev.embergate.launcher.config.Problems;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Two small rule types for tests of the launcher. */
final class TestTypes {
    /** Rules made and not closed yet. */
    static final AtomicInteger OPEN = new AtomicInteger();

    private TestTypes() {}

    static RuleCatalogue catalogue() {
        return RuleCatalogue.of(List.of(new Hello(), new Timed()), new Problems());
    }

    record Greeting(@Setting("What to say.") String text) {}

    /** Applies where {@code match} says; cannot be made with the text {@code impossible}, breaks with {@code broken}. */
    static final class Hello implements RuleFactory<Greeting> {
        @Override
        public String type() {
            return "hello";
        }

        @Override
        public String summary() {
            return "Says something.";
        }

        @Override
        public Class<Greeting> config() {
            return Greeting.class;
        }

        @Override
        public List<Route> routes(Greeting config) {
            return List.of();
        }

        @Override
        public boolean conclusive(Greeting config) {
            return true;
        }

        @Override
        public Rule create(Greeting config, RuleServices services) throws InvalidConfig {
            if (config.text().equals("impossible")) {
                throw new InvalidConfig("text", "\"impossible\" (expected: possible)");
            }
            if (config.text().equals("broken")) {
                throw new IllegalStateException("s3cr3t");
            }
            OPEN.incrementAndGet();
            return new Open(config.text());
        }
    }

    private record Open(String text) implements Rule, AutoCloseable {
        @Override
        public Outcome decide(RequestHead request, RuleContext context) {
            return Outcome.Respond.text(200, text);
        }

        @Override
        public void close() {
            OPEN.decrementAndGet();
        }
    }

    record Waiting(
            @Setting(value = "How long.", defaultValue = "1s")
            Duration ttl) {}

    static final class Timed implements RuleFactory<Waiting> {
        @Override
        public String type() {
            return "timed";
        }

        @Override
        public String summary() {
            return "Waits.";
        }

        @Override
        public Class<Waiting> config() {
            return Waiting.class;
        }

        @Override
        public List<Route> routes(Waiting config) {
            return List.of(Route.path("/wait"));
        }

        @Override
        public Rule create(Waiting config, RuleServices services) {
            return (request, context) -> new Outcome.Pass("waits");
        }
    }
}
