package dev.embergate.rules.directlink;

import dev.embergate.engine.spi.Route;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.spi.RuleFactory;
import dev.embergate.engine.spi.RuleServices;
import dev.embergate.rules.emby.EmbyRoutes;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Type {@code alist-redirect}. */
public final class AlistRedirectFactory implements RuleFactory<AlistRedirectConfig> {
    @Override
    public String type() {
        return "alist-redirect";
    }

    @Override
    public String summary() {
        return "Sends players and downloads straight to the drive a file lies on, through Alist or OpenList.";
    }

    @Override
    public Class<AlistRedirectConfig> config() {
        return AlistRedirectConfig.class;
    }

    /**
     * Play and download addresses, none of subtitles, pictures or playlists. A last segment with a file's name is what players
     * get that go by names.
     */
    @Override
    public List<Route> routes(AlistRedirectConfig config) {
        List<String> paths = new ArrayList<>();
        for (String kind : List.of("videos", "audio")) {
            for (String word : List.of("stream", "original", "universal")) {
                String path = "/" + kind + "/{id}/" + word;
                paths.addAll(List.of(path, path + ".*", path + "/{name}"));
            }
        }
        paths.addAll(List.of("/items/{id}/download", "/items/{id}/download/{name}"));
        return EmbyRoutes.reading(paths.toArray(String[]::new));
    }

    @Override
    public void check(AlistRedirectConfig config, List<Route> routes) throws InvalidConfig {
        for (Route route : routes) {
            if (!route.params().contains("id")) {
                throw new InvalidConfig("", "match: " + route.path() + " (expected: {id} where the item's id stands)");
            }
        }
    }

    @Override
    public Rule create(AlistRedirectConfig config, RuleServices services) throws InvalidConfig {
        URI emby;
        try {
            emby = services.upstream(config.emby());
        } catch (IllegalArgumentException e) {
            throw new InvalidConfig("emby", "emby: " + config.emby() + " (expected: the name of an upstream)");
        }
        Duration decision = services.decisionTimeout();
        if (config.timeout().compareTo(decision) >= 0) {
            // The engine would answer 504 before Emby could deliver.
            throw new InvalidConfig(
                    "timeout",
                    "timeout: " + shown(config.timeout()) + " (expected: below timeouts.decision, which is "
                            + shown(decision) + ")");
        }
        return new AlistRedirect(config, emby, new RedirectMeters(services));
    }

    private static String shown(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }
}
