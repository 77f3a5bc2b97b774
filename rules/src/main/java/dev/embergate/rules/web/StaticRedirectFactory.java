package dev.embergate.rules.web;

import dev.embergate.engine.spi.Route;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.spi.RuleFactory;
import dev.embergate.engine.spi.RuleServices;
import dev.embergate.rules.emby.EmbyRoutes;
import java.util.ArrayList;
import java.util.List;

/** Type {@code static-redirect}. */
public final class StaticRedirectFactory implements RuleFactory<StaticRedirectConfig> {
    @Override
    public String type() {
        return "static-redirect";
    }

    @Override
    public String summary() {
        return "Sends clients to Emby's own address for files of its web app and, where wanted, for pictures.";
    }

    @Override
    public Class<StaticRedirectConfig> config() {
        return StaticRedirectConfig.class;
    }

    @Override
    public List<Route> routes(StaticRedirectConfig config) {
        List<String> paths = new ArrayList<>();
        if (!config.extensions().isEmpty()) {
            paths.add("/web/**");
        }
        if (config.images()) {
            for (String owner : List.of("items", "users", "persons", "artists", "genres", "musicgenres", "studios")) {
                paths.add("/" + owner + "/{name}/images/{type}");
                paths.add("/" + owner + "/{name}/images/{type}/**");
            }
        }
        return EmbyRoutes.reading(paths.toArray(String[]::new));
    }

    @Override
    public Rule create(StaticRedirectConfig config, RuleServices services) {
        return new StaticRedirectRule(config);
    }
}
