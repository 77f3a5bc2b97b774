package dev.embergate.engine.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Makes one connection for a call: resolves the names, tries the addresses, shakes hands. Takes one of the pool's places from its
 * beginning to its end; a refused certificate is not tried elsewhere. On the loop.
 *
 * <p>Addresses are tried in their order, those that are down last. The next one begins when the one before fails, or beside it
 * when that has not answered for a while (RFC 8305 section 5); the first that connects is taken. Names and connections together
 * have the connect time-out once.
 */
final class ConnectAttempt {
    /** RFC 8305 section 8 recommends it as the delay between two attempts. */
    static final long STAGGER_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /**
     * One address to connect to.
     *
     * @param host of the configuration, for TLS
     * @param of which of the configured addresses it is one, counted from the first
     */
    record Candidate(InetSocketAddress address, String host, int of) {}

    private record Connecting(Candidate candidate, Channel channel) {}

    private final UpstreamPool pool;
    private final List<HostPort> origins;
    private @Nullable PooledCall call;

    /** By configured address; null while its name is looked up. */
    private final List<@Nullable List<Candidate>> found = new ArrayList<>();

    private final Set<InetSocketAddress> tried = new HashSet<>();
    private final List<Connecting> connecting = new ArrayList<>();
    private @Nullable Future<?> budget;
    private @Nullable Future<?> stagger;
    /** Names before it in the order are not waited for any longer. */
    private boolean impatient;

    private boolean connected;
    private long beganAt;
    private boolean timedOut;
    private @Nullable Channel channel;
    private boolean over;

    ConnectAttempt(UpstreamPool pool, PooledCall call) {
        this.pool = pool;
        this.call = call;
        this.origins = pool.config().origins();
    }

    void start() {
        beganAt = System.nanoTime();
        startBudget();
        for (int i = 0; i < origins.size(); i++) {
            found.add(null);
        }
        for (int i = 0; i < origins.size(); i++) {
            int of = i;
            pool.resolver().resolve(origins.get(i).name(), pool.loop(), addresses -> resolved(of, addresses));
        }
    }

    private void startBudget() {
        long left = pool.config().connectTimeout().toNanos() - (System.nanoTime() - beganAt);
        budget = pool.loop().schedule(this::timeIsOver, Math.max(1, left), TimeUnit.NANOSECONDS);
    }

    /** Its call does not want it any more: the next who waits gets it, or nobody and it ends at once. */
    void abandoned() {
        PooledCall next = pool.nextWaiting();
        call = next;
        if (next != null) {
            next.connecting(this);
            return;
        }
        end();
    }

    private void resolved(int of, List<InetAddress> addresses) {
        if (over || connected) {
            return;
        }
        HostPort origin = origins.get(of);
        int port = origin.portOr(pool.config().defaultPort());
        List<Candidate> candidates = new ArrayList<>(addresses.size());
        for (InetAddress address : addresses) {
            candidates.add(new Candidate(new InetSocketAddress(address, port), origin.name(), of));
        }
        found.set(of, candidates);
        if (connecting.isEmpty()) {
            tryNext();
        }
    }

    /** Begins with the best address that was not tried; fails when there is none, and none to wait for. */
    private void tryNext() {
        Candidate next = best();
        if (next != null) {
            begin(next);
        } else if (connecting.isEmpty() && !found.contains(null)) {
            if (tried.isEmpty()) {
                failed(UpstreamFailure.Kind.UNRESOLVED, "host name cannot be resolved");
            } else if (timedOut) {
                failed(
                        UpstreamFailure.Kind.CONNECT_TIMEOUT,
                        "no connection within " + pool.config().connectTimeout());
            } else {
                failed(UpstreamFailure.Kind.REFUSED, "connection refused");
            }
        } else {
            tryLater();
        }
    }

    private @Nullable Candidate best() {
        Candidate down = null;
        long nanos = pool.config().connectTimeout().toNanos();
        for (List<Candidate> candidates : found) {
            if (candidates == null) {
                if (impatient) {
                    continue;
                }
                return null;
            }
            for (Candidate candidate : candidates) {
                if (!tried.contains(candidate.address)) {
                    if (pool.health().take(candidate.address, nanos)) {
                        return candidate;
                    }
                    down = down == null ? candidate : down;
                }
            }
        }
        // Better than to fail untried.
        return down;
    }

    private void begin(Candidate candidate) {
        tried.add(candidate.address);
        UpstreamConnection connection = new UpstreamConnection(pool);
        ChannelFuture future = pool.connect(connection, candidate);
        Connecting one = new Connecting(candidate, future.channel());
        connecting.add(one);
        future.addListener((ChannelFuture done) -> connected(done, connection, one));
        if (!over && !connected && connecting.contains(one)) {
            tryLater();
        }
    }

    private void tryLater() {
        Future<?> before = stagger;
        if (before != null) {
            before.cancel(false);
        }
        boolean anythingLeft = found.contains(null)
                || found.stream()
                        .anyMatch(all -> all != null && all.stream().anyMatch(c -> !tried.contains(c.address)));
        stagger = anythingLeft ? pool.loop().schedule(this::beside, STAGGER_NANOS, TimeUnit.NANOSECONDS) : null;
    }

    private void beside() {
        stagger = null;
        if (!over && !connected) {
            impatient = true;
            tryNext();
        }
    }

