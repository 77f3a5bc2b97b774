package dev.embergate.engine.accept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.testkit.LeakCheck;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class SteadyEpollTest {
    private static final int MORE_THAN_SOCKETS_HOLD = 16 << 20;

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
}
