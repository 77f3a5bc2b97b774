package dev.embergate.engine.upstream;

import dev.embergate.engine.decode.DecodeLimits;
import dev.embergate.engine.upstream.OutboundRequest.Body;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.resolver.NoopAddressResolverGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connections of one event loop to one upstream. Used on that loop only.
 *
 * <p>A call takes the connection that was used last, or a new one, or waits: first come, first served, no longer than the
 * connect time-out, then it fails as BUSY. A call whose reused connection turns out dead is sent once more on another one if
 * that can do no harm (RFC 9112 section 9.3.1).
 */
public final class UpstreamPool {
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 << 10, 256 << 10);

    /** The clock ticks this often within the shortest time-out. */
    private static final int TICKS_IN_TIMEOUT = 8;

    /** A client that takes nothing for less than this is not stalled. */
    private static final long STALLED_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** How long a request waits before another's stalled answer is ended for it. */
    private static final long RELIEVE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long MIN_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long MAX_TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** @param better addresses that come before that one */
    private record Peer(InetSocketAddress address, List<InetSocketAddress> better) {}

    private final UpstreamConfig config;
    private final DecodeLimits limits;
    private final EventLoop loop;
    private final UpstreamHealth health;
    private final Resolver resolver;
    private final Bootstrap bootstrap;
    private final UpstreamName name;
    private final @Nullable UpstreamTls tls;

    private final List<UpstreamConnection> connections = new ArrayList<>();

    /** Where each connection goes. */
    private final IdentityHashMap<UpstreamConnection, Peer> peers = new IdentityHashMap<>();

    /** Used last first; the last of it has been unused longest. */
    private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();

    private final ArrayDeque<PooledCall> waiting = new ArrayDeque<>();
    private int attempts;
    private int uploads;
    private boolean closed;
    private boolean relieving;

    private final long tickNanos;
    private final int firstByteTicks;
    private final int idleTicks;
    private final int keepAliveTicks;
    private final int waitTicks;
    private int tick;
    private boolean ticking;

    /**
     * Reads the certificates of an https upstream, which blocks: not on a loop that carries exchanges.
     *
     * @throws IllegalArgumentException when the CA file cannot be used
     */
    public UpstreamPool(
            UpstreamConfig config,
            DecodeLimits limits,
            EventLoop loop,
            Class<? extends Channel> channelType,
            UpstreamHealth health) {
        this(
                config,
                limits,
                loop,
                channelType,
                health,
                NameResolver.SHARED,
                config.secure() ? UpstreamTls.of(config) : null);
    }

    UpstreamPool(
            UpstreamConfig config,
            DecodeLimits limits,
            EventLoop loop,
            Class<? extends Channel> channelType,
            UpstreamHealth health,
            Resolver resolver,
            @Nullable UpstreamTls tls) {
        this.config = config;
        this.limits = limits;
        this.loop = loop;
        this.health = health;
        this.resolver = resolver;
        this.name = UpstreamName.of(config);
        this.tls = tls;
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(channelType)
                .resolver(NoopAddressResolverGroup.INSTANCE)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        clampToInt(config.connectTimeout().toMillis()))
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                // A write that fails must not throw away an early answer that waits to be read.
                .option(ChannelOption.AUTO_CLOSE, false);
        long shortest = Math.min(
                Math.min(
                        config.firstByteTimeout().toNanos(),
                        config.idleTimeout().toNanos()),
                Math.min(config.keepAlive().toNanos(), config.connectTimeout().toNanos()));
        this.tickNanos = Math.clamp(shortest / TICKS_IN_TIMEOUT, MIN_TICK_NANOS, MAX_TICK_NANOS);
        this.firstByteTicks = ticks(config.firstByteTimeout());
        this.idleTicks = ticks(config.idleTimeout());
        this.keepAliveTicks = ticks(config.keepAlive());
        this.waitTicks = ticks(config.connectTimeout());
    }

    private int ticks(Duration time) {
        return clampToInt((time.toNanos() + tickNanos - 1) / tickNanos);
    }

    private static int clampToInt(long value) {
        return Math.clamp(value, 1, Integer.MAX_VALUE);
    }

    public UpstreamConfig config() {
        return config;
    }

    /** What heads sent here say. */
    public UpstreamName name() {
        return name;
    }

    /** Starts a call; never fails directly but through the listener, later. */
    public UpstreamCall open(OutboundRequest request, UpstreamListener listener) {
        assert loop.inEventLoop();
        PooledCall call = new PooledCall(this, request, listener);
        if (closed) {
            call.failLater(failure(UpstreamFailure.Kind.STOPPING, "no new requests: stopping"));
        } else {
            place(call);
        }
        return call;
    }

    /** On an idle connection, a new one, or in the queue. The listener hears nothing from within. */
    void place(PooledCall call) {
        UpstreamConnection connection = takeIdle();
        if (connection != null) {
            if (call.request.body() == Body.NONE) {
                connection.begin(call);
            } else {
                call.startLater(connection);
            }
        } else if (hasPlace()) {
            connect(call);
        } else if (waiting.size() < config.maxWaiting()) {
            call.waiting(tick);
            waiting.addLast(call);
            keepTicking();
            relieveLater();
        } else {
            call.failLater(failure(
                    UpstreamFailure.Kind.BUSY,
                    "all " + config.maxConnections() + " connections in use, " + waiting.size() + " requests waiting"));
        }
    }

    /**
     * Whether one more request may be sent while its body is still to come; {@link #uploadOver} must follow then. At most three
     * quarters of the connections are lent to such: clients decide how long they last, and the rest is for requests that are whole.
     */
    public boolean beginUpload() {
        if (uploads >= Math.max(1, config.maxConnections() / 4 * 3)) {
            return false;
        }
        uploads++;
        return true;
    }

    /** The body has come to its end, or never will. */
    public void uploadOver() {
        uploads--;
    }

    /** Connections that are open, idle ones included. */
    public int connections() {
        return connections.size();
    }

    public int waiting() {
        return waiting.size();
    }

    /** Closes idle connections and fails those who wait; calls that run go on. */
    public void close() {
        assert loop.inEventLoop();
        closed = true;
        for (UpstreamConnection connection = idle.poll(); connection != null; connection = idle.poll()) {
            connection.close();
        }
        for (PooledCall call = waiting.poll(); call != null; call = waiting.poll()) {
            call.failLater(failure(UpstreamFailure.Kind.STOPPING, "no connection was free before the stop"));
        }
    }

    // What attempts, connections and calls ask and tell

    DecodeLimits limits() {
        return limits;
    }

    EventLoop loop() {
        return loop;
    }

    UpstreamHealth health() {
        return health;
    }

    Resolver resolver() {
        return resolver;
    }

    boolean isSecure() {
        return tls != null;
    }

    UpstreamFailure failure(UpstreamFailure.Kind kind, String what) {
        return new UpstreamFailure(kind, config.name() + ": " + what);
    }

    ChannelFuture connect(UpstreamConnection connection, ConnectAttempt.Candidate candidate) {
        UpstreamTls secure = tls;
        return bootstrap
                .clone()
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (secure != null) {
                            channel.pipeline()
                                    .addLast(secure.newHandler(
                                            channel,
                                            candidate.host(),
                                            candidate.address().getPort(),
                                            config.connectTimeout().toMillis()));
                        }
                        channel.pipeline().addLast(connection);
                    }
                })
                .connect(candidate.address());
    }

    void attemptOver() {
        attempts--;
    }

    /**
     * @param better addresses that were to be taken before that one
     * @param first whom it was made for; null when that call has gone
     */
    void opened(
            UpstreamConnection connection,
            ConnectAttempt.Candidate candidate,
            List<InetSocketAddress> better,
            @Nullable PooledCall first) {
        health.connected(candidate.address());
        peers.put(connection, new Peer(candidate.address(), better));
        connections.add(connection);
        connection.opened(tick);
        keepTicking();
        if (first != null) {
            connection.begin(first);
        } else {
            giveBack(connection);
        }
    }

    /** The connection is free; false when somebody waits for it, who is to get it by {@link #giveBack}. */
    boolean rest(UpstreamConnection connection) {
        Peer peer = health.hasDoubts() ? peers.get(connection) : null;
        if (peer != null) {
            health.answered(peer.address);
        }
        if (closed || !waiting.isEmpty()) {
            return false;
        }
        connection.opened(tick);
        idle.push(connection);
        return true;
    }

    /** The connection is free: the next who waits gets it, else it rests. */
    void giveBack(UpstreamConnection connection) {
        if (closed || !connection.isUsable()) {
            connection.close();
            return;
        }
        PooledCall next = waiting.poll();
        if (next != null) {
            connection.begin(next);
        } else {
            rest(connection);
        }
    }

    /** The connection is closed, or somebody else's. */
    void left(UpstreamConnection connection) {
        connections.remove(connection);
        peers.remove(connection);
        idle.remove(connection);
        placeFreed();
    }

    /** A connection may be made for the next who waits. */
    void placeFreed() {
        if (hasPlace()) {
            PooledCall next = waiting.poll();
            if (next != null) {
                connect(next);
            }
        }
    }

    /** The first of the queue, taken from it; null when nobody waits. */
    @Nullable
    PooledCall nextWaiting() {
        return waiting.poll();
    }

    void forget(PooledCall call) {
        waiting.remove(call);
    }

    /** Before its dead connection has {@link #left}: that one's place is for a new one, since other idle ones may be dead too. */
    void retry(PooledCall call) {
        call.prepareRetry();
        call.waiting(tick);
        waiting.addFirst(call);
    }

    private boolean hasPlace() {
        return connections.size() + attempts < config.maxConnections();
    }

    private void connect(PooledCall call) {
        attempts++;
        ConnectAttempt attempt = new ConnectAttempt(this, call);
        call.connecting(attempt);
        attempt.start();
    }

    private @Nullable UpstreamConnection takeIdle() {
        for (UpstreamConnection connection = idle.poll(); connection != null; connection = idle.poll()) {
            if (connection.isUsable() && !isSecondBest(connection)) {
                return connection;
            }
            boolean usable = connection.isUsable();
            connection.close();
            if (usable) {
                return null;
            }
        }
        return null;
    }

    /** Whether an address before its own may be up again; a new connection finds out. The other idle ones stay until it has. */
    private boolean isSecondBest(UpstreamConnection connection) {
        Peer peer = config.urls().size() > 1 ? peers.get(connection) : null;
        if (peer != null) {
            for (InetSocketAddress address : peer.better) {
                if (health.mayBeUp(address)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** It took the connection and gave no answer: nobody is behind it, most likely. */
    void closedBeforeHead(UpstreamConnection connection) {
        Peer peer = peers.get(connection);
        if (peer != null) {
            health.failed(peer.address);
        }
    }

    /**
     * Ends answers whose clients take nothing, the longest stalled first, one for each request that has waited a while: else a crowd
     * of clients that ask and do not read would hold every connection for the whole of their write time-out. A burst that the free
     * connections serve in turn costs nobody anything.
     */
    private void relieve() {
        relieving = false;
        long now = System.nanoTime();
        for (PooledCall first = waiting.peek();
                first != null && now - first.waitingSinceNanos >= RELIEVE_NANOS;
                first = waiting.peek()) {
            UpstreamConnection longest = null;
            long paused = STALLED_NANOS - 1;
            for (UpstreamConnection connection : connections) {
                long nanos = connection.pausedNanos(now);
                if (nanos > paused) {
                    longest = connection;
                    paused = nanos;
                }
            }
            if (longest == null) {
                break;
            }
            longest.fail(
                    failure(UpstreamFailure.Kind.STALLED, "the client took nothing of the answer while others waited"));
            if (waiting.peek() == first) {
                break; // no place was won by it
            }
        }
        relieveLater();
    }

    private void relieveLater() {
        if (!relieving && !waiting.isEmpty()) {
            relieving = true;
            loop.schedule(this::relieve, RELIEVE_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    // Time: one coarse clock for all connections, so that a request costs no timer

    int tick() {
        return tick;
    }

    int firstByteTicks() {
        return firstByteTicks;
    }

    int idleTicks() {
        return idleTicks;
    }

    private void keepTicking() {
        if (!ticking) {
            ticking = true;
            loop.schedule(this::tickOnce, tickNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void tickOnce() {
        ticking = false;
        tick++;
        for (int i = connections.size() - 1; i >= 0; i--) {
            if (i < connections.size()) {
                connections.get(i).checkTime(tick);
            }
        }
        for (UpstreamConnection oldest = idle.peekLast();
                oldest != null && tick - oldest.movedAt() > keepAliveTicks;
                oldest = idle.peekLast()) {
            idle.removeLast();
            oldest.close();
        }
        for (PooledCall first = waiting.peek();
                first != null && tick - first.waitingSince > waitTicks;
                first = waiting.peek()) {
            waiting.removeFirst();
            first.fail(failure(UpstreamFailure.Kind.BUSY, "no connection was free within " + config.connectTimeout()));
        }
        if (!connections.isEmpty() || !waiting.isEmpty()) {
            keepTicking();
        }
    }
}
