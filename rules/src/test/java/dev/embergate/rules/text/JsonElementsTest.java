package dev.embergate.rules.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.embergate.engine.spi.BodyTransform;
import dev.embergate.engine.spi.Headers;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonElementsTest {
    private static final ElementEditor AS_IT_CAME = element -> List.of(element);
    private static final ElementEditor MARK = element -> List.of(element.put("x", true));
    /** Drops those with a member {@code drop}. */
    private static final ElementEditor DROP = element -> element.has("drop") ? List.of() : List.of(element);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                " null ",
                "-0.50e+10",
                "\"MediaSources\"",
                "",
                " \r\n",
                "\uFEFF{\"A\":[{\"b\":1}]}",
                "{\"A\":null}",
                "{\"A\":{\"A\":[{}]}}",
                "{\"A\":[]}",
                "{ \"A\" : [ ] , \"A\" : [ 1 , \"two\" , null , [ { } ] , true ] }",
                "{\"A\":[{\"n\":1.000000000000000000000000000001,\"e\":1E400,\"z\":-0,\"big\":123456789012345678901234567890}]}",
                "{\"A\":[{\"s\":\"\\u00e9\\/\\ud83d\\ude00 \\ud800 é 😀\",\"s\":\"twice\", \"\\u0073\" : 3 } ],\"t\":\"\\\"\\\\\\b\\f\\n\\r\\t\"}",
            })
    void whatIsNotChangedComesOutByteForByte(String document) throws Exception {
        assertThat(EveryCut.of(elements("A", AS_IT_CAME), document)).isEqualTo(document);
    }

    @Test
    void onlyTheChangedMemberOfAnElementChanges() throws Exception {
        ElementEditor editor = element -> {
            element.put("Flag", true);
            element.remove("Gone");
            element.put("New", "é\"");
            return List.of(element);
        };
        String before = """
                {"Before": 1.50, "A": [
                  { "Gone": 1, "N": 1.50e3, "Flag" : false , "S": "\\u00e9", "Deep": {"a": [1.0, 2e0]} }
                ,
                  { "Flag": true, "Gone": {} }, {}, { "Gone": 0 }
                ], "After": "\\/"}
                """;
        String after = """
                {"Before": 1.50, "A": [
                  { "N": 1.50e3, "Flag" : true , "S": "\\u00e9", "Deep": {"a": [1.0, 2e0]},"New":"é\\"" }
                ,
                  { "Flag": true,"New":"é\\"" }, {"Flag":true,"New":"é\\""}, {"Flag":true,"New":"é\\"" }
                ], "After": "\\/"}
                """;
        assertThat(EveryCut.of(elements("A", editor), before)).isEqualTo(after);
    }

    @Test
    void aMemberGivenTwiceIsRemovedOrChangedEachTime() throws Exception {
        ElementEditor editor = element -> {
            element.remove("g");
            return List.of(element.put("s", 3));
        };
        assertThat(EveryCut.of(elements("A", editor), "{\"A\":[{\"g\":1,\"s\":1,\"g\":2,\"s\":2}]}"))
                .isEqualTo("{\"A\":[{\"s\":3,\"s\":3}]}");
    }

    @Test
    void aChangeDeepInsideIsWrittenWithExactDecimals() throws Exception {
        ElementEditor editor = element -> {
            ((ObjectNode) element.get("deep")).put("x", 1);
            assertThat(element.get("d")).isEqualTo(DecimalNode.valueOf(new BigDecimal("0.10")));
            return List.of(element);
        };
        assertThat(EveryCut.of(
                        elements("A", editor),
                        "{\"A\":[{\"deep\":{\"f\":1.10,\"i\":12345678901234567890},\"d\":0.10}]}"))
                .isEqualTo("{\"A\":[{\"deep\":{\"f\":1.10,\"i\":12345678901234567890,\"x\":1},\"d\":0.10}]}");
    }

    @Test
    void halfASurrogatePairSurvivesAChange() throws Exception {
        ElementEditor editor = element -> List.of(element.set("b", element.get("a")));
        assertThat(EveryCut.of(elements("A", editor), "{\"A\":[{\"a\":\"\\ud800é\\udc00x\\ud83d\"}]}"))
                .isEqualTo("{\"A\":[{\"a\":\"\\ud800é\\udc00x\\ud83d\",\"b\":\"\\uD800é\\uDC00x\\uD83D\"}]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[ {\"drop\":1} , {\"a\":1} ] => [ {\"a\":1} ]",
                "[ {\"a\":1} , {\"drop\":1} ] => [ {\"a\":1} ]",
                "[ {\"a\":1} , {\"drop\":1} , {\"b\":1} ] => [ {\"a\":1} , {\"b\":1} ]",
                "[{\"drop\":1}] => []",
                "[ {\"drop\":1} , {\"drop\":2} ] => [ ]",
                "[{\"drop\":1},1,{\"drop\":2},\"s\",{\"drop\":3},[],{\"drop\":3}] => [1,\"s\",[]]",
            })
    void anElementCanBeDropped(String beforeAndAfter) throws Exception {
        String[] parts = beforeAndAfter.split(" => ");
        assertThat(EveryCut.of(elements("", DROP), parts[0])).isEqualTo(parts[1]);
    }

    @Test
    void anElementCanBecomeSeveral() throws Exception {
        ElementEditor editor = element ->
                List.of(TextNode.valueOf("before"), element, element.deepCopy().put("copy", 1));
        assertThat(EveryCut.of(elements("A", editor), "{\"A\":[ {\"f\":1.0} , 2 ]}"))
                .isEqualTo("{\"A\":[ \"before\",{\"f\":1.0},{\"f\":1.0,\"copy\":1} , 2 ]}");
    }

    @Test
    void theArrayIsFoundByItsPathOnly() throws Exception {
        String document =
                "{\"A\":[{}],\"B\":{\"A\":[{\"A\":[{}]}]},\"C\":[{\"A\":[{}]},[{\"A\":[{}]}],{\"A\":[{},{}]}],\"D\":{}}";
        assertThat(EveryCut.of(elements("A", MARK), document)).isEqualTo(document.replaceFirst("\\{}", "{\"x\":true}"));
        assertThat(EveryCut.of(elements("B.A", MARK), document))
                .isEqualTo(document.replace("[{\"A\":[{}]}]},\"C", "[{\"A\":[{}],\"x\":true}]},\"C"));
        assertThat(EveryCut.of(elements("C[].A", MARK), document))
                .isEqualTo("{\"A\":[{}],\"B\":{\"A\":[{\"A\":[{}]}]},\"C\":[{\"A\":[{\"x\":true}]},[{\"A\":[{}]}],"
                        + "{\"A\":[{\"x\":true},{\"x\":true}]}],\"D\":{}}");
        assertThat(EveryCut.of(elements("D", MARK), document)).isEqualTo(document);
        assertThat(EveryCut.of(elements("", MARK), document)).isEqualTo(document);
    }

    @Test
    void aDocumentMayBeTheArrayItself() throws Exception {
        assertThat(EveryCut.of(elements("", MARK), " [ {} , {} ]\n")).isEqualTo(" [ {\"x\":true} , {\"x\":true} ]\n");
        assertThat(EveryCut.of(elements("[].A", MARK), "[{\"A\":[{}]},{},{\"A\":[{}]}]"))
                .isEqualTo("[{\"A\":[{\"x\":true}]},{},{\"A\":[{\"x\":true}]}]");
        assertThat(EveryCut.of(elements("[]", MARK), "[[{}],{},[1,{}]]"))
                .isEqualTo("[[{\"x\":true}],{},[1,{\"x\":true}]]");
    }

    @Test
    void aNameIsTheSameWithEscapes() throws Exception {
        assertThat(EveryCut.of(elements("Añ", MARK), "{\"\\u0041\\u00f1\":[{}],\"\\u0042\":[{}],\"Añ\":[{}]}"))
                .isEqualTo("{\"\\u0041\\u00f1\":[{\"x\":true}],\"\\u0042\":[{}],\"Añ\":[{\"x\":true}]}");
        String longName = "{\"" + "A".repeat(1000) + "\":[{}],\"A\\u0041\":[{}],\"\\\\A\":[{}],\"\":[{}],\"a\":[{}]}";
        assertThat(EveryCut.of(elements("A", MARK), longName)).isEqualTo(longName);
    }

    @Test
    void anElementBeyondTheLimitFails() throws Exception {
        String element = "{\"a\":\"" + "x".repeat(92) + "\"}";
        assertThat(element).hasSize(100);
        String document = "{\"A\":[" + element + "]}";
        assertThat(EveryCut.of(new JsonElements("A", 100, AS_IT_CAME), document))
                .isEqualTo(document);
        for (int piece = 1; piece < document.length(); piece += 13) {
            int pieceBytes = piece;
            assertThatIOException()
                    .isThrownBy(() ->
                            EveryCut.fed(new JsonElements("A", 99, AS_IT_CAME), document.getBytes(UTF_8), pieceBytes))
                    .withMessageContaining("99");
        }
    }

    @Test
    void whiteSpaceBeyondTheLimitFails() {
        byte[] document = ("{\"A\":[1" + " ".repeat(200) + "]}").getBytes(UTF_8);
        assertThatIOException().isThrownBy(() -> EveryCut.fed(new JsonElements("A", 100, AS_IT_CAME), document, 10));
    }

    @Test
    void nestingBeyondTheLimitFails() throws Exception {
        String deep = "[".repeat(128) + "]".repeat(128);
        assertThat(EveryCut.of(elements("A", AS_IT_CAME), deep)).isEqualTo(deep);
        byte[] deeper = ("[".repeat(129) + "]".repeat(129)).getBytes(UTF_8);
        assertThatIOException()
                .isThrownBy(() -> EveryCut.fed(elements("A", AS_IT_CAME), deeper, 50))
                .withMessageContaining("offset 128");
        String inElement = "[" + "{\"a\":".repeat(127) + "1" + "}".repeat(127) + "]";
        assertThat(EveryCut.of(elements("", AS_IT_CAME), inElement)).isEqualTo(inElement);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1 {\"a\" 1}",
                "4 {\"A:1}",
                "5 {\"A\":}",
                "7 {\"A\":[,1]}",
                "8 {\"A\":[1,]}",
                "7 {\"A\":1,}",
                "2 [1}",
                "0 ]",
                "1 {]",
                "1 {a:1}",
                "2 [01]",
                "2 [-]",
                "3 [1.]",
                "4 [1e+]",
                "1 [+1]",
                "1 [.5]",
                "3 [tru]",
                "2 [\"\\x\"]",
                "7 [\"\\u123g\"]",
                "2 {}{}",
                "2 1 1",
                "0 'a'",
                "1 [NaN]",
                "3 [1 2]",
            })
    void malformedJsonFailsAndSaysWhere(String offsetAndDocument) {
        int space = offsetAndDocument.indexOf(' ');
        byte[] document = offsetAndDocument.substring(space + 1).getBytes(UTF_8);
        for (int piece = 1; piece <= document.length; piece++) {
            int pieceBytes = piece;
            assertThatIOException()
                    .isThrownBy(() -> EveryCut.fed(elements("A", AS_IT_CAME), document, pieceBytes))
                    .withMessageStartingWith("json: ")
                    .withMessageContaining("offset ");
        }
    }

    @Test
    void theOffsetIsThatOfTheWrongByte() {
        byte[] document = "{\"A\":[{\"b\":1}, x]}".getBytes(UTF_8);
        for (int piece = 1; piece <= document.length; piece++) {
            int pieceBytes = piece;
            assertThatIOException()
                    .isThrownBy(() -> EveryCut.fed(elements("A", AS_IT_CAME), document, pieceBytes))
                    .withMessageContaining("byte 0x78 at offset 15");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[1",
                "\"a",
                "{\"a\"",
                "{\"a\":",
                "-",
                "1.",
                "1e",
                "tr",
                "[1,",
                "{\"A\":[{}",
                "{\"A\":[{\"b\":\""
            })
    void aDocumentThatEndsEarlyFails(String document) {
        assertThatIOException()
                .isThrownBy(() -> EveryCut.fed(elements("A", AS_IT_CAME), document.getBytes(UTF_8), 3))
                .withMessageContaining("ends at offset " + document.length());
    }

    /** Found by fuzzing: it threw what is no IOException. */
    @Test
    void aNumberNoDecimalCanHoldFails() {
        byte[] document = "{\"A\":[{\"b\":-1.5e37777777777777777777777}]}".getBytes(UTF_8);
        assertThatIOException()
                .isThrownBy(() -> EveryCut.fed(elements("A", AS_IT_CAME), document, 3))
                .withMessageContaining("exponent");
    }

    @Test
    void onlySuccessfulJsonInUtf8IsTaken() {
        BodyTransform elements = elements("A", AS_IT_CAME);
        assertThat(elements.accepts(JsonHead.of(200, "application/json"))).isTrue();
        assertThat(elements.accepts(JsonHead.of(200, "text/json; charset=\"UTF-8\"")))
                .isTrue();
        assertThat(elements.accepts(JsonHead.of(201, "application/problem+json")))
                .isTrue();
        assertThat(elements.accepts(JsonHead.of(200, "application/json; charset=utf-16")))
                .isFalse();
        assertThat(elements.accepts(JsonHead.of(200, "text/html"))).isFalse();
        assertThat(elements.accepts(JsonHead.of(404, "application/json"))).isFalse();
        assertThat(elements.accepts(new JsonHead(200, Headers.EMPTY))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "A.", "A..B", "A[", "A[].[]", "A[0]", "A[][]"})
    void aPathThatIsNoneIsRefused(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> elements(path, AS_IT_CAME))
                .withMessageContaining("expected");
    }

    private static JsonElements elements(String path, ElementEditor editor) {
        return new JsonElements(path, 64 * 1024, editor);
    }
}
