package dev.embergate.engine.upstream;

import dev.embergate.engine.decode.DecodeLimits;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;

/** Connections of one event loop to one upstream. Used on that loop only. */
public final class UpstreamPool {
    public UpstreamPool(
            UpstreamConfig config,
            DecodeLimits limits,
            EventLoop loop,
            Class<? extends Channel> channelType,
            UpstreamHealth health) {
        throw new AssertionError("skeleton");
    }

    public UpstreamConfig config() {
        throw new AssertionError("skeleton");
    }

    /** Starts a call; never fails directly but through the listener, later. */
    public UpstreamCall open(OutboundRequest request, UpstreamListener listener) {
        throw new AssertionError("skeleton");
    }

    public int connections() {
        throw new AssertionError("skeleton");
    }

    public int waiting() {
        throw new AssertionError("skeleton");
    }

    /** Closes idle connections and fails those who wait; calls that run go on. */
    public void close() {
        throw new AssertionError("skeleton");
    }
}
