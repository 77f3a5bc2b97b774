package dev.embergate.engine.encode;

import dev.embergate.engine.accept.SteadyEpoll;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A tunnel between two real sockets: {@code client} and {@code upstream} are what talks through it. */
final class TunnelBed implements AutoCloseable {
    enum Transport {
        NIO,
        EPOLL
    }

    record End(long toUpstream, long toClient) {}

    /** Small, so that a reader who stalls is felt soon. */
    private static final int SEND_BUFFER_BYTES = 64 * 1024;

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    final Socket client;
    final Socket upstream;
    final Channel clientChannel;
    final Channel upstreamChannel;
    final Tunnel.Handle handle;
    final CompletableFuture<End> ended = new CompletableFuture<>();
    private final EventLoopGroup group;

    TunnelBed(Transport transport) throws Exception {
        this(transport, Duration.ofSeconds(30), "", "", null);
    }

    /**
     * @param fromClient received before the tunnel began
     * @param tls for the client's side, where {@link #client} is then the bare socket
     */
    TunnelBed(Transport transport, Duration idle, String fromClient, String fromUpstream, @Nullable SslContext tls)
            throws Exception {
        boolean epoll = transport == Transport.EPOLL;
        group = new MultiThreadIoEventLoopGroup(1, epoll ? SteadyEpoll.newFactory() : NioIoHandler.newFactory());
        CompletableFuture<Channel> accepted = new CompletableFuture<>();
        Class<? extends ServerChannel> server = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        Channel listening = new ServerBootstrap()
                .group(group)
                .channel(server)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER_BYTES)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        accepted.complete(channel);
                    }
                })
                .bind(LOOPBACK, 0)
                .sync()
                .channel();
        client = connected((InetSocketAddress) listening.localAddress());
        clientChannel = accepted.get(10, TimeUnit.SECONDS);
        try (ServerSocket origin = new ServerSocket()) {
            origin.setReceiveBufferSize(64 * 1024);
            origin.bind(new InetSocketAddress(LOOPBACK, 0));
            upstreamChannel = new Bootstrap()
                    .group(group)
                    .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                    .option(ChannelOption.AUTO_READ, false)
                    .option(ChannelOption.SO_SNDBUF, SEND_BUFFER_BYTES)
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {}
                    })
                    .connect(origin.getLocalSocketAddress())
                    .sync()
                    .channel();
            upstream = origin.accept();
        }
        upstream.setSoTimeout(10_000);
        EventLoop loop = clientChannel.eventLoop();
        handle = loop.submit(() -> Tunnel.open(
                        clientChannel,
                        bytes(fromClient),
                        upstreamChannel,
                        bytes(fromUpstream),
                        idle,
                        (toUpstream, toClient) -> {
                            assert loop.inEventLoop();
                            if (!ended.complete(new End(toUpstream, toClient))) {
                                throw new AssertionError("told twice");
                            }
                        }))
                .get(10, TimeUnit.SECONDS);
    }

    private static Socket connected(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(64 * 1024);
        socket.setSoTimeout(10_000);
        socket.connect(address, 10_000);
        return socket;
    }

    private static ByteBuf bytes(String text) {
        return text.isEmpty()
                ? Unpooled.EMPTY_BUFFER
                : io.netty.buffer.ByteBufAllocator.DEFAULT
                        .directBuffer()
                        .writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    End end() {
        return Drained.await(ended);
    }

    /** Bytes of the upstream that have been read so far. */
    long passedToClient() throws Exception {
        return clientChannel
                .eventLoop()
                .submit(() -> upstreamChannel.pipeline().get(TunnelEnd.class).passed())
                .get(10, TimeUnit.SECONDS);
    }

    void onLoop(Runnable task) throws Exception {
        clientChannel.eventLoop().submit(task).get(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        client.close();
        upstream.close();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
