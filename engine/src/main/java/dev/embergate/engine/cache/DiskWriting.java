package dev.embergate.engine.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** One answer on its way to disk. Of one virtual thread; blocks. */
final class DiskWriting {
    private final DiskStore store;
    private final Path file;
    private final String key;
    private final Stored stored;
    private final FileChannel channel;
    private final CRC32C sum = new CRC32C();
    private long size;
    private long bodyLength;

    DiskWriting(DiskStore store, Path file, String key, Stored stored) throws IOException {
        this.store = store;
        this.file = file;
        this.key = key;
        this.stored = stored;
        this.channel = store.files().create(file);
        boolean begun = false;
        try {
            put(ByteBuffer.wrap(EntryFile.head(key, stored)));
            begun = true;
        } finally {
            if (!begun) {
                abandon();
            }
        }
    }

    Path file() {
        return file;
    }

    private void put(ByteBuffer bytes) throws IOException {
        int count = bytes.remaining();
        store.reserve(count);
        size += count; // to be released from now on
        store.files().write(channel, bytes);
    }

    void body(byte[] bytes, int length) throws IOException {
        sum.update(bytes, 0, length);
        bodyLength += length;
        put(ByteBuffer.wrap(bytes, 0, length));
    }

    /**
     * Null when it was outdated meanwhile.
     *
     * @param asked when it was, as {@link AnswerCache#epoch}
     */
    KeptBody.@Nullable Disk finish(long asked, BooleanSupplier still) throws IOException {
        put(EntryFile.trailer(bodyLength, sum));
        channel.close();
        return store.written(this, key, stored.with(new KeptBody.Disk(file, 0, bodyLength)), size, asked, still);
    }

    /** Nothing of it stays. */
    void abandon() {
        EntryFiles.closeQuietly(channel);
        store.files().delete(file);
        store.release(size);
    }
}
