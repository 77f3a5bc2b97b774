package dev.embergate.engine.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Makes one connection for a call: resolves the name, tries its addresses in turn, shakes hands. Takes one of the pool's
 * places from its beginning to its end; a refused certificate is not tried elsewhere. On the loop.
 */
final class ConnectAttempt {
    private final UpstreamPool pool;
    private @Nullable PooledCall call;
    private List<InetAddress> addresses = List.of();
    private int tried;
    private @Nullable Channel channel;
    private boolean resolved;
    private boolean over;

    ConnectAttempt(UpstreamPool pool, PooledCall call) {
        this.pool = pool;
        this.call = call;
    }

    void start() {
        pool.resolver().resolve(pool.host(), pool.loop(), this::resolved);
        if (!resolved) {
            pool.loop()
                    .schedule(
                            this::resolvingTakesTooLong,
                            pool.config().connectTimeout().toNanos(),
                            TimeUnit.NANOSECONDS);
        }
    }

    private void resolvingTakesTooLong() {
        if (!resolved && !over) {
            failed(
                    UpstreamFailure.Kind.UNRESOLVED,
                    "host name not resolved within " + pool.config().connectTimeout());
        }
    }

    /** Its call does not want it any more: the next who waits gets it, or nobody and it ends at once. */
    void abandoned() {
        PooledCall next = pool.nextWaiting();
        call = next;
        if (next != null) {
            next.connecting(this);
            return;
        }
        Channel open = channel;
        end();
        if (open != null) {
            UpstreamConnection.closeAtOnce(open);
        }
    }

    private void resolved(List<InetAddress> found) {
        resolved = true;
        if (over) {
            return;
        }
        if (found.isEmpty()) {
            failed(UpstreamFailure.Kind.UNRESOLVED, "host name cannot be resolved");
            return;
        }
        addresses = pool.lastGoodFirst(found);
        tryNext();
    }

    private void tryNext() {
        InetAddress address = addresses.get(tried++);
        UpstreamConnection connection = new UpstreamConnection(pool);
        ChannelFuture connecting = pool.connect(
                connection, new InetSocketAddress(address, pool.config().port()));
        channel = connecting.channel();
        connecting.addListener((ChannelFuture done) -> connected(done, connection, address));
    }

    private void connected(ChannelFuture done, UpstreamConnection connection, InetAddress address) {
        if (over) {
            UpstreamConnection.closeAtOnce(done.channel());
            return;
        }
        if (done.isSuccess()) {
            SslHandler tls = done.channel().pipeline().get(SslHandler.class);
            if (tls == null) {
                opened(connection, address);
            } else {
                tls.handshakeFuture().addListener(shaken -> shaken(shaken, connection, address));
            }
            return;
        }
        if (tried < addresses.size()) {
            tryNext();
        } else if (done.cause() instanceof ConnectTimeoutException) {
            failed(
                    UpstreamFailure.Kind.CONNECT_TIMEOUT,
                    "no connection within " + pool.config().connectTimeout());
        } else {
            failed(UpstreamFailure.Kind.REFUSED, "connection refused");
        }
    }

    private void shaken(Future<? super Channel> done, UpstreamConnection connection, InetAddress address) {
        if (over) {
            return;
        }
        if (done.isSuccess()) {
            opened(connection, address);
        } else if (done.cause() instanceof SslHandshakeTimeoutException) {
            failed(
                    UpstreamFailure.Kind.CONNECT_TIMEOUT,
                    "no TLS handshake within " + pool.config().connectTimeout());
        } else {
            failed(UpstreamFailure.Kind.TLS, "TLS handshake failed" + reason(done.cause()));
        }
    }

    /** What TLS libraries say names certificates and algorithms only, and only at the innermost cause to the point. */
    private static String reason(Throwable cause) {
        Throwable innermost = cause;
        while (innermost.getCause() != null && innermost.getCause() != innermost) {
            innermost = innermost.getCause();
        }
        boolean telling =
                innermost instanceof SSLException || innermost instanceof java.security.GeneralSecurityException;
        return telling && innermost.getMessage() != null ? ": " + innermost.getMessage() : "";
    }

    private void opened(UpstreamConnection connection, InetAddress address) {
        PooledCall first = call;
        end();
        pool.opened(connection, address, first);
    }

    private void failed(UpstreamFailure.Kind kind, String what) {
        PooledCall first = call;
        pool.health().failedToConnect();
        if (first != null) {
            first.failLater(pool.failure(kind, what));
        }
        end();
        pool.placeFreed();
    }

    private void end() {
        if (!over) {
            over = true;
            call = null;
            channel = null;
            pool.attemptOver();
        }
    }
}
