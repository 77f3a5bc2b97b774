package dev.embergate.engine.accept;

import dev.embergate.engine.EngineConfig;
import dev.embergate.engine.EngineConfig.ListenerConfig;
import dev.embergate.engine.act.ListenerRoom;
import dev.embergate.engine.act.LoopRoom;
import dev.embergate.engine.act.RuleTables;
import dev.embergate.engine.control.EngineStatus;
import dev.embergate.engine.decode.Networks;
import dev.embergate.engine.telemetry.Telemetry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The open ports. Bound all together or not at all; used by one thread at a time. */
public final class Listeners {
    /**
     * What the kernel keeps unsent of one connection, where it can be told. Else that grows to megabytes, and the kernel takes more only
     * once a third of it is gone: a player that takes a film's sound as it plays would seem to take nothing for minutes.
     */
    private static final int MAX_UNSENT_BYTES = 256 << 10;

    private record Bound(ListenerConfig config, Channel channel) {}

    private final EngineConfig config;
    private final Sockets sockets;
    private final EventLoopGroup loops;
    private final RuleTables tables;
    private final ClientPipeline.Doors doors;
    private final HttpsCertificates certificates;
    private volatile List<Bound> bound = List.of();

    public Listeners(
            EngineConfig config,
            Sockets sockets,
            EventLoopGroup loops,
            RuleTables tables,
            Telemetry telemetry,
            Map<EventLoop, LoopRoom> rooms,
            HttpsCertificates certificates) {
        this.config = config;
        this.sockets = sockets;
        this.loops = loops;
        this.tables = tables;
        this.certificates = certificates;
        Networks trusted = Networks.of(config.edge().trustedProxies());
        this.doors = new ClientPipeline.Doors(
                new ConnectionLimits(config.limits(), trusted),
                trusted,
                config.timeouts().head(),
                telemetry,
                rooms,
                new AtomicInteger());
    }

    public void bind() throws IOException {
        List<Bound> opened = new ArrayList<>();
        for (ListenerConfig listener : config.listeners()) {
            ChannelFuture binding = bootstrap(listener).bind(listener.host(), listener.port());
            binding.awaitUninterruptibly();
            if (!binding.isSuccess()) {
                opened.forEach(one -> one.channel().close().awaitUninterruptibly());
                throw new IOException(
                        "listener " + listener.name() + ": " + listener.host() + ":" + listener.port() + " ("
                                + reason(binding.cause()) + ")",
                        binding.cause());
            }
            opened.add(new Bound(listener, binding.channel()));
        }
        bound = List.copyOf(opened);
    }

    private ServerBootstrap bootstrap(ListenerConfig listener) {
        int high = config.limits().writeHighWaterBytes();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(sockets.serverType())
                .option(ChannelOption.SO_BACKLOG, 4096)
                .option(ChannelOption.SO_REUSEADDR, true)
                .handler(new AcceptFaults(listener.name()))
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(high / 2, high))
                .childHandler(new ClientPipeline(
                        listener, new ListenerRoom(listener, tables), certificates.of(listener), doors));
        sockets.limitUnsent(bootstrap, MAX_UNSENT_BYTES);
        return bootstrap;
    }

    private static String reason(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    public List<EngineStatus.Listener> status() {
        List<EngineStatus.Listener> listeners = new ArrayList<>();
        for (Bound one : bound) {
            InetSocketAddress local = (InetSocketAddress) one.channel().localAddress();
            if (local != null) {
                listeners.add(new EngineStatus.Listener(
                        one.config().name(),
                        local.getAddress().getHostAddress(),
                        local.getPort(),
                        one.config().table()));
            }
        }
        return listeners;
    }

    /** Accepts nothing more. */
    public void close() {
        List<Bound> open = bound;
        bound = List.of();
        open.forEach(one -> one.channel().close().awaitUninterruptibly());
    }
}
