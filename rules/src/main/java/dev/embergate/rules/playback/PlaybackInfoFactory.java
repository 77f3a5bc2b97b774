package dev.embergate.rules.playback;

import dev.embergate.engine.spi.Route;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.spi.RuleFactory;
import dev.embergate.engine.spi.RuleServices;
import dev.embergate.rules.emby.EmbyRoutes;
import java.util.List;
import java.util.Set;

/** Type {@code playback-info}. */
public final class PlaybackInfoFactory implements RuleFactory<PlaybackInfoConfig> {
    @Override
    public String type() {
        return "playback-info";
    }

    @Override
    public String summary() {
        return "Makes players fetch media as they are instead of asking Emby for a transcode, so that direct links can answer.";
    }

    @Override
    public Class<PlaybackInfoConfig> config() {
        return PlaybackInfoConfig.class;
    }

    @Override
    public List<Route> routes(PlaybackInfoConfig config) {
        return EmbyRoutes.of(Set.of("GET", "POST"), List.of("/Items/{id}/PlaybackInfo"));
    }

    @Override
    public Rule create(PlaybackInfoConfig config, RuleServices services) throws InvalidConfig {
        try {
            services.upstream(config.upstream());
        } catch (IllegalArgumentException unknown) {
            throw new InvalidConfig(
                    "upstream", "upstream: " + config.upstream() + " (expected: the name of an upstream)");
        }
        return new PlaybackInfoRule(config);
    }
}
