package dev.embergate.rules.directlink;

import dev.embergate.engine.spi.Fetcher;
import dev.embergate.rules.uri.WebAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Links to files on drives. They are shared by all callers, so they are only asked for after Emby has accepted the caller; the
 * User-Agent is in the key unless the operator says that the drives do not care.
 */
final class Links {
    private static final Logger LOG = LoggerFactory.getLogger(Links.class);
    private static final long WARN_EVERY_NANOS = Duration.ofMinutes(1).toNanos();

    record Key(String path, String userAgent) {}

    private final AlistClient alist;
    private final boolean bindUserAgent;
    private final RedirectMeters meters;
    private final SingleFlight<Key, Link> known;
    private final AtomicLong nextWarning = new AtomicLong(System.nanoTime());

    Links(AlistClient alist, AlistRedirectConfig config, RedirectMeters meters) {
        this.alist = alist;
        this.bindUserAgent = config.bindUserAgent();
        this.meters = meters;
        Duration ttl = config.cache().ttl();
        Duration failure = config.cache().failure();
        this.known = new SingleFlight<>(
                config.cache().maxEntries(),
                link -> switch (link) {
                    case Link.Found found -> ttl;
                    case Link.None none -> failure;
                },
                thrown -> new Link.None(Relayed.failed(thrown)));
    }

    Key key(Place.OnDrive file, Asked asked) {
        return new Key(file.path(), bindUserAgent ? asked.userAgent() : "");
    }

    /** Null when it has to be asked for. */
    @Nullable
    Link known(Key key) {
        return known.ready(key);
    }

    CompletableFuture<Link> find(Key key, Asked asked, Fetcher fetcher) {
        return known.get(key, () -> ask(key.path(), asked.userAgent(), fetcher));
    }

    private CompletionStage<Link> ask(String path, String userAgent, Fetcher fetcher) {
        return alist.file(fetcher, path, userAgent).thenApply(answer -> switch (answer) {
            case AlistAnswer.Failed(AlistAnswer.Why why) -> {
                warn(why);
                yield new Link.None(Relayed.of(why));
            }
            case AlistAnswer.File(String rawUrl, long size) -> {
                URI address = WebAddress.of(rawUrl);
                if (address == null) {
                    yield new Link.None(Relayed.LINK_UNFIT);
                }
                meters.resolved();
                yield new Link.Found(address, size);
            }
        });
    }

    /** A wrong token makes every play a relay, and only the operator can mend it. */
    private void warn(AlistAnswer.Why why) {
        if (why != AlistAnswer.Why.UNAUTHORISED) {
            return;
        }
        long now = System.nanoTime();
        long due = nextWarning.get();
        if (now - due >= 0 && nextWarning.compareAndSet(due, now + WARN_EVERY_NANOS)) {
            LOG.warn(
                    "alist.token: Alist does not know it (expected: the one of its settings page); Emby delivers meanwhile");
        }
    }

    long size() {
        return known.size();
    }
}
