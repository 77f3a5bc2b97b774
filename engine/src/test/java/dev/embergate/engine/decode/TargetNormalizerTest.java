package dev.embergate.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The one pass over a path agrees with the plain way: decode it all with the platform's decoder, then look at the segments. */
class TargetNormalizerTest {
    private static final String[] PARTS = {
        "/",
        "//",
        ".",
        "..",
        "%2e",
        "%2E",
        ";",
        "a",
        "b;c",
        "%41",
        "%25",
        "%2f",
        "%5c",
        "\\",
        "%00",
        "%1f",
        "%7f",
        "%",
        "%4",
        "%zz",
        "%c3%a9",
        "%c3",
        "%a9",
        "%e4%b8%ad",
        "%e4%b8",
        "%f0%9f%8e%ac",
        "%ed%a0%80",
        "%c0%af",
        "%e0%80%af",
        "%e0%9f%bf",
        "%f0%80%80%af",
        "%f0%8f%bf%bf",
        "%f4%90%80%80",
        "%3b",
        "{|}"
    };

    @Test
    void itAgreesWithThePlainWay() {
        int passed = 0;
        for (long seed = 1; seed <= 200_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            StringBuilder path = new StringBuilder("/");
            int parts = random.nextInt(6);
            for (int i = 0; i < parts; i++) {
                path.append(PARTS[random.nextInt(PARTS.length)]);
            }
            String expected = plain(path.toString());
            assertThat(read(path.toString())).as("seed %d: %s", seed, path).isEqualTo(expected);
            passed += expected == null ? 0 : 1;
        }
        assertThat(passed).isBetween(20_000, 180_000);
    }

    @Test
    void everyCharacterOfTwoOctetsAndMoreIsDecoded() {
        for (int character = 0x80; character <= 0x10ffff; character += character < 0x3000 ? 1 : 61) {
            if (character >= 0xd800 && character < 0xe000) {
                continue;
            }
            String text = new String(Character.toChars(character));
            StringBuilder path = new StringBuilder("/");
            for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
                path.append('%').append(String.format("%02x", b));
            }
            assertThat(read(path.toString())).isEqualTo("/" + text);
        }
    }

    private static @Nullable String read(String path) {
        byte[] bytes = Feeding.bytes(path);
        int reading = TargetNormalizer.check(bytes, 0, bytes.length);
        if (reading < 0) {
            assertThat(TargetNormalizer.rejection(reading).status()).isEqualTo(400);
            return null;
        }
        String normalized = TargetNormalizer.normalized(bytes, 0, bytes.length);
        if (reading == TargetNormalizer.PLAIN) {
            assertThat(normalized).isEqualTo(path);
        }
        return normalized;
    }

    /** Null when the path is to be refused. */
    private static @Nullable String plain(String path) {
        ByteArrayOutputStream decoded = new ByteArrayOutputStream();
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) != '%') {
                decoded.write(path.charAt(i));
                continue;
            }
            if (!path.substring(i).matches("(?s)%[0-9a-fA-F]{2}.*")) {
                return null;
            }
            int octet = Integer.parseInt(path.substring(i + 1, i + 3), 16);
            if (octet == '/' || octet < 0x20 || octet == 0x7f) {
                return null;
            }
            decoded.write(octet);
            i += 2;
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(decoded.toByteArray()))
                    .toString();
        } catch (CharacterCodingException malformed) {
            return null;
        }
        boolean dots = Arrays.stream(text.split("/")).anyMatch(segment -> segment.matches("\\.\\.?(;.*)?"));
        return dots || text.contains("\\") ? null : text.replaceAll("/+", "/");
    }
}
