package dev.embergate.rules.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.embergate.engine.spi.BodyTransform;
import dev.embergate.engine.testkit.FuzzInputs;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fuzz target: a JSON answer. It is refused or taken whatever its pieces, comes out byte for byte when nothing is changed, and
 * when something is, what was JSON to Jackson still is.
 */
public class JsonFuzzTest {
    private static final BodyTransform AS_IT_CAME = new JsonElements("A", 256, element -> List.of(element));
    private static final BodyTransform CHANGED = new JsonElements("A[].A", 256, element -> {
        element.remove("b");
        return element.has("drop") ? List.of() : List.of(element.put("x", "\u00e9\""), element.deepCopy());
    });

    static Stream<byte[]> seeds() {
        return Stream.concat(
                Stream.of(
                                "{\"A\":[{\"b\":1,\"c\":[]},2,\"s\",null]}",
                                "{\"A\":[{\"A\":[{\"b\":1},{\"drop\":1},{\"c\":{\"d\":-1.5e3}}]}]}",
                                "[1,[2,[3,{}]]]",
                                "{\"\\u0041\" : [ {\"s\":\"\\ud83d\\ude00 \\/\"} ] , \"t\" : false}",
                                "\ufeff{\"A\":[{}]}",
                                " \r\n\t")
                        .map(text -> text.getBytes(UTF_8)),
                FuzzInputs.stored(JsonFuzzTest.class));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void holdsForASeed(byte[] input) throws Exception {
        fuzzerTestOneInput(input);
    }

    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        int piece = 1 + (Arrays.hashCode(input) & 7);
        byte[] same = out(AS_IT_CAME, input, input.length + 1);
        require(Arrays.equals(same, out(AS_IT_CAME, input, piece)), "unchanged: other pieces, other verdict");
        require(same == null || Arrays.equals(same, input), "unchanged: came out changed");

        byte[] changed = out(CHANGED, input, input.length + 1);
        require(Arrays.equals(changed, out(CHANGED, input, piece)), "changed: other pieces, other outcome");
        if (changed != null && isJson(input)) {
            require(isJson(changed), "changed: no JSON any more: " + new String(changed, UTF_8));
        }
    }

    /** Null when it was refused. */
    private static byte @Nullable [] out(BodyTransform transform, byte[] body, int pieceBytes) throws Exception {
        try {
            return EveryCut.fed(transform, body, pieceBytes);
        } catch (IOException refused) {
            return null;
        }
    }

    private static boolean isJson(byte[] bytes) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(bytes)) {
            while (parser.nextToken() != null) {
                parser.getText();
            }
            return true;
        } catch (JsonProcessingException | java.io.CharConversionException e) {
            return false;
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
