package dev.embergate.engine.act;

import dev.embergate.engine.encode.ClientHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
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

    ClientOutput(Channel channel) {
        this.channel = channel;
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
        ByteBuf held = head;
        if (held != null) {
            head = null;
            channel.write(held, channel.voidPromise());
        }
    }

    boolean isFlushWanted() {
        return flushWanted;
    }

    void flush() {
        pass();
        flushWanted = false;
        channel.flush();
    }

    /** The channel is closed or about to be: what is held back has nowhere to go. */
    void drop() {
        ByteBuf held = head;
        if (held != null) {
            head = null;
            held.release();
        }
    }
}
