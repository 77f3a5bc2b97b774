package dev.embergate.engine.accept;

import dev.embergate.engine.EngineConfig;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How sockets are driven on this machine.
 *
 * @param name epoll, io_uring or nio
 */
public record Sockets(
        String name,
        IoHandlerFactory handlers,
        Class<? extends ServerChannel> serverType,
        Class<? extends Channel> channelType) {
    private static final Logger log = LoggerFactory.getLogger(Sockets.class);

    /**
     * What was asked for, or the next best where AUTO leaves the choice: epoll on Linux, else NIO, which is said in the log.
     *
     * @throws IllegalStateException when a transport that was asked for by name does not work here, with the reason
     */
    public static Sockets choose(EngineConfig.Transport asked) {
        return switch (asked) {
            case AUTO -> {
                if (Epoll.isAvailable()) {
                    yield epoll();
                }
                log.info("epoll does not work here ({}): using NIO", reason(Epoll.unavailabilityCause()));
                yield nio();
            }
            case EPOLL -> {
                require(Epoll.isAvailable(), "epoll", Epoll.unavailabilityCause());
                yield epoll();
            }
            case IO_URING -> {
                require(IoUring.isAvailable(), "io_uring", IoUring.unavailabilityCause());
                yield new Sockets(
                        "io_uring",
                        IoUringIoHandler.newFactory(),
                        IoUringServerSocketChannel.class,
                        IoUringSocketChannel.class);
            }
            case NIO -> nio();
        };
    }

    /** Has the kernel keep no more than that unsent of an accepted connection (TCP_NOTSENT_LOWAT); NIO cannot tell it. */
    void limitUnsent(ServerBootstrap bootstrap, int bytes) {
        if (channelType == EpollSocketChannel.class) {
            bootstrap.childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, (long) bytes);
        } else if (channelType == IoUringSocketChannel.class) {
            bootstrap.childOption(IoUringChannelOption.TCP_NOTSENT_LOWAT, (long) bytes);
        }
    }

    private static Sockets epoll() {
        return new Sockets("epoll", SteadyEpoll.newFactory(), EpollServerSocketChannel.class, EpollSocketChannel.class);
    }

    private static Sockets nio() {
        return new Sockets("nio", NioIoHandler.newFactory(), NioServerSocketChannel.class, NioSocketChannel.class);
    }

    private static void require(boolean available, String name, Throwable cause) {
        if (!available) {
            throw new IllegalStateException(
                    "transport: " + name + " (expected: one that works here; " + reason(cause) + ")");
        }
    }

    private static String reason(Throwable cause) {
        return cause == null ? "unknown" : String.valueOf(cause.getMessage());
    }
}
