package dev.embergate.engine.cache;

import dev.embergate.engine.encode.KeptReplies;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One answer that is being kept while it passes: its bytes are copied into chunks, which become the entry when it is small, and
 * go to a {@link DiskFill} when it is not. Used on one event loop; never blocks. Gives up, which harms nobody, when the answer
 * grows too large or the disk is behind.
 */
public final class Fill {
    private final AnswerCache cache;
    private final String key;
    private final Stored stored;
    private final long maxBytes;
    private final long epoch;
    private final long announced;
    private final List<byte[]> chunks = new ArrayList<>();
    private int inLast;
    private long length;
    private long taken;
    private @Nullable DiskFill disk;
    private boolean over;

    /** @param announced Content-Length; -1 when the answer does not say */
    Fill(AnswerCache cache, String key, Stored stored, long maxBytes, long epoch, long announced) {
        this.cache = cache;
        this.key = key;
        this.stored = stored;
        this.maxBytes = maxBytes;
        this.epoch = epoch;
        this.announced = announced;
    }

    /** Copies the readable bytes and leaves the piece as it is. False when it has given up, now or before. */
    public boolean add(ByteBuf piece) {
        if (over) {
            return false;
        }
        int left = piece.readableBytes();
        if (length + left > maxBytes) {
            abandon();
            return false;
        }
        int from = piece.readerIndex();
        while (left > 0) {
            if (chunks.isEmpty() || inLast == KeptReplies.CHUNK_BYTES) {
                if (!nextChunk()) {
                    abandon();
                    return false;
                }
            }
            byte[] last = chunks.getLast();
            if (inLast == last.length) { // more than was announced, or a small first chunk that must grow
                chunks.removeLast();
                last = Arrays.copyOf(last, KeptReplies.CHUNK_BYTES);
                chunks.add(last);
            }
            int count = Math.min(left, last.length - inLast);
            piece.getBytes(from, last, inLast, count);
            from += count;
            left -= count;
            inLast += count;
            length += count;
        }
        return true;
    }

    private boolean nextChunk() {
        if (!chunks.isEmpty() && (disk != null || length >= cache.smallBytes()) && !toDisk()) {
            return false;
        }
        if (!cache.budget().take(KeptReplies.CHUNK_BYTES)) {
            return false;
        }
        taken += KeptReplies.CHUNK_BYTES;
        long wanted = announced < 0 ? KeptReplies.CHUNK_BYTES : announced - length;
        chunks.add(new byte[Math.clamp(wanted, 1, KeptReplies.CHUNK_BYTES)]);
        inLast = 0;
        return true;
    }

    /** Hands all full chunks over, whose bytes of the budget go with them. */
    private boolean toDisk() {
        DiskFill writer = disk;
        if (writer == null) {
            writer = cache.toDisk(key, stored, epoch, false);
            if (writer == null) {
                return false;
            }
            disk = writer;
        }
        for (byte[] chunk : chunks) {
            taken -= KeptReplies.CHUNK_BYTES;
            if (!writer.add(chunk, chunk.length, KeptReplies.CHUNK_BYTES)) {
                chunks.clear();
                return false;
            }
        }
        chunks.clear();
        return true;
    }

    /**
     * The answer is complete.
     *
     * @param then told once whether it is kept and found from now on, on any thread; at once for a small one
     */
    public void finish(Consumer<Boolean> then) {
        if (over) {
            then.accept(false);
            return;
        }
        if (announced >= 0 && announced != length) {
            abandon();
            then.accept(false);
            return;
        }
        trimLast();
        if (disk == null && length <= cache.smallBytes()) {
            over = true;
            byte[][] all = chunks.toArray(new byte[0][]);
            chunks.clear();
            cache.budget().give(taken);
            cache.keepSmall(key, stored.with(new KeptBody.Memory(all, length)), epoch);
            then.accept(true);
        } else if (toDisk()) {
            over = true;
            DiskFill writer = disk;
            if (writer == null) {
                throw new IllegalStateException("a fill: no writer (expected: one after toDisk)");
            }
            writer.finish(length, then);
        } else {
            abandon();
            then.accept(false);
        }
    }

    private void trimLast() {
        if (!chunks.isEmpty() && inLast < chunks.getLast().length) {
            chunks.add(Arrays.copyOf(chunks.removeLast(), inLast));
        }
    }

    /** Nothing of it stays. Safe to call more than once. */
    public void abandon() {
        if (over) {
            return;
        }
        over = true;
        chunks.clear();
        cache.budget().give(taken);
        DiskFill writer = disk;
        if (writer != null) {
            writer.abandon();
        }
    }
}
