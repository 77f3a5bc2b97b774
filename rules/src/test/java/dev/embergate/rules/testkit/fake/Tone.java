package dev.embergate.rules.testkit.fake;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Two seconds of a 440 Hz tone as WAV, computed. */
final class Tone {
    static final int SECONDS = 2;
    private static final int HERTZ = 8000;
    private static final Content CONTENT =
            new Content(wav(), "audio/wav", "\"ember-tone-1\"", Instant.parse("2026-01-06T08:00:00Z"));

    private Tone() {}

    static Content content() {
        return CONTENT;
    }

    private static byte[] wav() {
        int samples = SECONDS * HERTZ;
        ByteBuffer out = ByteBuffer.allocate(44 + samples).order(ByteOrder.LITTLE_ENDIAN);
        out.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + samples);
        out.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
        out.putShort((short) 1).putShort((short) 1).putInt(HERTZ).putInt(HERTZ);
        out.putShort((short) 1).putShort((short) 8);
        out.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(samples);
        for (int i = 0; i < samples; i++) {
            out.put((byte) (128 + Math.round(100 * Math.sin(2 * Math.PI * 440 * i / HERTZ))));
        }
        return out.array();
    }
}
