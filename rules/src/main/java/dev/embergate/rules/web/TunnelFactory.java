package dev.embergate.rules.web;

import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestEdits;
import dev.embergate.engine.spi.Route;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.spi.RuleFactory;
import dev.embergate.engine.spi.RuleServices;
import dev.embergate.rules.emby.EmbyRoutes;
import java.util.List;
import java.util.Set;

/** Type {@code tunnel}. */
public final class TunnelFactory implements RuleFactory<TunnelConfig> {
    @Override
    public String type() {
        return "tunnel";
    }

    @Override
    public String summary() {
        return "Carries WebSockets through to an upstream; Emby's own without a match.";
    }

    @Override
    public Class<TunnelConfig> config() {
        return TunnelConfig.class;
    }

    /** Emby's WebSocket, under the names its clients use. */
    @Override
    public List<Route> routes(TunnelConfig config) {
        return EmbyRoutes.of(Set.of("GET"), List.of("/embywebsocket", "/socket"));
    }

    @Override
    public Rule create(TunnelConfig config, RuleServices services) throws InvalidConfig {
        UpstreamNames.check(config.upstream(), services);
        Outcome tunnel = new Outcome.Tunnel(config.upstream(), RequestEdits.NONE);
        Outcome pass = new Outcome.Pass("no upgrade to " + String.join(" or ", config.protocols()));
        List<String> protocols = config.protocols();
        return (request, context) -> {
            String upgrade = request.upgrade();
            return upgrade != null && protocols.contains(upgrade) ? tunnel : pass;
        };
    }
}
