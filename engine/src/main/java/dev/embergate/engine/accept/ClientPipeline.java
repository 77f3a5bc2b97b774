package dev.embergate.engine.accept;

import dev.embergate.engine.EngineConfig.ListenerConfig;
import dev.embergate.engine.act.ClientConnection;
import dev.embergate.engine.act.ListenerRoom;
import dev.embergate.engine.act.LoopRoom;
import dev.embergate.engine.act.Peer;
import dev.embergate.engine.decode.Networks;
import dev.embergate.engine.telemetry.Telemetry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The contents page: every handler a client's connection passes, in order. */
@Sharable
final class ClientPipeline extends ChannelInitializer<Channel> {
    private final ListenerConfig config;
    private final ListenerRoom listener;
    private final @Nullable ListenerTls tls;
    private final Doors doors;

    /** What all listeners share. */
    record Doors(
            ConnectionLimits limits,
            Networks trusted,
            Duration headTimeout,
            Telemetry telemetry,
            Map<EventLoop, LoopRoom> rooms,
            AtomicInteger turnedAway) {}

    ClientPipeline(ListenerConfig config, ListenerRoom listener, @Nullable ListenerTls tls, Doors doors) {
        this.config = config;
        this.listener = listener;
        this.tls = tls;
        this.doors = doors;
    }

    @Override
    protected void initChannel(Channel channel) {
        if (!(channel.remoteAddress() instanceof InetSocketAddress from)) {
            channel.close(); // reset before we looked
            return;
        }
        if (!doors.limits.enter()) {
            turnAway(channel, "max-connections");
            return;
        }
        channel.closeFuture().addListener(closed -> doors.limits.left());
        boolean secure = config.tls() != null;
        if (config.proxyProtocol()) {
            if (!doors.trusted.contains(from.getAddress())) {
                refused("proxy-protocol-untrusted");
                channel.close();
                return;
            }
            channel.pipeline()
                    .addLast("proxy-protocol", new ProxyProtocol(doors.headTimeout.toNanos(), this::refused, header -> {
                        InetSocketAddress named = header.source();
                        serve(channel, new Peer(named == null ? from : named, secure || header.isSecure()));
                    }));
        } else {
            serve(channel, new Peer(from, secure));
        }
    }

    /** The rest of the pipeline, once it is known who is there. */
    private void serve(Channel channel, Peer peer) {
        InetAddress address = peer.address().getAddress();
        if (doors.limits.counts(address)) {
            if (!doors.limits.enter(address)) {
                turnAway(channel, "max-connections-per-address");
                return;
            }
            channel.closeFuture().addListener(closed -> doors.limits.left(address));
        }
        ChannelPipeline pipeline = channel.pipeline();
        ListenerTls shown = tls;
        if (shown == null) {
            pipeline.addLast("exchanges", exchanges(channel, listener, peer));
            return;
        }
        // The entrance puts "names" and "handshake" behind it and goes; "names" becomes "tls"; "handshake" becomes
        // "exchanges".
        Handshake handshake =
                new Handshake(shown.listener(), doors.telemetry, () -> exchanges(channel, listener, peer));
        Peer inPlain = new Peer(peer.address(), false);
        pipeline.addLast(
                "entrance",
                new TlsEntrance(
                        shown,
                        handshake,
                        doors.headTimeout.toMillis(),
                        () -> exchanges(channel, listener.ofPlainHttp(), inPlain)));
    }

    /** Decode, match, act, encode. */
    private ClientConnection exchanges(Channel channel, ListenerRoom of, Peer peer) {
        return new ClientConnection(room(channel), of, peer);
    }

    private void turnAway(Channel channel, String why) {
        refused(why);
        if (config.tls() == null) {
            TurnedAway.turnAway(channel, doors.turnedAway);
        } else {
            channel.close(); // a handshake to say no would cost more than the connection
        }
    }

    private void refused(String why) {
        doors.telemetry.connectionRefused(why);
    }

    private LoopRoom room(Channel channel) {
        @Nullable LoopRoom room = doors.rooms.get(channel.eventLoop());
        if (room == null) {
            throw new IllegalStateException("an event loop without a room");
        }
        return room;
    }
}
