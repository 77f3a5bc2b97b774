package dev.embergate.engine.encode;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.time.Duration;

/**
 * Carries bytes both ways between two channels of one event loop until both directions have ended. Either direction is read
 * only while the other side is writable; half-close is passed on; a side idle in both directions beyond the limit is closed.
 */
public final class Tunnel {
    private Tunnel() {}

    /**
     * Takes both channels over; neither has other handlers that consume bytes, neither is reading.
     *
     * @param fromClient bytes already received from the client; owned by the tunnel
     * @param fromUpstream bytes already received from the upstream; owned by the tunnel
     * @param whenClosed called once on the loop, when both channels are closed
     */
    public static Handle open(
            Channel client,
            ByteBuf fromClient,
            Channel upstream,
            ByteBuf fromUpstream,
            Duration idleTimeout,
            WhenClosed whenClosed) {
        throw new AssertionError("skeleton");
    }

    /** A tunnel that runs. */
    public interface Handle {
        /** Ends it: what is queued is flushed, then both sides close. On the loop. */
        void close();
    }

    /** Hears of the end. */
    public interface WhenClosed {
        void closed(long bytesToUpstream, long bytesToClient);
    }
}
