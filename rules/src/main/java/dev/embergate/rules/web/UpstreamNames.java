package dev.embergate.rules.web;

import dev.embergate.engine.spi.RuleFactory.InvalidConfig;
import dev.embergate.engine.spi.RuleServices;

/** Refuses an upstream that is not configured, before a request finds out. */
final class UpstreamNames {
    private UpstreamNames() {}

    static void check(String name, RuleServices services) throws InvalidConfig {
        try {
            services.upstream(name);
        } catch (IllegalArgumentException e) {
            throw new InvalidConfig("upstream", "upstream: " + name + " (expected: the name of an upstream)");
        }
    }
}