    private void connected(ChannelFuture done, UpstreamConnection connection, Connecting one) {
        connecting.remove(one);
        if (over || connected) {
            UpstreamConnection.closeAtOnce(done.channel());
            return;
        }
        if (done.isSuccess()) {
            taken(connection, one);
        } else if (done.cause() instanceof ChannelException && !(done.cause() instanceof ConnectTimeoutException)) {
            // Out of file handles, most likely: ours, and no fault of the address.
            failedHere("no socket could be opened");
        } else {
            timedOut = done.cause() instanceof ConnectTimeoutException;
            pool.health().failed(one.candidate.address);
            tryNext();
        }
    }

    private void taken(UpstreamConnection connection, Connecting one) {
        connected = true;
        channel = one.channel;
        stopTimers();
        for (Connecting slower : List.copyOf(connecting)) {
            // It had a head start and did not answer.
            pool.health().failed(slower.candidate.address);
            UpstreamConnection.closeAtOnce(slower.channel);
        }
        SslHandler tls = one.channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            opened(connection, one.candidate);
        } else {
            tls.handshakeFuture().addListener(shaken -> shaken(shaken, connection, one.candidate));
        }
    }

    private void shaken(Future<? super Channel> done, UpstreamConnection connection, Candidate candidate) {
        if (over) {
            return;
        }
        if (done.isSuccess()) {
            opened(connection, candidate);
        } else if (done.cause() instanceof SslHandshakeTimeoutException) {
            pool.health().failed(candidate.address);
            failed(
                    UpstreamFailure.Kind.CONNECT_TIMEOUT,
                    "no TLS handshake within " + pool.config().connectTimeout());
        } else if (isClosed(done.cause())) {
            // Nobody there to shake hands, such as behind a port somebody else holds open: another address may have
            // somebody.
            pool.health().failed(candidate.address);
            Channel refused = channel;
            if (refused != null) {
                UpstreamConnection.closeAtOnce(refused);
            }
            channel = null;
            connected = false;
            if (best() == null && !found.contains(null)) {
                failed(UpstreamFailure.Kind.TLS, "TLS handshake failed: the connection was closed");
            } else {
                startBudget();
                tryNext();
            }
        } else {
            failed(UpstreamFailure.Kind.TLS, "TLS handshake failed" + reason(done.cause()));
        }
    }

    /** A close or reset, which TLS libraries wrap in different ways; not an alert, and no certificate that is not trusted. */
    private static boolean isClosed(Throwable cause) {
        for (Throwable one = cause; one != null; one = one.getCause() == one ? null : one.getCause()) {
            if (one instanceof GeneralSecurityException) {
                return false;
            }
            if (one instanceof ClosedChannelException
                    || (one instanceof IOException && !(one instanceof SSLException))) {
                return true;
            }
        }
        return false;
    }

    /** What TLS libraries say names certificates and algorithms only, and only at the innermost cause to the point. */
    private static String reason(Throwable cause) {
        Throwable innermost = cause;
        while (innermost.getCause() != null && innermost.getCause() != innermost) {
            innermost = innermost.getCause();
        }
        boolean telling = innermost instanceof SSLException || innermost instanceof GeneralSecurityException;
        return telling && innermost.getMessage() != null ? ": " + innermost.getMessage() : "";
    }

    private void timeIsOver() {
        budget = null;
        if (over || connected) {
            return;
        }
        for (Connecting one : connecting) {
            pool.health().failed(one.candidate.address);
        }
        if (tried.isEmpty()) {
            failed(
                    UpstreamFailure.Kind.UNRESOLVED,
                    "host name not resolved within " + pool.config().connectTimeout());
        } else {
            failed(
                    UpstreamFailure.Kind.CONNECT_TIMEOUT,
                    "no connection within " + pool.config().connectTimeout());
        }
    }

    private void opened(UpstreamConnection connection, Candidate candidate) {
        PooledCall first = call;
        channel = null;
        end();
        pool.opened(connection, candidate, better(candidate), first);
    }

    /** Addresses configured before that one. */
    private List<InetSocketAddress> better(Candidate taken) {
        List<InetSocketAddress> better = new ArrayList<>();
        for (List<Candidate> candidates : found.subList(0, taken.of)) {
            if (candidates != null) {
                candidates.forEach(candidate -> better.add(candidate.address));
            }
        }
        return List.copyOf(better);
    }

    private void failed(UpstreamFailure.Kind kind, String what) {
        pool.health().failedToConnect();
        over(kind, what);
    }

    private void failedHere(String what) {
        over(UpstreamFailure.Kind.BUSY, what);
    }

    private void over(UpstreamFailure.Kind kind, String what) {
        PooledCall first = call;
        if (first != null) {
            first.failLater(pool.failure(kind, what));
        }
        end();
        pool.placeFreed();
    }

    private void stopTimers() {
        for (Future<?> timer : new Future<?>[] {budget, stagger}) {
            if (timer != null) {
                timer.cancel(false);
            }
        }
        budget = null;
        stagger = null;
    }

    private void end() {
        if (over) {
            return;
        }
        over = true;
        call = null;
        stopTimers();
        for (Connecting one : List.copyOf(connecting)) {
            UpstreamConnection.closeAtOnce(one.channel);
        }
        Channel open = channel;
        channel = null;
        if (open != null) {
            UpstreamConnection.closeAtOnce(open);
        }
        pool.attemptOver();
    }
}
