package dev.embergate.engine.decode;

import static dev.embergate.engine.decode.RequestFuzzTest.same;

import dev.embergate.engine.testkit.FuzzInputs;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fuzz target: a path. What rules match on is what a plain second reading of it finds, and that reading finds no dot segment,
 * slash, backslash or control character behind an escape; whatever it finds fault with is refused, and nothing else.
 */
public class TargetFuzzTest {
    static Stream<byte[]> seeds() {
        Stream<byte[]> corpus = HostileMessage.requests()
                .filter(message -> message.name().startsWith("target"))
                .map(message -> new String(message.bytes(), StandardCharsets.ISO_8859_1).split(" ")[1])
                .map(Feeding::bytes);
        return Stream.concat(corpus, FuzzInputs.stored(TargetFuzzTest.class));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void holdsForASeed(byte[] input) {
        fuzzerTestOneInput(input);
    }

    public static void fuzzerTestOneInput(byte[] input) {
        StringBuilder visible = new StringBuilder("/");
        for (byte b : input) {
            if (b > 0x20 && b < 0x7f && b != '?' && b != '#') {
                visible.append((char) b);
            }
        }
        byte[] path = Feeding.bytes(visible.toString());
        int reading = TargetNormalizer.check(path, 0, path.length);
        String expected = plainly(visible.toString());
        if (reading < 0) {
            same(
                    "refused " + visible + " as "
                            + TargetNormalizer.rejection(reading).reason(),
                    expected == null,
                    true);
            return;
        }
        String normalized = TargetNormalizer.normalized(path, 0, path.length);
        same("path", normalized, String.valueOf(expected));
        same(
                "rewritten",
                reading == TargetNormalizer.PLAIN,
                normalized.equals(visible.toString()) && visible.indexOf("%") < 0);
    }

    /** Null when it is to be refused. */
    private static @Nullable String plainly(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.substring(1).split("/", -1)) {
            String decoded = decoded(segment);
            if (decoded == null || decoded.indexOf('/') >= 0 || decoded.indexOf('\\') >= 0) {
                return null;
            }
            if (decoded.chars().anyMatch(c -> c < 0x20 || c == 0x7f) || decoded.matches("(?s)\\.\\.?(;.*)?")) {
                return null;
            }
            segments.add(decoded);
        }
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < segments.size(); i++) {
            boolean last = i == segments.size() - 1;
            if (!segments.get(i).isEmpty() || last) {
                all.append('/').append(segments.get(i));
            }
        }
        return all.toString();
    }

    private static @Nullable String decoded(String segment) {
        ByteBuffer bytes = ByteBuffer.allocate(segment.length());
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c != '%') {
                bytes.put((byte) c);
                continue;
            }
            if (!segment.substring(i + 1, Math.min(segment.length(), i + 3)).matches("[0-9a-fA-F]{2}")) {
                return null;
            }
            bytes.put((byte) Integer.parseInt(segment.substring(i + 1, i + 3), 16));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
