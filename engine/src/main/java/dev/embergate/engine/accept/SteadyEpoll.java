package dev.embergate.engine.accept;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Epoll with two faults of Netty 4.2.18 kept away from the channels.
 *
 * <p>It keeps a socket in which nobody is interested for the moment. Netty 4.2.18 takes a socket out of epoll once its set of events is empty (its pull request 16689), but believes it still in
 * there: asking for events again fails with ENOENT, and the channel is closed. The set is empty once a peer has ended its
 * side of a connection that allows half-closure, so an answer longer than the socket holds was cut short. Here an empty set
 * becomes "edge-triggered and nothing else": the socket stays, and an error or a hang-up is told once instead of for ever.
 *
 * <p>It tells a channel only what happened to its own socket. Netty hands out what one wait brought by the number of the file. When
 * a handler closes a socket for which an event still waits and opens another, that one has the same number and was told, before it
 * was connected, that its peer had left: the connect failed. What was waited for before a channel came is not its own.
 */
public final class SteadyEpoll implements IoHandler {
    private final IoHandler epoll;

    /** Counts the waits; used on the loop only, as all here. */
    private long turn;

    private boolean handing;

    private SteadyEpoll(IoHandler epoll) {
        this.epoll = epoll;
    }

    /** For the event loops of epoll channels, in place of {@link EpollIoHandler#newFactory()}. */
    public static IoHandlerFactory newFactory() {
        IoHandlerFactory epoll = EpollIoHandler.newFactory();
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                return new SteadyEpoll(epoll.newHandler(executor));
            }

            @Override
            public boolean isChangingThreadSupported() {
                return epoll.isChangingThreadSupported();
            }
        };
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        IoHandle told = handing && handle instanceof EpollIoHandle socket ? new LateHandle(socket, turn) : handle;
        return new SteadyRegistration(epoll.register(told));
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        turn++;
        handing = true;
        try {
            return epoll.run(context);
        } finally {
            handing = false;
        }
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    /** Of a channel that came while events were handed out: none of those is for it. */
    @SuppressWarnings("try") // what its close may throw is the interface's to say
    private final class LateHandle implements EpollIoHandle {
        private final EpollIoHandle socket;
        private final long cameIn;

        LateHandle(EpollIoHandle socket, long cameIn) {
            this.socket = socket;
            this.cameIn = cameIn;
        }

        @Override
        public FileDescriptor fd() {
            return socket.fd();
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            if (turn != cameIn) {
                socket.handle(registration, event);
            }
        }

        @Override
        public void registered() {
            socket.registered();
        }

        @Override
        public void unregistered() {
            socket.unregistered();
        }

        @Override
        public void close() throws Exception {
            socket.close();
        }
    }

    private static final class SteadyRegistration implements IoRegistration {
        private final IoRegistration registration;

        SteadyRegistration(IoRegistration registration) {
            this.registration = registration;
        }

        @Override
        public long submit(IoOps ops) {
            return registration.submit(EpollIoOps.NONE.equals(ops) ? EpollIoOps.EPOLLET : ops);
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // as the interface has it
        public <T> T attachment() {
            return registration.attachment();
        }

        @Override
        public boolean isValid() {
            return registration.isValid();
        }

        @Override
        public boolean cancel() {
            return registration.cancel();
        }
    }
}
