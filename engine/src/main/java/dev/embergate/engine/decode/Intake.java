package dev.embergate.engine.decode;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Received buffers that are not decoded yet; owns them. Nearly always there is one or none, and then there is no queue. How many
 * there can be is bounded by whoever reads from the socket: it stops reading while a decoder is paused.
 */
final class Intake {
    private @Nullable ByteBuf first;
    private @Nullable ArrayDeque<ByteBuf> more;

    void add(ByteBuf bytes) {
        if (!bytes.isReadable()) {
            bytes.release();
        } else if (first == null) {
            first = bytes;
        } else {
            ArrayDeque<ByteBuf> queue = more;
            if (queue == null) {
                queue = new ArrayDeque<>(4);
                more = queue;
            }
            queue.add(bytes);
        }
    }

    /** The first buffer with octets to read, still owned here; empty when there is none. */
    ByteBuf current() {
        releaseRead();
        ByteBuf buffer = first;
        return buffer == null ? Unpooled.EMPTY_BUFFER : buffer;
    }

    /** Lets go of a buffer that has been read to its end; worth doing before a callback that may take long. */
    void releaseRead() {
        ByteBuf buffer = first;
        if (buffer != null && !buffer.isReadable()) {
            buffer.release();
            first = nextBuffer();
        }
    }

    /** Hands over that many octets of {@link #current}: the buffer itself when there are no others in it. */
    ByteBuf take(int count) {
        ByteBuf buffer = current();
        if (count < buffer.readableBytes()) {
            return buffer.readRetainedSlice(count);
        }
        first = nextBuffer();
        return buffer;
    }

    private @Nullable ByteBuf nextBuffer() {
        ArrayDeque<ByteBuf> queue = more;
        if (queue == null) {
            return null;
        }
        ByteBuf next = queue.poll();
        if (queue.isEmpty()) {
            more = null;
        }
        return next;
    }

    int readableBytes() {
        int sum = 0;
        if (first != null) {
            sum = first.readableBytes();
        }
        if (more != null) {
            for (ByteBuf buffer : more) {
                sum += buffer.readableBytes();
            }
        }
        return sum;
    }

    /** Hands over everything as one buffer, without copying. */
    ByteBuf takeAll() {
        ByteBuf current = current();
        if (!current.isReadable()) {
            return Unpooled.EMPTY_BUFFER;
        }
        ArrayDeque<ByteBuf> queue = more;
        first = null;
        more = null;
        if (queue == null) {
            return current;
        }
        queue.addFirst(current);
        return Unpooled.wrappedBuffer(queue.toArray(ByteBuf[]::new));
    }

    void release() {
        if (first != null) {
            first.release();
            first = null;
        }
        ArrayDeque<ByteBuf> queue = more;
        more = null;
        if (queue != null) {
            queue.forEach(ByteBuf::release);
        }
    }
}
