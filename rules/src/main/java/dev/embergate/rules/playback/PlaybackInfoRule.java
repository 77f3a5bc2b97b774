package dev.embergate.rules.playback;

import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestEdits;
import dev.embergate.engine.spi.RequestHead;
import dev.embergate.engine.spi.ResponsePlan;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.spi.RuleContext;
import dev.embergate.rules.emby.EmbyToken;
import dev.embergate.rules.text.JsonElements;
import dev.embergate.rules.uri.PercentEncoding;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sends a client's question what it may play on as it is (its user, profile, path and body are Emby's to judge) and makes the
 * sources of the answer direct ones.
 */
final class PlaybackInfoRule implements Rule {
    private static final String LAST = "/playbackinfo";
    private static final String FIRST = "/items/";

    private final PlaybackInfoConfig config;
    private final List<MediaLocation> localRoots;

    PlaybackInfoRule(PlaybackInfoConfig config) {
        this.config = config;
        this.localRoots = config.localRoots().stream()
                .map(root -> Objects.requireNonNull(MediaLocation.parse(root)))
                .toList();
    }

    @Override
    public Outcome decide(RequestHead request, RuleContext context) {
        String itemId = itemId(request.path());
        if (itemId == null) {
            return new Outcome.Pass("not the path of a PlaybackInfo");
        }
        DirectSource sources = new DirectSource(itemId, tokenParameter(request), localRoots, config.keepTranscoding());
        return new Outcome.Forward(
                config.upstream(),
                RequestEdits.NONE,
                new ResponsePlan.Rewrite(new JsonElements("MediaSources", config.maxMediaSourceBytes(), sources)));
    }

    /** What stands between {@code /Items/} and {@code /PlaybackInfo}; read here, as a {@code match:} may name no parameter. */
    private static @Nullable String itemId(String path) {
        int end = path.length() - LAST.length();
        if (end <= 0 || !path.regionMatches(true, end, LAST, 0, LAST.length())) {
            return null;
        }
        int begin = path.lastIndexOf('/', end - 1) + 1;
        int first = begin - FIRST.length();
        return begin == end || first < 0 || !path.regionMatches(true, first, FIRST, 0, FIRST.length())
                ? null
                : path.substring(begin, end);
    }

    /**
     * The caller's own token and no other, in the parameter it came in. One that came in a field goes into a parameter too:
     * players fetch the address without the app's fields.
     */
    private static String tokenParameter(RequestHead request) {
        EmbyToken token = EmbyToken.of(request);
        if (token == null) {
            return "";
        }
        return switch (token.place()) {
            case QUERY -> token.queryParameter();
            case HEADER -> "api_key=" + PercentEncoding.component(token.value());
        };
    }
}
