package dev.embergate.engine.accept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.accept.ProxyHeader.State;
import dev.embergate.engine.testkit.EveryCut;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** haproxy's proxy-protocol.txt, sections 2.1 (version 1) and 2.2 (version 2). */
class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String IPV4 = "c0000201 0a000001 1267 01bb ";
    private static final String IPV6 = "20010db8000000000000000000000001 fd000000000000000000000000000001 1267 01bb ";

    private static byte[] v2(String hex) {
        return HexFormat.of().parseHex((SIGNATURE + hex).replace(" ", ""));
    }

    private static byte[] v1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String read(byte[] bytes) {
        return read(List.of(bytes));
    }

    /** As a connection gets it: in pieces, and no further than COMPLETE or MALFORMED. */
    private static String read(List<byte[]> pieces) {
        ByteBuf in = Unpooled.buffer();
        ProxyHeader header = new ProxyHeader();
        State state = State.MORE;
        for (byte[] piece : pieces) {
            in.writeBytes(piece);
            if (state == State.MORE) {
                state = header.read(in);
            }
        }
        if (state != State.COMPLETE) {
            return state.toString();
        }
        InetSocketAddress source = header.source();
        return (source == null ? "peer" : source.getAddress().getHostAddress() + " " + source.getPort())
                + (header.isSecure() ? " secure" : "")
                + (in.isReadable() ? " rest " + in.toString(StandardCharsets.ISO_8859_1) : "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "PROXY TCP4 192.0.2.1 10.0.0.1 4711 443 > 192.0.2.1 4711",
                "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535 > 255.255.255.255 65535",
                "PROXY TCP4 0.0.0.0 0.0.0.0 0 0 > 0.0.0.0 0",
                "PROXY TCP6 2001:db8::1 fd00::1 4711 443 > 2001:db8:0:0:0:0:0:1 4711",
                "PROXY TCP6 ::ffff:192.0.2.1 ::1 4711 443 > 192.0.2.1 4711",
                "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535 > ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535",
                "PROXY UNKNOWN > peer",
                "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535 > peer",
                "PROXY UNKNOWN whatever it says > peer",
            })
    void versionOneNamesTheClientOrNobody(String line, String expected) {
        assertThat(read(v1(line + "\r\n"))).isEqualTo(expected);
        assertThat(read(v1(line + "\r\nGET /"))).isEqualTo(expected + " rest GET /");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "proxy TCP4 192.0.2.1 10.0.0.1 1 2\r\n",
                "PROXY  TCP4 192.0.2.1 10.0.0.1 1 2\r\n",
                "PROXY TCP4  192.0.2.1 10.0.0.1 1 2\r\n",
                "PROXY TCP4 192.0.2.1 10.0.0.1 1 2 \r\n",
                "PROXY TCP4 192.0.2.1 10.0.0.1 1 2 3\r\n",
                "PROXY TCP4 192.0.2.1 10.0.0.1 1\r\n",
                "PROXY TCP4\t192.0.2.1 10.0.0.1 1 2\r\n",
                "PROXY TCP4 192.0.2.1 10.0.0.1 1 2\r\r\n",
                "PROXY TCP4 192.0.2.1 10.0.0.1 1 2\rX",
                "PROXY TCP4 192.0.2.01 10.0.0.1 1 2\r\n",
                "PROXY TCP4 192.0.2.256 10.0.0.1 1 2\r\n",
                "PROXY TCP4 192.0.2 10.0.0.1 1 2\r\n",
                "PROXY TCP4 192.0.2.1 x 1 2\r\n",
                "PROXY TCP4 192.0.2.1 10.0.0.1 01 2\r\n",
                "PROXY TCP4 192.0.2.1 10.0.0.1 1 65536\r\n",
                "PROXY TCP4 192.0.2.1 10.0.0.1 -1 2\r\n",
                "PROXY TCP4 2001:db8::1 fd00::1 1 2\r\n",
                "PROXY TCP6 192.0.2.1 10.0.0.1 1 2\r\n",
                "PROXY TCP6 2001:db8::1%1 fd00::1 1 2\r\n",
                "PROXY TCP6 [2001:db8::1] fd00::1 1 2\r\n",
                "PROXY TCP5 192.0.2.1 10.0.0.1 1 2\r\n",
                "PROXY UDP4 192.0.2.1 10.0.0.1 1 2\r\n",
                "PROXY UNKNOWNS\r\n",
                "PROXY \r\n",
                "PROXY localhost\r\n",
                "PX",
                "X"
            })
    void anythingElseInVersionOneIsMalformed(String bytes) {
        assertThat(read(v1(bytes))).isEqualTo("MALFORMED");
    }

    /** Section 2.1: the longest line is 107 bytes with its CRLF. */
    @Test
    void aLineMayHaveOneHundredAndSevenBytes() {
        String line = "PROXY UNKNOWN " + "x".repeat(107 - 16);
        assertThat(read(v1(line + "\r\n"))).isEqualTo("peer");
        assertThat(read(v1(line + "x\r\n"))).isEqualTo("MALFORMED");
        assertThat(read(v1(line + "x"))).isEqualTo("MORE");
        assertThat(read(v1(line + "xx"))).isEqualTo("MALFORMED");
        assertThat(read(v1("PROXY UNKNOWN\n" + "x".repeat(100)))).isEqualTo("MALFORMED");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "21 11 000c " + IPV4 + " > 192.0.2.1 4711",
                "21 21 0024 " + IPV6 + " > 2001:db8:0:0:0:0:0:1 4711",
                "21 21 0024 00000000000000000000ffffc0000201 fd000000000000000000000000000001 1267 01bb > 192.0.2.1 4711",
                "20 00 0000 > peer",
                "20 11 000c " + IPV4 + " > peer",
                "20 00 0003 ffffff > peer",
                "21 00 0000 > peer",
                "21 00 0003 ffffff > peer",
                "21 12 000c " + IPV4 + " > peer",
                "21 22 0024 " + IPV6 + " > peer",
                "21 10 000c " + IPV4 + " > peer",
                // TLVs: ALPN, NOOP, SSL without and with the client bit
                "21 11 0011 " + IPV4 + " 01 0002 6832 > 192.0.2.1 4711",
                "21 11 000f " + IPV4 + " 04 0000 > 192.0.2.1 4711",
                "21 11 0014 " + IPV4 + " 20 0005 00 00000000 > 192.0.2.1 4711",
                "21 11 0014 " + IPV4 + " 20 0005 01 00000000 > 192.0.2.1 4711 secure",
                "21 11 001e " + IPV4 + " 04 0000 20 000c 07 00000000 21 0004 54315333 > 192.0.2.1 4711 secure",
            })
    void versionTwoNamesTheClientOrNobody(String hex, String expected) {
        assertThat(read(v2(hex))).isEqualTo(expected);
    }

    @Test
    void aUnixSocketNamesNobody() {
        assertThat(read(v2("21 31 00d8 " + "2f".repeat(216)))).isEqualTo("peer");
        assertThat(read(v2("21 31 00d7 " + "2f".repeat(215)))).isEqualTo("MALFORMED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "11", // version 1
                "31 11 000c", // version 3
                "22 11 000c", // an unknown command
                "21 41 000c", // an unknown family
                "21 13 000c", // an unknown transport
                "21 11 000b c0000201 0a000001 1267 01", // too short for its addresses
                "21 11 0000",
                "21 21 000c " + IPV4,
                "21 11 000d " + IPV4 + "01", // TLVs that end beyond the header
                "21 11 000e " + IPV4 + "01 00",
                "21 11 0010 " + IPV4 + "01 0002 68",
                "21 11 000f " + IPV4 + "01 ffff",
                "21 11 0013 " + IPV4 + "20 0004 01 000000", // too short for PP2_TYPE_SSL
            })
    void anythingElseInVersionTwoIsMalformed(String hex) {
        assertThat(read(v2(hex))).isEqualTo("MALFORMED");
    }

    @Test
    void aWrongSignatureIsMalformedAtItsFirstWrongByte() {
        byte[] wrong = v2("");
        wrong[6] = 'x';
        ByteBuf in = Unpooled.wrappedBuffer(wrong);
        assertThat(new ProxyHeader().read(in.slice(0, 6))).isEqualTo(State.MORE);
        assertThat(new ProxyHeader().read(in.slice(0, 7))).isEqualTo(State.MALFORMED);
    }

    @Test
    void theLongestHeaderIsReadWhole() {
        String hex = "21 11 ffff " + IPV4 + "ee fff0" + "00".repeat(0xfff0);
        assertThat(read(v2(hex))).isEqualTo("192.0.2.1 4711");
    }

    @Test
    void everyCutOfEitherVersionIsRead() {
        EveryCut.of(
                v1("PROXY TCP4 192.0.2.1 10.0.0.1 4711 443\r\nGET / HTTP/1.1\r\n\r\n"),
                pieces -> assertThat(read(pieces)).isEqualTo("192.0.2.1 4711 rest GET / HTTP/1.1\r\n\r\n"));
        EveryCut.of(
                v2("21 21 002c " + IPV6 + "20 0005 01 00000000 474554"),
                pieces -> assertThat(read(pieces)).isEqualTo("2001:db8:0:0:0:0:0:1 4711 secure rest GET"));
    }

    @Test
    void everyShorterTextWaitsForMore() {
        byte[] whole = v2("21 11 0014 " + IPV4 + "20 0005 01 00000000");
        for (int length = 0; length < whole.length; length++) {
            ByteBuf in = Unpooled.wrappedBuffer(whole, 0, length);
            assertThat(new ProxyHeader().read(in)).as("%d bytes", length).isEqualTo(State.MORE);
            assertThat(in.readableBytes()).isEqualTo(length);
        }
    }
}
