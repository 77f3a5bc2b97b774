package dev.embergate.rules.directlink;

import dev.embergate.engine.spi.Fetcher;
import dev.embergate.rules.emby.EmbyAnswer;
import dev.embergate.rules.emby.EmbyCaller;
import dev.embergate.rules.emby.EmbyClient;
import dev.embergate.rules.emby.EmbyItemId;
import dev.embergate.rules.emby.MediaSource;
import dev.embergate.rules.emby.PlayableItem;
import dev.embergate.rules.emby.TokenFingerprint;
import dev.embergate.rules.uri.WebAddress;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Where sources are, as Emby told each caller. A place is only ever given to the caller whom Emby accepted for it: the token
 * and all else that Emby's answer may depend on are in the key.
 */
final class Places {
    /** @param address callers away from home may be refused what they get at home */
    record Key(
            TokenFingerprint token,
            InetAddress address,
            EmbyItemId item,
            String mediaSourceId,
            String userId,
            boolean download) {}

    private final EmbyClient emby;
    private final PathMap paths;
    private final List<PathPrefix> localRoots;
    private final SingleFlight<Key, Place> known;

    Places(EmbyClient emby, PathMap paths, List<PathPrefix> localRoots, AlistRedirectConfig.Cache cache) {
        this.emby = emby;
        this.paths = paths;
        this.localRoots = List.copyOf(localRoots);
        Duration acceptance = cache.acceptance();
        Duration failure = cache.failure();
        this.known = new SingleFlight<>(
                cache.maxEntries(),
                place -> switch (place) {
                    case Place.OnDrive drive -> acceptance;
                    case Place.AtAddress address -> acceptance;
                    case Place.WithEmby(Relayed why) ->
                        why == Relayed.LOCAL || why == Relayed.UNMAPPED ? acceptance : failure;
                },
                thrown -> new Place.WithEmby(Relayed.failed(thrown)));
    }

    static Key key(Asked asked, EmbyCaller caller, EmbyItemId item) {
        return new Key(
                TokenFingerprint.of(caller.token().value()),
                caller.address(),
                item,
                asked.mediaSourceId(),
                asked.userId(),
                asked.download());
    }

    /** Null when it has to be asked for. */
    @Nullable
    Place known(Key key) {
        return known.ready(key);
    }

    CompletableFuture<Place> find(Key key, Asked asked, EmbyCaller caller, Fetcher fetcher) {
        return known.get(key, () -> ask(asked, caller, key.item(), fetcher));
    }

    private CompletionStage<Place> ask(Asked asked, EmbyCaller caller, EmbyItemId item, Fetcher fetcher) {
        CompletionStage<EmbyAnswer<PlayableItem>> answer = asked.download()
                ? emby.download(fetcher, caller, item, asked.mediaSourceId(), asked.userId())
                : emby.playable(fetcher, caller, item, asked.mediaSourceId(), asked.userId());
        return answer.thenApply(found -> switch (found) {
            case EmbyAnswer.Failed<PlayableItem>(EmbyAnswer.Why why) -> new Place.WithEmby(Relayed.of(why));
            case EmbyAnswer.Found<PlayableItem>(PlayableItem playable) -> place(playable, asked);
        });
    }

    private Place place(PlayableItem playable, Asked asked) {
        if (asked.download() && playable.downloadRefused()) {
            return new Place.WithEmby(Relayed.NOT_DOWNLOADABLE);
        }
        MediaSource source = playable.source(asked.mediaSourceId());
        return source == null ? new Place.WithEmby(Relayed.EMBY_NOT_FOUND) : place(source);
    }

    private Place place(MediaSource source) {
        if (source.infinite() || source.needsOpening()) {
            return new Place.WithEmby(Relayed.LIVE);
        }
        if (source.needsHeaders()) {
            return new Place.WithEmby(Relayed.NEEDS_HEADERS);
        }
        String path = source.path();
        for (PathPrefix root : localRoots) {
            if (root.rest(path) != null) {
                return new Place.WithEmby(Relayed.LOCAL);
            }
        }
        if (isAddress(path)) {
            URI address = WebAddress.of(path);
            return address == null
                    ? new Place.WithEmby(Relayed.SOURCE_UNFIT)
                    : new Place.AtAddress(address, source.container(), source.size());
        }
        String drive = paths.toDrive(path);
        // A .strm file itself is a line of text: Emby did not read it, and no player could.
        if (drive == null || drive.toLowerCase(Locale.ROOT).endsWith(".strm")) {
            return new Place.WithEmby(Relayed.UNMAPPED);
        }
        return new Place.OnDrive(drive, source.container());
    }

    private static boolean isAddress(String path) {
        return path.regionMatches(true, 0, "http://", 0, 7) || path.regionMatches(true, 0, "https://", 0, 8);
    }

    long size() {
        return known.size();
    }
}
