package dev.embergate.rules.web;

import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestEdits;
import dev.embergate.engine.spi.ResponsePlan;
import dev.embergate.engine.spi.Route;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.spi.RuleFactory;
import dev.embergate.engine.spi.RuleServices;
import java.util.List;

/** Type {@code cache}. */
public final class CacheFactory implements RuleFactory<CacheConfig> {
    @Override
    public String type() {
        return "cache";
    }

    @Override
    public String summary() {
        return "Forwards to an upstream and keeps its answers as HTTP allows (RFC 9111); every path of it without a match.";
    }

    @Override
    public Class<CacheConfig> config() {
        return CacheConfig.class;
    }

    /** A whole upstream: other methods than GET must come along, since they end what is kept. */
    @Override
    public List<Route> routes(CacheConfig config) {
        return List.of(Route.path("/**"));
    }

    @Override
    public Rule create(CacheConfig config, RuleServices services) throws InvalidConfig {
        UpstreamNames.check(config.upstream(), services);
        Outcome forward =
                new Outcome.Forward(config.upstream(), RequestEdits.NONE, ResponsePlan.RELAY, config.caching());
        Outcome pass = new Outcome.Pass("an upgrade");
        return (request, context) -> request.upgrade() == null ? forward : pass;
    }
}
