package dev.embergate.rules.testkit.fake;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** A real PNG, 120 by 180 in colours that depend on the name, computed. */
final class Poster {
    private static final int WIDTH = 120;
    private static final int HEIGHT = 180;
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    private Poster() {}

    static Content of(String name) {
        return new Content(
                png(name.hashCode()), "image/png", '"' + tag(name) + '"', Instant.parse("2026-01-06T08:00:00Z"));
    }

    static String tag(String name) {
        return "%032x".formatted(name.hashCode() & 0xFFFF_FFFFL);
    }

    private static byte[] png(int seed) {
        byte[] rows = new byte[HEIGHT * (1 + 3 * WIDTH)];
        int at = 0;
        for (int y = 0; y < HEIGHT; y++) {
            rows[at++] = 0;
            for (int x = 0; x < WIDTH; x++) {
                rows[at++] = (byte) (seed + x);
                rows[at++] = (byte) ((seed >> 8) + y);
                rows[at++] = (byte) ((seed >> 16) + x + y);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(SIGNATURE);
        ByteBuffer header = ByteBuffer.allocate(13).putInt(WIDTH).putInt(HEIGHT);
        // Eight bits a sample, red green blue, and the only compression, filter set and order without interlace there
        // are.
        header.put((byte) 8).put((byte) 2).put((byte) 0).put((byte) 0).put((byte) 0);
        chunk(out, "IHDR", header.array());
        chunk(out, "IDAT", deflate(rows));
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static byte[] deflate(byte[] rows) {
        try (Deflater deflater = new Deflater()) {
            deflater.setInput(rows);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        }
    }

    private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 checksum = new CRC32();
        checksum.update(name);
        checksum.update(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        out.writeBytes(name);
        out.writeBytes(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
    }
}
