package dev.embergate.rules.text;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The scanner against Jackson's parser: what one takes the other takes, and what is taken comes out unchanged. */
class JsonScannerTest {
    private static final String[] PARTS = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"A\"",
        "\"b\"",
        "\"\\u0041\"",
        "\"\\n\"",
        "1",
        "-1.5e3",
        "0",
        "true",
        "false",
        "null",
        " ",
        "\n",
        "\"",
        "\\",
        "-",
        ".",
        "e",
        "01",
        "t",
        "{\"A\":[{\"A\":1}]}",
        "[[]]"
    };

    @Test
    void agreesWithJacksonOnNearlyValidDocuments() throws Exception {
        Random random = new Random(20260801);
        int valid = 0;
        for (int round = 0; round < 60_000; round++) {
            String document = round % 2 == 0 ? mutated(random) : noise(random);
            byte[] bytes = document.getBytes(US_ASCII);
            boolean expected = jacksonTakes(bytes);
            valid += expected ? 1 : 0;
            JsonElements elements = new JsonElements("A", 10_000, element -> List.of(element));
            boolean taken;
            try {
                byte[] out = EveryCut.fed(elements, bytes, 1 + random.nextInt(5));
                assertThat(new String(out, US_ASCII)).isEqualTo(document);
                taken = true;
            } catch (IOException refused) {
                taken = false;
            }
            assertThat(taken).as(document).isEqualTo(expected);
        }
        assertThat(valid).isGreaterThan(10_000);
    }

    private static boolean jacksonTakes(byte[] bytes) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(bytes)) {
            int documents = 0;
            int depth = 0;
            while (parser.nextToken() != null) {
                if (depth == 0) {
                    documents++;
                }
                depth += parser.currentToken().isStructStart()
                        ? 1
                        : parser.currentToken().isStructEnd() ? -1 : 0;
                if (parser.currentToken().isScalarValue()) {
                    parser.getText();
                }
            }
            // One that closes counts once more at depth 0 only if it began there.
            return documents <= 1;
        } catch (JsonProcessingException malformed) {
            return false;
        }
    }

    private static String noise(Random random) {
        StringBuilder text = new StringBuilder();
        int parts = random.nextInt(6);
        for (int i = 0; i < parts; i++) {
            text.append(PARTS[random.nextInt(PARTS.length)]);
        }
        return text.toString();
    }

    private static String mutated(Random random) {
        StringBuilder text = new StringBuilder();
        value(random, text, 0);
        if (random.nextInt(3) > 0) {
            int at = random.nextInt(text.length() + 1);
            if (random.nextBoolean() && at < text.length()) {
                text.deleteCharAt(at);
            } else {
                text.insert(at, PARTS[random.nextInt(PARTS.length)]);
            }
        }
        return text.toString();
    }

    private static void value(Random random, StringBuilder out, int depth) {
        space(random, out);
        int kind = random.nextInt(depth > 4 ? 3 : 6);
        switch (kind) {
            case 0 -> out.append(random.nextInt(2000) - 1000).append(random.nextBoolean() ? ".50E+2" : "");
            case 1 -> out.append(List.of("true", "false", "null").get(random.nextInt(3)));
            case 2 -> out.append("\"a\\\"\\\\\\u00e9\"");
            case 3 -> {
                out.append('[');
                int elements = random.nextInt(4);
                for (int i = 0; i < elements; i++) {
                    out.append(i == 0 ? "" : ",");
                    value(random, out, depth + 1);
                }
                space(random, out);
                out.append(']');
            }
            default -> {
                out.append('{');
                int members = random.nextInt(4);
                for (int i = 0; i < members; i++) {
                    out.append(i == 0 ? "" : ",");
                    space(random, out);
                    out.append(random.nextBoolean() ? "\"A\"" : "\"b\"");
                    space(random, out);
                    out.append(':');
                    value(random, out, depth + 1);
                }
                space(random, out);
                out.append('}');
            }
        }
        space(random, out);
    }

    private static void space(Random random, StringBuilder out) {
        if (random.nextInt(4) == 0) {
            out.append(" \t\r\n".charAt(random.nextInt(4)));
        }
    }
}
