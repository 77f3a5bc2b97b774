package dev.embergate.rules.testkit.fake;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 and WebSocket server on a free loopback port, on Netty's codec and one thread. Thread-safe.
 *
 * <p>It keeps the last {@value #MAX_RECORDED} requests; older ones are forgotten.
 */
final class FakeServer implements AutoCloseable {
    static final int MAX_BODY_BYTES = 16 << 20;
    static final int MAX_RECORDED = 10_000;

    /** What is served. Called on the server's thread; must not block. */
    interface Service {
        FakeAnswer answer(FakeRequest request);

        /** Takes a WebSocket handshake; null leaves it to {@link #answer}. */
        default @Nullable FakeSocket open(FakeRequest request) {
            return null;
        }
    }

    private record Failure(Fault fault, Predicate<FakeRequest> where) {}

    private final Service service;
    private final EventLoopGroup loop;
    private final ChannelGroup clients;
    private final Deque<FakeRequest> recorded = new ArrayDeque<>();
    private final Deque<String> mishaps = new ArrayDeque<>();
    private volatile Consumer<Served> listener = served -> {};
    private volatile Failure failure = new Failure(new Fault.None(), request -> true);
    private final int port;
    private @Nullable Channel acceptor;

    FakeServer(String name, Service service) {
        this.service = service;
        this.loop = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
        this.clients = new DefaultChannelGroup(loop.next());
        Channel bound = bind(0);
        this.acceptor = bound;
        this.port = ((InetSocketAddress) bound.localAddress()).getPort();
    }

    private Channel bind(int wanted) {
        return new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        clients.add(channel);
                        channel.pipeline()
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpObjectAggregator(MAX_BODY_BYTES))
                                .addLast(new FakeExchange(FakeServer.this));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), wanted)
                .syncUninterruptibly()
                .channel();
    }

    int port() {
        return port;
    }

    URI origin() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Refuses connections from now on and drops those it has. */
    synchronized void down() {
        Channel open = acceptor;
        acceptor = null;
        if (open != null) {
            open.close().syncUninterruptibly();
            awaitRefusal();
        }
        clients.close().syncUninterruptibly();
    }

    /**
     * The kernel's socket closes only when the loop next selects; until then it takes connections that nobody will
     * serve.
     */
    private void awaitRefusal() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (System.nanoTime() < end) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
            } catch (IOException refused) {
                return;
            }
        }
        throw new IllegalStateException("port " + port + ": still open (expected: closed within 5 s)");
    }

    /** Listens again, on the same port. */
    synchronized void up() {
        if (acceptor == null) {
            acceptor = bind(port);
        }
    }

    synchronized boolean isDown() {
        return acceptor == null;
    }

    void fail(Fault fault, Predicate<FakeRequest> where) {
        failure = new Failure(fault, where);
    }

    void onServed(Consumer<Served> newListener) {
        listener = newListener;
    }

    Fault faultFor(FakeRequest request) {
        Failure now = failure;
        return now.where.test(request) ? now.fault : new Fault.None();
    }

    List<FakeRequest> requests() {
        synchronized (recorded) {
            return List.copyOf(recorded);
        }
    }

    /** What went wrong inside the fake itself. */
    List<String> mishaps() {
        synchronized (recorded) {
            return List.copyOf(mishaps);
        }
    }

    void forget() {
        synchronized (recorded) {
            recorded.clear();
            mishaps.clear();
        }
    }

    FakeAnswer serve(FakeRequest request) {
        synchronized (recorded) {
            recorded.addLast(request);
            if (recorded.size() > MAX_RECORDED) {
                recorded.removeFirst();
            }
        }
        try {
            FakeAnswer answer = service.answer(request);
            boolean bodiless = request.method().equals("HEAD");
            listener.accept(new Served(request, answer.status(), bodiless ? 0 : answer.body().length));
            return answer;
        } catch (RuntimeException e) {
            synchronized (recorded) {
                if (mishaps.size() < MAX_RECORDED) {
                    mishaps.addLast(request.method() + " " + request.path() + ": the fake failed: " + e);
                }
            }
            return FakeAnswer.text(500, "the fake failed: " + e);
        }
    }

    @Nullable
    FakeSocket open(FakeRequest request) {
        return service.open(request);
    }

    @Override
    public void close() {
        down();
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
