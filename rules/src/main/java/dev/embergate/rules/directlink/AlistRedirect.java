package dev.embergate.rules.directlink;

import dev.embergate.engine.spi.Fetcher;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestEdits;
import dev.embergate.engine.spi.RequestHead;
import dev.embergate.engine.spi.ResponsePlan;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.spi.RuleContext;
import dev.embergate.rules.emby.EmbyCaller;
import dev.embergate.rules.emby.EmbyClient;
import dev.embergate.rules.emby.EmbyItemId;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a play request to the drive: the caller's token, Emby's word for the path, the path on the drive, the drive's link for
 * this player. Whatever fails on the way, the very same request goes to Emby as if this rule were not there; so a caller
 * without a token gets Emby's own 401.
 */
final class AlistRedirect implements Rule {
    private static final Logger LOG = LoggerFactory.getLogger(AlistRedirect.class);

    /** Some drives refuse a link with a referrer; and a link lives for minutes, a cached redirect would outlive it. */
    private static final Headers HEADERS = Headers.of("Referrer-Policy", "no-referrer", "Cache-Control", "no-store");

    private final Places places;
    private final Links links;
    private final RedirectMeters meters;
    private final String emby;
    private final int status;
    private final long timeoutNanos;

    AlistRedirect(AlistRedirectConfig config, URI embyAddress, RedirectMeters meters) {
        this.meters = meters;
        this.emby = config.emby();
        this.status = config.status();
        this.timeoutNanos = config.timeout().toNanos();
        this.places = new Places(
                new EmbyClient(embyAddress, config.timeout()),
                new PathMap(config.paths(), config.unmapped(), config.decodePaths()),
                config.localRoots().stream().map(PathPrefix::of).toList(),
                config.cache());
        this.links = new Links(
                new AlistClient(config.alist().url(), config.alist().token(), config.timeout()), config, meters);
    }

    @Override
    public Outcome decide(RequestHead request, RuleContext context) {
        Asked asked = Asked.of(request, context);
        EmbyCaller caller = asked.caller();
        EmbyItemId item = asked.item();
        if (caller == null) {
            return relay(Relayed.NO_TOKEN, asked);
        }
        if (item == null) {
            return relay(Relayed.NO_ITEM, asked);
        }
        if (asked.converted()) {
            return relay(Relayed.CONVERSION, asked);
        }
        Places.Key key = Places.key(asked, caller, item);
        Place place = places.known(key);
        if (place == null) {
            Fetcher fetcher = context.fetcher();
            return later(
                    places.find(key, asked, caller, fetcher).thenCompose(found -> goOn(found, asked, fetcher)), asked);
        }
        return switch (place) {
            case Place.WithEmby(Relayed why) -> relay(why, asked);
            case Place.AtAddress address -> {
                meters.hit();
                yield at(address, asked);
            }
            case Place.OnDrive file -> onDrive(file, asked, context);
        };
    }

    private Outcome onDrive(Place.OnDrive file, Asked asked, RuleContext context) {
        if (!asked.takes(file.container())) {
            return relay(Relayed.CONTAINER, asked);
        }
        Links.Key key = links.key(file, asked);
        Link link = links.known(key);
        if (link == null) {
            return later(links.find(key, asked, context.fetcher()).thenApply(found -> through(found, asked)), asked);
        }
        if (link instanceof Link.Found) {
            meters.hit();
        }
        return through(link, asked);
    }

    private CompletableFuture<Outcome> goOn(Place place, Asked asked, Fetcher fetcher) {
        return switch (place) {
            case Place.WithEmby(Relayed why) -> CompletableFuture.completedFuture(relay(why, asked));
            case Place.AtAddress address -> CompletableFuture.completedFuture(at(address, asked));
            case Place.OnDrive file ->
                asked.takes(file.container())
                        ? links.find(links.key(file, asked), asked, fetcher).thenApply(link -> through(link, asked))
                        : CompletableFuture.completedFuture(relay(Relayed.CONTAINER, asked));
        };
    }

    private Outcome at(Place.AtAddress place, Asked asked) {
        return asked.takes(place.container())
                ? redirect(place.address(), place.size(), asked)
                : relay(Relayed.CONTAINER, asked);
    }

    private Outcome through(Link link, Asked asked) {
        return switch (link) {
            case Link.Found(URI address, long size) -> redirect(address, size, asked);
            case Link.None(Relayed why) -> relay(why, asked);
        };
    }

    private Outcome redirect(URI address, long size, Asked asked) {
        return new Outcome.Redirect(status, address, HEADERS, asked.bytesKept(size));
    }

    private Outcome relay(Relayed why, Asked asked) {
        meters.relayed(why);
        LOG.debug("item {} left to Emby: {}", asked.item(), why);
        String known = asked.knownTarget();
        return known == null
                ? why.pass()
                : new Outcome.Forward(emby, RequestEdits.NONE.withTarget(known), ResponsePlan.RELAY);
    }

    /** @param outcome of this asker alone. The look-up goes on after the deadline: whoever asks next finds it */
    private Outcome later(CompletableFuture<Outcome> outcome, Asked asked) {
        Outcome tooLate = Relayed.SLOW.pass();
        return new Outcome.Later(outcome.completeOnTimeout(tooLate, timeoutNanos, TimeUnit.NANOSECONDS)
                .thenApply(found -> found == tooLate ? relay(Relayed.SLOW, asked) : found));
    }

    /** How many places and links are kept. */
    long size() {
        return places.size() + links.size();
    }
}
