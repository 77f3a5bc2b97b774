package dev.embergate.benchmarks.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** Clients of an upgraded connection, each with one message on its way at a time; or silent ones. One thread. */
final class PingPong implements AutoCloseable {
    private static final int MESSAGE_BYTES = 125;
    private static final int OPEN_SECONDS = 60;

    /** Round trips by microseconds; longer ones count as the last. */
    private static final int BUCKETS = 1_000_000;

    private static final String HANDSHAKE = """
            GET %s HTTP/1.1
            Host: localhost
            Connection: Upgrade
            Upgrade: websocket
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Key: ZW1iZXJnYXRlLWxvYWQhIQ==

            """.replace("\n", "\r\n");

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("load-ping", true), EpollIoHandler.newFactory());
    private final List<Channel> channels = new ArrayList<>();
    private final AtomicLong roundTrips = new AtomicLong();
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicLongArray micros = new AtomicLongArray(BUCKETS);
    private final CountDownLatch open;
    private final boolean silent;
    private volatile boolean closing;

    /** @param silent whether nothing is sent once a connection is upgraded */
    PingPong(int port, int count, boolean silent) throws IOException, InterruptedException {
        this.silent = silent;
        open = new CountDownLatch(count);
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Player());
                    }
                });
        for (int i = 0; i < count; i++) {
            channels.add(bootstrap
                    .connect(InetAddress.getLoopbackAddress(), port)
                    .sync()
                    .channel());
        }
        if (!open.await(OPEN_SECONDS, TimeUnit.SECONDS)) {
            close();
            throw new IOException("upgrades: " + open.getCount() + " not answered (expected: 101 to all)");
        }
    }

    long roundTrips() {
        return roundTrips.get();
    }

    /** Connections that ended though nobody here ended them. */
    int lost() {
        return lost.get();
    }

    void forgetLatencies() {
        for (int i = 0; i < BUCKETS; i++) {
            micros.set(i, 0);
        }
    }

    /** In milliseconds. */
    double percentile(double part) {
        long all = 0;
        for (int i = 0; i < BUCKETS; i++) {
            all += micros.get(i);
        }
        long below = 0;
        for (int i = 0; i < BUCKETS; i++) {
            below += micros.get(i);
            if (below >= all * part) {
                return i / 1000.0;
            }
        }
        return Double.NaN;
    }

    @Override
    public void close() {
        closing = true;
        channels.forEach(Channel::close);
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private final class Player extends ChannelInboundHandlerAdapter {
        private final StringBuilder head = new StringBuilder();
        private boolean upgraded;
        private int received;
        private long sentAt;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            byte[] handshake = HANDSHAKE.formatted(Workshop.SOCKET).getBytes(StandardCharsets.ISO_8859_1);
            context.writeAndFlush(context.alloc().buffer().writeBytes(handshake));
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            try {
                if (upgraded) {
                    received(context, bytes.readableBytes());
                } else {
                    head(context, bytes.toString(StandardCharsets.ISO_8859_1));
                }
            } finally {
                bytes.release();
            }
        }

        private void head(ChannelHandlerContext context, String text) {
            head.append(text);
            if (head.indexOf("\r\n\r\n") < 0) {
                return;
            }
            if (!head.toString().startsWith("HTTP/1.1 101")) {
                context.close();
                return;
            }
            upgraded = true;
            open.countDown();
            if (!silent) {
                send(context);
            }
        }

        private void received(ChannelHandlerContext context, int count) {
            received += count;
            if (received >= MESSAGE_BYTES) {
                received -= MESSAGE_BYTES;
                roundTrips.incrementAndGet();
                long took = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - sentAt);
                micros.incrementAndGet((int) Math.min(took, BUCKETS - 1));
                send(context);
            }
        }

        private void send(ChannelHandlerContext context) {
            sentAt = System.nanoTime();
            context.writeAndFlush(
                    context.alloc().buffer(MESSAGE_BYTES).writeZero(MESSAGE_BYTES), context.voidPromise());
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (!closing) {
                lost.incrementAndGet();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
