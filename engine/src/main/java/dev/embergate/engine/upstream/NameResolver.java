package dev.embergate.engine.upstream;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Asks the JDK on a virtual thread, because its look-up blocks, and remembers the answer: 30 s, or 5 s that there is none.
 * One look-up at a time for a name. Literals need none. Thread-safe.
 */
final class NameResolver implements Resolver {
    static final NameResolver SHARED = new NameResolver(InetAddress::getAllByName);

    private static final Duration KNOWN = Duration.ofSeconds(30);
    private static final Duration UNKNOWN = Duration.ofSeconds(5);
    private static final int MAX_NAMES = 1024;

    private final Lookup lookup;
    private final Executor threads = task -> Thread.ofVirtual().name("resolve").start(task);
    private final AsyncCache<String, List<InetAddress>> known = Caffeine.newBuilder()
            .maximumSize(MAX_NAMES)
            .expireAfter(Expiry.<String, List<InetAddress>>creating(
                    (host, addresses) -> addresses.isEmpty() ? UNKNOWN : KNOWN))
            .executor(Runnable::run)
            .buildAsync();

    NameResolver(Lookup lookup) {
        this.lookup = lookup;
    }

    @Override
    public void resolve(String host, EventLoop loop, Consumer<List<InetAddress>> then) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        if (literal != null) {
            then.accept(List.of(address(literal)));
            return;
        }
        CompletableFuture<List<InetAddress>> answer = known.get(
                host.toLowerCase(Locale.ROOT),
                (name, executor) ->
                        CompletableFuture.supplyAsync(() -> ask(name), threads).exceptionally(failure -> List.of()));
        if (answer.isDone()) {
            then.accept(answer.join());
        } else {
            answer.thenAccept(addresses -> loop.execute(() -> then.accept(addresses)));
        }
    }

    private List<InetAddress> ask(String name) {
        try {
            return List.of(lookup.all(name));
        } catch (UnknownHostException e) {
            return List.of();
        }
    }

    private static InetAddress address(byte[] literal) {
        try {
            return InetAddress.getByAddress(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of " + literal.length + " bytes", e);
        }
    }

    /** The JDK's look-up; blocks. */
    interface Lookup {
        InetAddress[] all(String name) throws UnknownHostException;
    }
}
