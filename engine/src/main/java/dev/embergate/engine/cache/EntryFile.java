package dev.embergate.engine.cache;

import dev.embergate.engine.spi.Headers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The form of one kept answer on disk: what it is, its body, and sums over both, so that a part of it, or one that was damaged,
 * is never taken for whole. All methods block: virtual threads only.
 *
 * <pre>
 * int magic, int length and int sum of the head | head | body | long length and int sum of the body, int magic
 * </pre>
 */
final class EntryFile {
    static final int TRAILER_BYTES = 16;

    private static final int MAGIC = 0x45474331;
    private static final int PREFACE_BYTES = 12;
    private static final int MAX_HEAD_BYTES = 1 << 20;
    private static final int MAX_FIELDS = 4096;

    private EntryFile() {}

    /** @param bodyOffset of the body's first byte */
    record Entry(String key, Stored stored, long bodyOffset) {}

    static byte[] head(String key, Stored stored) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(key);
            out.writeInt(stored.vary().size());
            for (String name : stored.vary()) {
                out.writeUTF(name);
            }
            out.writeUTF(stored.selecting());
            out.writeLong(stored.requestMillis());
            out.writeLong(stored.responseMillis());
            out.writeShort(stored.head().status());
            List<Headers.Field> fields = stored.head().fields().fields();
            out.writeInt(fields.size());
            for (Headers.Field field : fields) {
                text(out, field.name());
                text(out, field.value());
            }
        } catch (IOException e) {
            throw new IllegalStateException("a head: not written (expected: memory takes it)", e);
        }
        byte[] head = bytes.toByteArray();
        CRC32C sum = new CRC32C();
        sum.update(head);
        return ByteBuffer.allocate(PREFACE_BYTES + head.length)
                .putInt(MAGIC)
                .putInt(head.length)
                .putInt((int) sum.getValue())
                .put(head)
                .array();
    }

    static ByteBuffer trailer(long length, CRC32C sum) {
        return ByteBuffer.allocate(TRAILER_BYTES)
                .putLong(length)
                .putInt((int) sum.getValue())
                .putInt(MAGIC)
                .flip();
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        out.writeInt(text.length());
        out.writeBytes(text); // no character of a field is above 0xff
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MAX_HEAD_BYTES) {
            throw new IOException("text of " + length + " bytes (expected: a head's)");
        }
        return new String(in.readNBytes(length), java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    /**
     * Reads what the file says it is; checks the sum of the head and all lengths.
     *
     * @throws IOException when it is no whole entry, too
     */
    static Entry read(FileChannel file, Path name) throws IOException {
        ByteBuffer preface = exactly(file, 0, PREFACE_BYTES);
        int magic = preface.getInt();
        int length = preface.getInt();
        int sum = preface.getInt();
        if (magic != MAGIC || length < 0 || length > MAX_HEAD_BYTES) {
            throw new IOException("no entry (expected: one of this program's)");
        }
        byte[] head = exactly(file, PREFACE_BYTES, length).array();
        CRC32C actual = new CRC32C();
        actual.update(head);
        if ((int) actual.getValue() != sum) {
            throw new IOException("head: damaged (expected: its sum)");
        }
        long offset = (long) PREFACE_BYTES + length;
        ByteBuffer trailer = exactly(file, file.size() - TRAILER_BYTES, TRAILER_BYTES);
        long bodyLength = trailer.getLong();
        if (trailer.getInt(12) != MAGIC || offset + bodyLength + TRAILER_BYTES != file.size()) {
            throw new IOException("body: cut (expected: " + bodyLength + " bytes)");
        }
        return entry(head, new KeptBody.Disk(name, offset, bodyLength));
    }

    private static Entry entry(byte[] head, KeptBody.Disk body) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(head))) {
            String key = in.readUTF();
            int names = in.readInt();
            if (names < 0 || names > Selecting.MAX_NAMES) {
                throw new IOException(names + " names (expected: at most " + Selecting.MAX_NAMES + ")");
            }
            List<String> vary = new ArrayList<>();
            for (int i = 0; i < names; i++) {
                vary.add(in.readUTF());
            }
            String selecting = in.readUTF();
            long requestMillis = in.readLong();
            long responseMillis = in.readLong();
            int status = in.readUnsignedShort();
            int count = in.readInt();
            if (count < 0 || count > MAX_FIELDS) {
                throw new IOException(count + " fields (expected: at most " + MAX_FIELDS + ")");
            }
            List<Headers.Field> fields = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                fields.add(new Headers.Field(text(in), text(in)));
            }
            StoredHead stored = new StoredHead(status, Headers.of(fields), body.length());
            return new Entry(
                    key, new Stored(stored, vary, selecting, requestMillis, responseMillis, body), body.offset());
        } catch (IllegalArgumentException e) {
            throw new IOException("head: damaged (expected: fields)", e);
        }
    }

    /** Reads the whole body to see whether it is what was written. */
    static boolean isBodyWhole(FileChannel file, Entry entry) throws IOException {
        CRC32C sum = new CRC32C();
        ByteBuffer piece = ByteBuffer.allocate(64 << 10);
        long left = entry.stored().body().length();
        long at = entry.bodyOffset();
        while (left > 0) {
            piece.clear().limit((int) Math.min(piece.capacity(), left));
            int count = file.read(piece, at);
            if (count < 0) {
                return false;
            }
            sum.update(piece.flip());
            at += count;
            left -= count;
        }
        return (int) sum.getValue()
                == exactly(file, file.size() - TRAILER_BYTES, TRAILER_BYTES).getInt(8);
    }

    static ByteBuffer exactly(FileChannel file, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (at < 0 || file.read(bytes, at + bytes.position()) < 0) {
                throw new EOFException("ends early (expected: " + length + " bytes at " + at + ")");
            }
        }
        return bytes.flip();
    }
}
