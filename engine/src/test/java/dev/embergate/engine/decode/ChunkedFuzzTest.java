package dev.embergate.engine.decode;

import static dev.embergate.engine.decode.RequestFuzzTest.same;

import dev.embergate.engine.testkit.FuzzInputs;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fuzz target: a chunked body, behind a head that announces it. Both directions read it alike, a reading of the grammar as RFC
 * 9112 section 7.1 prints it finds the same data, and what is sent on holds as for {@link RequestFuzzTest}.
 */
public class ChunkedFuzzTest {
    private static final byte[] REQUEST =
            Feeding.bytes("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    private static final byte[] ANSWER = Feeding.bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String QUOTED =
            "\"(?:[\\t !\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t -\\x7e\\x80-\\xff])*\"";
    private static final String EXTENSIONS =
            "(?:[ \\t]*;[ \\t]*" + TOKEN + "(?:[ \\t]*=[ \\t]*(?:" + TOKEN + "|" + QUOTED + "))?)*";
    private static final Pattern SIZE_LINE = Pattern.compile("([0-9a-fA-F]+)" + EXTENSIONS + "\r\n");
    private static final Pattern TRAILERS = Pattern.compile("(?:" + TOKEN + ":[\\t\\x20-\\x7e\\x80-\\xff]*\r\n)*\r\n");

    static Stream<byte[]> seeds() {
        Stream<byte[]> corpus = Stream.concat(HostileMessage.requests(), HostileMessage.responses())
                .filter(message -> message.name().matches("(chunk|trailer).*"))
                .map(message -> behindHead(message.bytes()));
        return Stream.concat(corpus, FuzzInputs.stored(ChunkedFuzzTest.class));
    }

    private static byte[] behindHead(byte[] message) {
        String text = new String(message, StandardCharsets.ISO_8859_1);
        return Feeding.bytes(text.substring(text.indexOf("\r\n\r\n") + 4));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void holdsForASeed(byte[] input) {
        fuzzerTestOneInput(input);
    }

    public static void fuzzerTestOneInput(byte[] input) {
        byte[] request = joined(REQUEST, input);
        byte[] answer = joined(ANSWER, input);
        RequestFuzzTest.fuzzerTestOneInput(request);
        ResponseFuzzTest.fuzzerTestOneInput(answer);

        List<String> asRequest = Feeding.requests(DecodeLimits.DEFAULT, List.of(request)).events;
        List<String> asAnswer = Feeding.responses(DecodeLimits.DEFAULT, "GET", List.of(answer)).events;
        int end = end(asRequest);
        same("directions", end(asAnswer), end);
        if (end > 0) {
            same("directions", asAnswer.subList(1, end), asRequest.subList(1, end));
            String body = end == 1 ? "" : asRequest.get(1).substring("body ".length());
            same("grammar", new String(byGrammar(input), StandardCharsets.ISO_8859_1), body);
        }
    }

    private static int end(List<String> events) {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).startsWith("end")) {
                return i;
            }
        }
        return -1;
    }

    /** The data of a whole body; fails where the grammar is not met. */
    private static byte[] byGrammar(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int at = 0;
        while (true) {
            Matcher line = SIZE_LINE.matcher(text).region(at, text.length());
            if (!line.lookingAt()) {
                throw new AssertionError("accepted, but no chunk line at " + at);
            }
            long size = Long.parseLong(line.group(1), 16);
            at = line.end();
            if (size == 0) {
                if (!TRAILERS.matcher(text).region(at, text.length()).lookingAt()) {
                    throw new AssertionError("accepted, but no trailer section at " + at);
                }
                return body.toByteArray();
            }
            body.write(input, at, Math.toIntExact(size));
            at += Math.toIntExact(size);
            if (!text.startsWith("\r\n", at)) {
                throw new AssertionError("accepted, but no CRLF at " + at);
            }
            at += 2;
        }
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
