package dev.embergate.engine.accept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.testkit.LeakCheck;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class SteadyEpollTest {
    private static final int MORE_THAN_SOCKETS_HOLD = 16 << 20;
    private static final int CONNECTS = 4;
    private static final int MOST_ROUNDS = 50;

    @Test
    void aPeerThatEndedItsSideStillGetsALongAnswer() throws Exception {
        Assumptions.assumeTrue(Epoll.isAvailable());
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, SteadyEpoll.newFactory());
        try (ServerSocket peers = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> ended = new CompletableFuture<>();
            Channel channel = new Bootstrap()
                    .group(group)
                    .channel(EpollSocketChannel.class)
                    .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .handler(new ChannelInboundHandlerAdapter() {
                        @Override
                        public void userEventTriggered(ChannelHandlerContext context, Object event) {
                            if (event instanceof ChannelInputShutdownReadComplete) {
                                ended.complete(null);
                            }
                        }
                    })
                    .connect(peers.getLocalSocketAddress())
                    .sync()
                    .channel();
            try (Socket peer = peers.accept()) {
                peer.setSoTimeout(10_000);
                peer.shutdownOutput();
                ended.get(10, TimeUnit.SECONDS);
                channel.writeAndFlush(ByteBufAllocator.DEFAULT.directBuffer().writeZero(MORE_THAN_SOCKETS_HOLD));
                assertThat(peer.getInputStream().readNBytes(MORE_THAN_SOCKETS_HOLD))
                        .hasSize(MORE_THAN_SOCKETS_HOLD);
            }
        } finally {
            group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Test
    void aNewSocketIsNotToldWhatHappenedToTheOneThatHadItsNumber() throws Exception {
        Assumptions.assumeTrue(Epoll.isAvailable());
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, SteadyEpoll.newFactory());
        try (ServerSocket peers = new ServerSocket(0, 64, InetAddress.getLoopbackAddress())) {
            int reused = 0;
            for (int round = 0; round < MOST_ROUNDS && reused == 0; round++) {
                reused = connectInThePlaceOfAnother(group, peers);
            }
            assertThat(reused).isPositive();
        } finally {
            group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    /**
     * Two channels become ready within one turn of the loop. The first closes the second and connects new ones, of which one gets
     * the number of the second, for which an event still waits.
     *
     * @return how many got that number; another thread may have been quicker
     */
    private static int connectInThePlaceOfAnother(EventLoopGroup group, ServerSocket peers) throws Exception {
        AtomicReference<EpollSocketChannel> second = new AtomicReference<>();
        List<ChannelFuture> connects = new CopyOnWriteArrayList<>();
        CompletableFuture<Integer> number = new CompletableFuture<>();
        Bootstrap bootstrap = new Bootstrap()
                .group(group)
                .channel(EpollSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {}
                });
        Channel first = bootstrap
                .clone()
                .handler(new SimpleChannelInboundHandler<ByteBuf>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
                        EpollSocketChannel other = second.get();
                        int was = other.fd().intValue();
                        other.close();
                        for (int i = 0; i < CONNECTS; i++) {
                            connects.add(bootstrap.connect(peers.getLocalSocketAddress()));
                        }
                        number.complete(was);
                    }
                })
                .connect(peers.getLocalSocketAddress())
                .sync()
                .channel();
        Socket firstPeer = peers.accept();
        second.set((EpollSocketChannel)
                bootstrap.connect(peers.getLocalSocketAddress()).sync().channel());
        Socket secondPeer = peers.accept();
        CountDownLatch bothReady = new CountDownLatch(1);
        group.execute(() -> awaitUninterruptibly(bothReady));
        firstPeer.getOutputStream().write(1);
        secondPeer.close();
        bothReady.countDown();
        int was = number.get(10, TimeUnit.SECONDS);
        int reused = 0;
        for (ChannelFuture connect : connects) {
            reused += ((EpollSocketChannel) connect.channel()).fd().intValue() == was ? 1 : 0;
            assertThat(connect.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(connect.cause()).isNull();
            peers.accept().close();
            connect.channel().close().sync();
        }
        firstPeer.close();
        first.close().sync();
        return reused;
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
