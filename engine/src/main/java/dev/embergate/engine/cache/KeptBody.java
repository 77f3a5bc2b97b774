package dev.embergate.engine.cache;

import java.nio.file.Path;

/** Where the bytes of a kept answer lie. */
public sealed interface KeptBody {
    long length();

    /** @param chunks all of {@link dev.embergate.engine.encode.KeptReplies#CHUNK_BYTES} but the last; never changed */
    record Memory(byte[][] chunks, long length) implements KeptBody {
        static final Memory EMPTY = new Memory(new byte[0][], 0);
    }

    /** @param offset of the first byte in the file */
    record Disk(Path file, long offset, long length) implements KeptBody {}
}
