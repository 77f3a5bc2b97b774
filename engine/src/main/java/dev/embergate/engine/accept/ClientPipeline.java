package dev.embergate.engine.accept;

import dev.embergate.engine.act.ClientConnection;
import dev.embergate.engine.act.ListenerRoom;
import dev.embergate.engine.act.LoopRoom;
import dev.embergate.engine.telemetry.Telemetry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The contents page: every handler a client's connection passes, in order. */
@Sharable
final class ClientPipeline extends ChannelInitializer<Channel> {
    private final ListenerRoom listener;
    private final @Nullable ListenerTls tls;
    private final long handshakeMillis;
    private final ConnectionLimits limits;
    private final Telemetry telemetry;
    private final Map<EventLoop, LoopRoom> rooms;

    ClientPipeline(
            ListenerRoom listener,
            @Nullable ListenerTls tls,
            long handshakeMillis,
            ConnectionLimits limits,
            Telemetry telemetry,
            Map<EventLoop, LoopRoom> rooms) {
        this.listener = listener;
        this.tls = tls;
        this.handshakeMillis = handshakeMillis;
        this.limits = limits;
        this.telemetry = telemetry;
        this.rooms = rooms;
    }

    @Override
    protected void initChannel(Channel channel) {
        if (!isLetIn(channel)) {
            channel.close();
            return;
        }
        ChannelPipeline pipeline = channel.pipeline();
        ListenerTls shown = tls;
        if (shown == null) {
            pipeline.addLast("exchanges", exchanges(channel, listener));
            return;
        }
        // The entrance puts "names" and "handshake" behind it and goes; "names" becomes "tls"; "handshake" becomes
        // "exchanges".
        Handshake handshake = new Handshake(shown.listener(), telemetry, () -> exchanges(channel, listener));
        pipeline.addLast(
                "entrance",
                new TlsEntrance(shown, handshake, handshakeMillis, () -> exchanges(channel, listener.ofPlainHttp())));
    }

    /** Decode, match, act, encode. */
    private ClientConnection exchanges(Channel channel, ListenerRoom of) {
        return new ClientConnection(room(channel), of);
    }

    private boolean isLetIn(Channel channel) {
        if (!(channel.remoteAddress() instanceof InetSocketAddress peer)) {
            return false; // reset before we looked
        }
        InetAddress address = peer.getAddress();
        String refused = limits.enter(address);
        if (refused != null) {
            telemetry.connectionRefused(refused);
            return false;
        }
        channel.closeFuture().addListener(closed -> limits.left(address));
        return true;
    }

    private LoopRoom room(Channel channel) {
        @Nullable LoopRoom room = rooms.get(channel.eventLoop());
        if (room == null) {
            throw new IllegalStateException("an event loop without a room");
        }
        return room;
    }
}
