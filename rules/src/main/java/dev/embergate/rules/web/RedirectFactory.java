package dev.embergate.rules.web;

import dev.embergate.engine.spi.Route;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.spi.RuleFactory;
import dev.embergate.engine.spi.RuleServices;
import dev.embergate.rules.uri.Template;
import java.util.List;

/** Type {@code redirect}. */
public final class RedirectFactory implements RuleFactory<RedirectConfig> {
    @Override
    public String type() {
        return "redirect";
    }

    @Override
    public String summary() {
        return "Sends the client to another address.";
    }

    @Override
    public Class<RedirectConfig> config() {
        return RedirectConfig.class;
    }

    @Override
    public List<Route> routes(RedirectConfig config) {
        return List.of();
    }

    @Override
    public boolean conclusive(RedirectConfig config) {
        return true;
    }

    @Override
    public void check(RedirectConfig config, List<Route> routes) throws InvalidConfig {
        String missing = Template.of(config.to()).missing(routes);
        if (missing != null) {
            throw new InvalidConfig("to", "to: " + missing);
        }
    }

    @Override
    public Rule create(RedirectConfig config, RuleServices services) {
        return RedirectRule.of(config);
    }
}
