package dev.embergate.engine.act;

import dev.embergate.engine.act.Deadlines.Waiting;
import dev.embergate.engine.encode.HalfClose;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;

/**
 * The end of a connection after its last answer (RFC 9112 section 9.6): what is queued is sent. A client that may still be
 * sending then sees our side end first, and what comes is dropped for a while: a reset for unread bytes could take the answer
 * with it. Limits: 1 MiB, and the time that {@link Waiting#LINGER} gives; beyond either the connection is closed.
 */
final class Lingering {
    private static final int MAX_DROPPED_BYTES = 1 << 20;

    private long dropped;

    private Lingering() {}

    /** @param requestRead whether nothing more is to come of the last request */
    static Lingering begin(Channel channel, boolean requestRead, Deadlines deadlines) {
        deadlines.waitFor(Waiting.NOTHING); // the write time-out watches over what is queued
        if (requestRead || !(channel instanceof DuplexChannel)) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            return new Lingering();
        }
        if (!channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
        }
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> {
            if (done.isSuccess()) {
                deadlines.waitFor(Waiting.LINGER);
                HalfClose.ofOutputForGood(channel);
            } else {
                channel.close();
            }
        });
        return new Lingering();
    }

    /** Drops it; false when that was too much. */
    boolean drop(ByteBuf bytes) {
        dropped += bytes.readableBytes();
        bytes.release();
        return dropped <= MAX_DROPPED_BYTES;
    }
}
