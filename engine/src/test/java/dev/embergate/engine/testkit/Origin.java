package dev.embergate.engine.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A server that does what it is told: each request, on whichever connection it comes, takes the next behaviour of the queue.
 *
 * <p>Blocking JDK sockets and virtual threads, port 0 on loopback; nothing of the engine or of Netty. Every wait has a limit
 * of {@link #PATIENCE_SECONDS} and fails with an AssertionError. Thread-safe. Close it: that ends all its connections and
 * threads.
 *
 * <pre>{@code
 * try (Origin origin = Origin.start()) {
 *     origin.answersText("hi").answers(send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal"), close());
 *     ...
 *     assertThat(origin.take().target()).isEqualTo("/a?b");
 *     origin.awaitAllClosed();
 * }
 * }</pre>
 */
public final class Origin implements AutoCloseable {
    /** How long anything here is waited for. */
    public static final long PATIENCE_SECONDS = 10;

    private static final List<Step> UNSCRIPTED = List.of(
            Step.readBody(),
            Step.send("HTTP/1.1 599 Unscripted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
            Step.close());

    private final ServerSocket server;
    private final boolean secure;
    private final Queue<List<Step>> behaviours = new ArrayDeque<>();
    private final Queue<List<Step>> greetings = new ArrayDeque<>();
    private @Nullable List<Step> standing;
    private final List<ReceivedRequest> requests = new ArrayList<>();
    private final BlockingQueue<ReceivedRequest> untaken = new LinkedBlockingQueue<>();
    private final List<OriginConnection> connections = new ArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);

    private Origin(ServerSocket server, boolean secure) {
        this.server = server;
        this.secure = secure;
        Thread.ofVirtual().name("origin-" + server.getLocalPort()).start(this::accept);
    }

    /** On 127.0.0.1. */
    public static Origin start() {
        return startOn("127.0.0.1");
    }

    /** @param literal an address of this machine, as {@code ::1} */
    public static Origin startOn(String literal) {
        try {
            return new Origin(new ServerSocket(0, 1024, InetAddress.getByName(literal)), false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Speaks TLS, on 127.0.0.1. A failed handshake counts as a connection that closed. */
    public static Origin startTls(SSLContext context) {
        try {
            return new Origin(
                    context.getServerSocketFactory().createServerSocket(0, 1024, InetAddress.getByName("127.0.0.1")),
                    true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A port of 127.0.0.1 that nobody listens on: connections to it are refused. */
    public static int closedPort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the next request gets that no earlier call has taken. No steps: the request is read and never answered. */
    public Origin answers(Step... steps) {
        synchronized (behaviours) {
            behaviours.add(List.of(steps));
        }
        return this;
    }

    /** Reads the request's body, then answers 200 with that body and its length. */
    public Origin answersText(String body) {
        return answers(Step.readBody(), Step.send(text(body)));
    }

    /** What requests get when the queue is empty; until this is called, a 599 and a close. */
    public Origin otherwise(Step... steps) {
        synchronized (behaviours) {
            standing = List.of(steps);
        }
        return this;
    }

    /** What the next new connection does before its first request is read. */
    public Origin greets(Step... steps) {
        synchronized (behaviours) {
            greetings.add(List.of(steps));
        }
        return this;
    }

    /** A whole 200 answer with that body and its length. */
    public static String text(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    public int port() {
        return server.getLocalPort();
    }

    /** {@code http://127.0.0.1:port}, or https. */
    public URI uri() {
        InetAddress address = server.getInetAddress();
        String host = address.getHostAddress();
        String literal = address instanceof java.net.Inet6Address ? "[" + host + "]" : host;
        return URI.create((secure ? "https://" : "http://") + literal + ":" + port());
    }

    /** The next request not yet taken; waits for it. */
    public ReceivedRequest take() {
        try {
            ReceivedRequest request = untaken.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (request == null) {
                throw new AssertionError("no request came within " + PATIENCE_SECONDS + " s");
            }
            return request;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** All requests so far whose heads are complete. */
    public List<ReceivedRequest> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    /** Connections accepted so far. */
    public int connections() {
        synchronized (connections) {
            return connections.size();
        }
    }

    public int openConnections() {
        synchronized (connections) {
            return (int) connections.stream().filter(each -> !each.isClosed()).count();
        }
    }

    /** Waits for it to be accepted. */
    public OriginConnection connection(int number) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        synchronized (connections) {
            while (connections.size() <= number) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("connection " + number + " was not made: " + connections.size() + " are");
                }
                try {
                    connections.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError(e);
                }
            }
            return connections.get(number);
        }
    }

    /** Bytes sent on all connections. */
    public long sent() {
        synchronized (connections) {
            return connections.stream().mapToLong(OriginConnection::sent).sum();
        }
    }

    /** Waits until every connection accepted so far has ended. */
    public void awaitAllClosed() {
        List<OriginConnection> all;
        synchronized (connections) {
            all = List.copyOf(connections);
        }
        all.forEach(OriginConnection::awaitClosed);
    }

    /** Stops listening; connections that are open stay. New ones are refused. */
    public void stopListening() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stopListening();
        stopped.countDown();
        synchronized (connections) {
            connections.forEach(OriginConnection::closeNow);
        }
    }

    private void accept() {
        while (true) {
            Socket socket;
            try {
                socket = server.accept();
                socket.setTcpNoDelay(true);
            } catch (IOException e) {
                return;
            }
            synchronized (connections) {
                OriginConnection connection = new OriginConnection(this, socket, connections.size());
                connections.add(connection);
                connections.notifyAll();
                if (stopped.getCount() == 0) {
                    connection.closeNow();
                }
                Thread.ofVirtual()
                        .name("origin-" + port() + "-" + connection.number())
                        .start(connection::run);
            }
        }
    }

    List<Step> received(ReceivedRequest request) {
        synchronized (requests) {
            requests.add(request);
        }
        List<Step> behaviour;
        synchronized (behaviours) {
            behaviour = behaviours.poll();
            if (behaviour == null) {
                behaviour = standing == null ? UNSCRIPTED : standing;
            }
        }
        untaken.add(request);
        return behaviour;
    }

    List<Step> nextGreeting() {
        synchronized (behaviours) {
            List<Step> greeting = greetings.poll();
            return greeting == null ? List.of() : greeting;
        }
    }

    /** A latch a test forgot to open must not outlive the origin. */
    void await(CountDownLatch until) throws InterruptedException {
        while (!until.await(20, TimeUnit.MILLISECONDS)) {
            if (stopped.getCount() == 0) {
                return;
            }
        }
    }
}
