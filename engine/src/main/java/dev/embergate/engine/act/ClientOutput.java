package dev.embergate.engine.act;

import dev.embergate.engine.encode.ClientHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What goes to a client. A head is held back until the turn's flush, and short pieces are copied behind it while it has room: a
 * short answer then leaves as one buffer with one plain send, which costs less than a gathering write. On the loop.
 */
final class ClientOutput {
    private final Channel channel;

    /** Not with the channel yet, and nobody else's. */
    private @Nullable ByteBuf head;

    private boolean flushWanted;

    private final QueuedBytes queued;
    private long counted;
    private boolean held;

    /** What is queued is counted here no more. */
    private boolean gone;

    /** Run when the client may be given more after it was held back for want of memory, which the channel does not tell. */
    private final Runnable goOn;

    ClientOutput(Channel channel, QueuedBytes queued, Runnable goOn) {
        this.channel = channel;
        this.queued = queued;
        this.goOn = goOn;
    }

    /** Whether the client shall be given more now. */
    boolean isWritable() {
        if (!channel.isWritable()) {
            return false;
        }
        if (counted <= QueuedBytes.TIGHT_BYTES || !queued.isTight()) {
            return true;
        }
        if (!held) {
            held = true;
            pass();
            flushWanted = false;
            // Done when all before it is with the kernel.
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> count());
        }
        return false;
    }

    /** Counts anew what is queued. */
    void count() {
        if (gone) {
            return;
        }
        ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
        long now = queue == null ? 0 : queue.totalPendingWriteBytes();
        queued.add(now - counted);
        counted = now;
        if (held && (counted <= QueuedBytes.TIGHT_BYTES || !queued.isTight())) {
            held = false;
            channel.eventLoop().execute(goOn);
        }
    }

    /** Whether letting this client go would win memory. */
    boolean isMuch() {
        return counted > QueuedBytes.TIGHT_BYTES;
    }

    /** Somebody else writes to the channel from now on, and counts for himself. */
    void leave() {
        pass();
        forget();
    }

    private void forget() {
        gone = true;
        held = false;
        queued.add(-counted);
        counted = 0;
    }

    /** A buffer made for this answer: others may be copied behind it. Takes ownership. */
    void head(ByteBuf bytes) {
        if (joins(bytes)) {
            return;
        }
        pass();
        head = bytes;
        flushWanted = true;
    }

    /** Takes ownership. */
    void write(ByteBuf bytes) {
        if (joins(bytes)) {
            return;
        }
        pass();
        channel.write(bytes, channel.voidPromise());
        flushWanted = true;
    }

    private boolean joins(ByteBuf bytes) {
        ByteBuf to = head;
        int length = bytes.readableBytes();
        if (to == null || length > ClientHead.JOINED_BYTES || length > to.writableBytes()) {
            return false;
        }
        to.writeBytes(bytes);
        bytes.release();
        return true;
    }

    /** Gives what is held back to the channel: somebody else is about to write there. */
    void pass() {
        ByteBuf kept = head;
        if (kept != null) {
            head = null;
            channel.write(kept, channel.voidPromise());
        }
    }

    boolean isFlushWanted() {
        return flushWanted;
    }

    void flush() {
        pass();
        flushWanted = false;
        channel.flush();
        count();
    }

    /** The channel is closed or about to be: what is held back has nowhere to go. */
    void drop() {
        ByteBuf kept = head;
        if (kept != null) {
            head = null;
            kept.release();
        }
        if (!gone) {
            forget();
        }
    }
}
