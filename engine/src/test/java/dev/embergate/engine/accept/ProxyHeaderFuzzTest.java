package dev.embergate.engine.accept;

import dev.embergate.engine.accept.ProxyHeader.State;
import dev.embergate.engine.testkit.FuzzInputs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fuzz target: what a connection from a trusted proxy begins with. One verdict at any cut, reached no later than at the bounds of
 * both versions; nothing is read but of a complete header, and of it all; version 1 names the one source its line spells.
 */
public class ProxyHeaderFuzzTest {
    private static final int MAX_V1_BYTES = 107;
    private static final int MAX_V2_BYTES = 16 + 0xffff;
    private static final String V2 = "\r\n\r\n\0\r\nQUIT\n";

    static Stream<byte[]> seeds() {
        return Stream.concat(
                Stream.of(
                                "PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\nGET / HTTP/1.1\r\n",
                                "PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n",
                                "PROXY UNKNOWN ff:ff 1 2\r\n",
                                "PROXY UNKNOWN\r\n",
                                "PROXY TCP4 192.0.2.01 198.51.100.7 56324 443\r\n",
                                "PROXY TCP4 192.0.2.1 198.51.100.7 056324 443\n",
                                V2 + "\41\21\0\14\300\0\2\1\306\63\144\7\334\4\1\273GET",
                                V2 + "\40\0\0\0",
                                V2 + "\41\21\0\24\300\0\2\1\306\63\144\7\334\4\1\273\40\0\5\1\0\0\0\0",
                                V2 + "\41\41\0\44" + "\0".repeat(36),
                                V2 + "\41\61\0\330" + "\0".repeat(216),
                                "GET / HTTP/1.1\r\n")
                        .map(text -> text.getBytes(StandardCharsets.ISO_8859_1)),
                FuzzInputs.stored(ProxyHeaderFuzzTest.class));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void holdsForASeed(byte[] input) {
        fuzzerTestOneInput(input);
    }

    public static void fuzzerTestOneInput(byte[] input) {
        ByteBuf all = Unpooled.wrappedBuffer(input);
        ProxyHeader whole = new ProxyHeader();
        State verdict = whole.read(all);
        int length = all.readerIndex();
        require(verdict == State.COMPLETE || length == 0, "read of no header: " + length);
        boolean v1 = input.length > 0 && input[0] == 'P';
        int bound = v1 ? MAX_V1_BYTES : MAX_V2_BYTES;
        require(verdict != State.MORE || input.length < bound, "still waits after " + input.length);
        require(length <= bound, "a header of " + length);

        // As octets come: the same verdict, and a complete header the moment its last octet is there.
        for (int seen = 0; seen <= input.length; seen += 1 + (seen > 300 ? seen / 8 : 0)) {
            ProxyHeader piecewise = new ProxyHeader();
            State state = piecewise.read(Unpooled.wrappedBuffer(input, 0, seen));
            switch (state) {
                case MORE -> require(verdict != State.COMPLETE || seen < length, "late at " + seen);
                case COMPLETE -> {
                    require(verdict == State.COMPLETE && seen >= length, "early at " + seen);
                    require(
                            String.valueOf(piecewise.source()).equals(String.valueOf(whole.source()))
                                    && piecewise.isSecure() == whole.isSecure(),
                            "another source at " + seen);
                }
                case MALFORMED -> require(verdict == State.MALFORMED, "malformed at " + seen);
            }
        }
        if (verdict == State.COMPLETE && v1) {
            spelled(new String(Arrays.copyOf(input, length), StandardCharsets.ISO_8859_1), whole);
        } else if (verdict != State.COMPLETE) {
            require(!whole.isSecure() || verdict == State.MALFORMED, "secure without a header");
        }
    }

    private static void spelled(String line, ProxyHeader read) {
        if (line.startsWith("PROXY UNKNOWN")) {
            require(read.source() == null, "a source of nobody");
            return;
        }
        String address = "[0-9a-f.:]+";
        require(
                line.toLowerCase(java.util.Locale.ROOT)
                        .matches("proxy tcp[46] " + address + " " + address + " [0-9]{1,5} [0-9]{1,5}\r\n"),
                "not in form: " + line);
        String[] words = line.strip().split(" ");
        require(read.source() != null, "no source");
        require(words[4].equals(String.valueOf(read.source().getPort())), "port: " + read.source());
        boolean ipv4 = words[1].equals("TCP4");
        if (ipv4) {
            require(words[2].equals(read.source().getAddress().getHostAddress()), "address: " + read.source());
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
