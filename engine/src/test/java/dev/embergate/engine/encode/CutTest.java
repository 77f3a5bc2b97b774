package dev.embergate.engine.encode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.testkit.Origin;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import org.junit.jupiter.api.Test;

class CutTest {
    @Test
    void aConnectionThatIsGoneAlreadyIsNoTrouble() throws Exception {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try (Origin origin = Origin.start()) {
            Channel channel = new Bootstrap()
                    .group(loops)
                    .channel(NioSocketChannel.class)
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect("127.0.0.1", origin.port())
                    .sync()
                    .channel();
            channel.close().sync();
            channel.eventLoop().submit(() -> Cut.at(channel)).sync();
            assertThat(channel.isOpen()).isFalse();
        } finally {
            loops.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS)
                    .sync();
        }
    }
}
