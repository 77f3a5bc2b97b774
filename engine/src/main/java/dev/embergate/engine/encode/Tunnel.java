package dev.embergate.engine.encode;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.time.Duration;

/**
 * Carries bytes both ways between two channels of one event loop until both directions have ended. Either direction is read
 * only while the other side is writable; half-close is passed on; a tunnel idle in both directions beyond the limit is closed.
 *
 * <p>What one direction holds is bounded by the writing side's high-water mark and one read.
 */
public final class Tunnel {
    private Tunnel() {}

    /**
     * Takes both channels over; neither has other handlers that consume bytes, neither is reading.
     *
     * @param fromClient bytes already received from the client; owned by the tunnel
     * @param fromUpstream bytes already received from the upstream; owned by the tunnel
     * @param idleTimeout how long nothing may pass either way; above zero
     * @param whenClosed called once on the loop, when both channels are closed; never before this returns
     */
    public static Handle open(
            Channel client,
            ByteBuf fromClient,
            Channel upstream,
            ByteBuf fromUpstream,
            Duration idleTimeout,
            WhenClosed whenClosed) {
        RunningTunnel tunnel = new RunningTunnel(client, upstream, idleTimeout, whenClosed);
        tunnel.start(fromClient, fromUpstream);
        return tunnel;
    }

    /** A tunnel that runs. */
    public interface Handle {
        /** Ends it: what is queued is flushed, for a few seconds at most, then both sides close. On the loop. */
        void close();
    }

    /** Hears of the end. */
    public interface WhenClosed {
        void closed(long bytesToUpstream, long bytesToClient);
    }
}
