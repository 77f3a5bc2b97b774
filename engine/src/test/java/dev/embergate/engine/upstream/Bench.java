package dev.embergate.engine.upstream;

import dev.embergate.engine.decode.DecodeLimits;
import dev.embergate.engine.upstream.OutboundRequest.Body;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One event loop and pools on it, for tests that stand outside of the loop. */
final class Bench implements AutoCloseable {
    /** How sockets are driven. */
    enum Transport {
        NIO,
        EPOLL;

        /** What this machine has. */
        static List<Transport> available() {
            return Epoll.isAvailable() ? List.of(NIO, EPOLL) : List.of(NIO);
        }
    }

    final Transport transport;
    final EventLoopGroup loops;
    final EventLoop loop;
    /** How far its clock is ahead of this machine's. */
    volatile long healthAheadNanos;

    final UpstreamHealth health = new UpstreamHealth(() -> System.nanoTime() + healthAheadNanos);
    private final List<UpstreamPool> pools = new ArrayList<>();

    Bench(Transport transport) {
        this(transport, 1);
    }

    Bench(Transport transport, int threads) {
        this.transport = transport;
        this.loops = new MultiThreadIoEventLoopGroup(
                threads, transport == Transport.NIO ? NioIoHandler.newFactory() : EpollIoHandler.newFactory());
        this.loop = loops.next();
    }

    Class<? extends Channel> channelType() {
        return transport == Transport.NIO ? NioSocketChannel.class : EpollSocketChannel.class;
    }

    UpstreamPool pool(UpstreamConfig config) {
        return pool(config, NameResolver.SHARED);
    }

    UpstreamPool pool(UpstreamConfig config, Resolver resolver) {
        UpstreamTls tls = config.secure() ? UpstreamTls.of(config) : null;
        UpstreamPool pool = new UpstreamPool(config, DecodeLimits.DEFAULT, loop, channelType(), health, resolver, tls);
        pools.add(pool);
        return pool;
    }

    UpstreamPool pool(URI url) {
        return pool(config(url).build());
    }

    static Settings config(URI url) {
        return new Settings(url);
    }

    UpstreamCall get(UpstreamPool pool, String target, UpstreamListener listener) {
        return open(pool, "GET", target, "", Body.NONE, false, listener);
    }

    /** Opens a call on the loop; returns when {@code open} has. */
    UpstreamCall open(
            UpstreamPool pool,
            String method,
            String target,
            String fields,
            Body body,
            boolean upgrade,
            UpstreamListener listener) {
        return on(() -> pool.open(request(method, target, fields, body, upgrade), listener));
    }

    static OutboundRequest request(String method, String target, String fields, Body body, boolean upgrade) {
        return new OutboundRequest(
                bytes(method + " " + target + " HTTP/1.1\r\nHost: test\r\n" + fields + "\r\n"), method, body, upgrade);
    }

    static ByteBuf bytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return ByteBufAllocator.DEFAULT.directBuffer(bytes.length).writeBytes(bytes);
    }

    /** Runs on the loop and waits for it. */
    <T> T on(Callable<T> work) {
        try {
            return loop.submit(work).get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    void run(Runnable work) {
        on(() -> {
            work.run();
            return 0;
        });
    }

    int connections(UpstreamPool pool) {
        return on(pool::connections);
    }

    int waiting(UpstreamPool pool) {
        return on(pool::waiting);
    }

    /** A quiet period of nothing would leave connections in the making as they are, their promises never kept. */
    void stopLoops() {
        loops.shutdownGracefully(10, 5000, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        if (!loops.isShuttingDown()) {
            pools.forEach(pool -> run(pool::close));
        }
        stopLoops();
        loops.terminationFuture().awaitUninterruptibly(10, TimeUnit.SECONDS);
    }

    /** An {@link UpstreamConfig} in the making; time-outs long enough never to fire in a test that does not set them. */
    static final class Settings {
        private final List<URI> urls = new ArrayList<>();
        private int maxConnections = 8;
        private int maxWaiting = 8;
        private Duration connect = Duration.ofSeconds(20);
        private Duration firstByte = Duration.ofSeconds(20);
        private Duration idle = Duration.ofSeconds(20);
        private Duration keepAlive = Duration.ofSeconds(20);
        private boolean verifyTls = true;
        private @Nullable Path caFile;

        private Settings(URI url) {
            urls.add(url);
        }

        Settings also(URI... others) {
            urls.addAll(List.of(others));
            return this;
        }

        Settings connections(int most, int waiting) {
            maxConnections = most;
            maxWaiting = waiting;
            return this;
        }

        Settings connectMillis(long millis) {
            connect = Duration.ofMillis(millis);
            return this;
        }

        Settings firstByteMillis(long millis) {
            firstByte = Duration.ofMillis(millis);
            return this;
        }

        Settings idleMillis(long millis) {
            idle = Duration.ofMillis(millis);
            return this;
        }

        Settings keepAliveMillis(long millis) {
            keepAlive = Duration.ofMillis(millis);
            return this;
        }

        Settings unverified() {
            verifyTls = false;
            return this;
        }

        Settings trusting(Path file) {
            caFile = file;
            return this;
        }

        UpstreamConfig build() {
            return new UpstreamConfig(
                    "origin", urls, maxConnections, maxWaiting, connect, firstByte, idle, keepAlive, verifyTls, caFile);
        }
    }
}
