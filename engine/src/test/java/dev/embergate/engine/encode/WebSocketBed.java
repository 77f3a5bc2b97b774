package dev.embergate.engine.encode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.embergate.engine.decode.Rejection;
import dev.embergate.engine.spi.Conversation;
import dev.embergate.engine.testkit.HeadOf;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A server that speaks only WebSocket, with one conversation. */
final class WebSocketBed implements AutoCloseable {
    final Recorded conversation;
    final CompletableFuture<WebSocketEndpoint.Handle> handle = new CompletableFuture<>();
    final CompletableFuture<TunnelBed.End> ended = new CompletableFuture<>();
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final int port;

    WebSocketBed(Recorded conversation) throws Exception {
        this(conversation, conversation);
    }

    WebSocketBed(Recorded recorded, Conversation conversation) throws Exception {
        this.conversation = recorded;
        Channel listening = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.SO_SNDBUF, 32 * 1024)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Front(conversation));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        port = ((InetSocketAddress) listening.localAddress()).getPort();
    }

    int port() {
        return port;
    }

    /** Reads one head, then hands over. */
    private final class Front extends ChannelInboundHandlerAdapter {
        private final Conversation conversation;
        private byte[] received = new byte[0];

        Front(Conversation conversation) {
            this.conversation = conversation;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            int before = received.length;
            received = Arrays.copyOf(received, before + bytes.readableBytes());
            bytes.readBytes(received, before, received.length - before).release();
            int end = new String(received, ISO_8859_1).indexOf("\r\n\r\n");
            if (end < 0) {
                return;
            }
            Channel channel = context.channel();
            channel.config().setAutoRead(false);
            channel.pipeline().remove(this);
            HeadOf head = head(new String(received, 0, end, ISO_8859_1));
            Rejection rejection = WebSocketEndpoint.check(head);
            if (rejection != null) {
                ByteBuf answer = Unpooled.copiedBuffer("HTTP/1.1 " + rejection.status() + " No\r\n\r\n", ISO_8859_1);
                channel.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
                return;
            }
            ByteBuf rest = channel.alloc().buffer().writeBytes(received, end + 4, received.length - end - 4);
            handle.complete(WebSocketEndpoint.open(channel, head, conversation, rest, (up, down) -> {
                if (!ended.complete(new TunnelBed.End(up, down))) {
                    throw new AssertionError("told twice");
                }
            }));
        }

        private static HeadOf head(String text) {
            String[] lines = text.split("\r\n");
            List<String> fields = new ArrayList<>();
            for (String line : List.of(lines).subList(1, lines.length)) {
                int colon = line.indexOf(':');
                fields.add(line.substring(0, colon));
                fields.add(line.substring(colon + 1).strip());
            }
            String[] request = lines[0].split(" ");
            return HeadOf.of(request[0], request[1], fields.toArray(String[]::new));
        }
    }

    /** What a conversation heard in all, once it was closed. */
    TunnelBed.End end() {
        return Drained.await(ended);
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
