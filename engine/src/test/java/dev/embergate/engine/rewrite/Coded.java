package dev.embergate.engine.rewrite;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.Encoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/** Bodies as servers code them. */
final class Coded {
    private Coded() {}

    static byte[] gzip(byte[] plain) {
        return through(plain, GZIPOutputStream::new);
    }

    static byte[] zlib(byte[] plain) {
        return through(plain, DeflaterOutputStream::new);
    }

    static byte[] bareDeflate(byte[] plain) {
        return through(plain, out -> new DeflaterOutputStream(out, new Deflater(9, true)));
    }

    static byte[] brotli(byte[] plain) {
        Brotli4jLoader.ensureAvailability();
        try {
            return Encoder.compress(plain);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** RFC 1952 section 2.3 with everything a header can hold. */
    static byte[] gzipWithFullHeader(byte[] plain) {
        byte[] bare = bareDeflate(plain);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 2 | 4 | 8 | 16, 1, 2, 3, 4, 0, 3});
        out.writeBytes(new byte[] {5, 0, 'e', 'x', 't', 'r', 'a'});
        out.writeBytes(new byte[] {'n', 'a', 'm', 'e', 0});
        out.writeBytes(new byte[] {'c', 0});
        long headerCheck = crc(out.toByteArray());
        little(out, headerCheck & 0xffff, 2);
        out.writeBytes(bare);
        little(out, crc(plain), 4);
        little(out, plain.length, 4);
        return out.toByteArray();
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static long crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }

    private static void little(ByteArrayOutputStream out, long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >> 8 * i));
        }
    }

    private interface Coder {
        OutputStream over(OutputStream out) throws IOException;
    }

    private static byte[] through(byte[] plain, Coder coder) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream coded = coder.over(out)) {
            coded.write(plain);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }
}
