package dev.embergate.rules.testkit.fake;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;

/** The demo film: a real MP4 that begins to play with its first bytes; {@code docs/demo-film.sh} made it. */
public final class Film {
    public static final int SECONDS = 40;
    public static final int WIDTH = 320;
    public static final int HEIGHT = 180;
    static final int VIDEO_BITS_PER_SECOND = 48_813;
    static final int AUDIO_BITS_PER_SECOND = 16_157;
    private static final Content CONTENT = load();

    private Film() {}

    public static Content content() {
        return CONTENT;
    }

    private static Content load() {
        try (InputStream in = Film.class.getResourceAsStream("film.mp4")) {
            if (in == null) {
                throw new IllegalStateException("film.mp4: missing (expected: beside " + Film.class.getName() + ")");
            }
            return new Content(
                    in.readAllBytes(), "video/mp4", "\"ember-film-1\"", Instant.parse("2026-01-06T08:00:00Z"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
