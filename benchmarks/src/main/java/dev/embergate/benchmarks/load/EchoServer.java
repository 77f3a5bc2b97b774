package dev.embergate.benchmarks.load;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes every WebSocket handshake, then sends all bytes back as they come. One thread. */
final class EchoServer implements AutoCloseable {
    private static final Pattern KEY = Pattern.compile("(?i)\\r\\nSec-WebSocket-Key:\\s*(\\S+)");
    private static final String RFC_6455 = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final EventLoopGroup loop;
    private final Channel acceptor;

    private EchoServer() {
        loop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("load-echo", true), EpollIoHandler.newFactory());
        acceptor = new ServerBootstrap()
                .group(loop)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 8192)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.config().setTcpNoDelay(true);
                        channel.pipeline().addLast(new Echo());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    static EchoServer start() {
        return new EchoServer();
    }

    int port() {
        return ((InetSocketAddress) acceptor.localAddress()).getPort();
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        private final StringBuilder head = new StringBuilder();
        private boolean open;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            if (open) {
                context.write(bytes, context.voidPromise());
                return;
            }
            head.append(bytes.toString(StandardCharsets.ISO_8859_1));
            bytes.release();
            if (head.indexOf("\r\n\r\n") >= 0) {
                open = true;
                Matcher key = KEY.matcher(head);
                String accept = key.find() ? accept(key.group(1)) : "";
                String answer = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Accept: " + accept + "\r\n\r\n";
                context.writeAndFlush(
                        context.alloc().buffer().writeBytes(answer.getBytes(StandardCharsets.ISO_8859_1)));
            }
        }

        private static String accept(String key) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-1")
                        .digest((key + RFC_6455).getBytes(StandardCharsets.ISO_8859_1));
                return Base64.getEncoder().encodeToString(digest);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
