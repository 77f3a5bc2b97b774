package dev.embergate.engine.decode;

import static dev.embergate.engine.decode.Feeding.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.embergate.engine.spi.Client;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a rule and the relay read of a request head. */
class ParsedRequestTest {
    private static final String END = " HTTP/1.1\r\nHost: h\r\n\r\n";

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"})
    void aUsualMethodIsAConstant(String method) {
        assertThat(request(method + " /" + END).method()).isSameAs(method.intern());
    }

    /** RFC 9110 section 9.1: methods are case-sensitive. */
    @ParameterizedTest
    @ValueSource(strings = {"get", "GETX", "GE", "X", "PUTS", "HEAR", "M-SEARCH"})
    void anUnusualMethodIsAsSent(String method) {
        assertThat(request(method + " /" + END).method()).isEqualTo(method);
    }

    @Test
    void theTargetIsTakenApart() {
        ParsedRequest request = request("GET /emby/Items/1%20a?Fields=a%2Cb&x=?" + END);
        assertThat(request.target()).isEqualTo("/emby/Items/1%20a?Fields=a%2Cb&x=?");
        assertThat(request.rawPath()).isEqualTo("/emby/Items/1%20a");
        assertThat(request.path()).isEqualTo("/emby/Items/1 a");
        assertThat(request.rawQuery()).isEqualTo("Fields=a%2Cb&x=?");
        ByteBuf out = Unpooled.buffer();
        request.copyTarget(out);
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo(request.target());
        assertThat(request("GET /a" + END).rawQuery()).isNull();
        assertThat(request("GET /a?" + END).rawQuery()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "//emby///Users/, /emby/Users/",
        "//, /",
        "/a;b=c/d, /a;b=c/d",
        "/%E7%94%B5%E5%BD%B1, /电影",
        "/%f0%9f%8e%ac, /🎬",
        "/%252e%252e, /%2e%2e",
        "/a%3Fb%23c, /a?b#c",
        "/...a/.b/c., /...a/.b/c.",
        "/a+b, /a+b",
    })
    void aPathHasOneReading(String raw, String path) {
        ParsedRequest request = request("GET " + raw + END);
        assertThat(request.path()).isEqualTo(path);
        assertThat(request.rawPath()).isEqualTo(raw);
    }

    @Test
    void anAbsoluteTargetGoesOnInOriginForm() {
        ParsedRequest whole = request("GET http://h:80/a?b HTTP/1.1\r\nHost: H:80\r\n\r\n");
        assertThat(whole.target()).isEqualTo("/a?b");
        assertThat(whole.authority()).isEqualTo("h:80");
        ParsedRequest bare = request("GET https://example.org?b=/c HTTP/1.0\r\n\r\n");
        assertThat(bare.target()).isEqualTo("/?b=/c");
        assertThat(bare.path()).isEqualTo("/");
        assertThat(bare.query("b")).isEqualTo("/c");
        assertThat(bare.authority()).isEqualTo("example.org");
        ParsedRequest server = request("OPTIONS http://example.org HTTP/1.0\r\n\r\n");
        assertThat(server.target()).isEqualTo("*");
        assertThat(server.authority()).isEqualTo("example.org");
        assertThat(request("OPTIONS http://h?" + END).target()).isEqualTo("/?");
    }

    @Test
    void theAuthorityIsHost() {
        assertThat(request("GET / HTTP/1.1\r\nHost: a_b.example:1 \r\n\r\n").authority())
                .isEqualTo("a_b.example:1");
        assertThat(request("GET / HTTP/1.0\r\n\r\n").authority()).isEmpty();
        assertThat(request("GET / HTTP/1.0\r\nHost:\r\n\r\n").authority()).isEmpty();
    }

    @Test
    void aParameterIsDecodedOnce() {
        ParsedRequest request = request("GET /?a=1&B=%E7%94%B5+x%252B&c&=e&d=%zz%4&a=2&g%41=y&bad=%ff+x&t=%" + END);
        assertThat(request.query("a")).isEqualTo("1");
        assertThat(request.query("B")).isEqualTo("电 x%2B");
        assertThat(request.query("b")).isNull();
        assertThat(request.queryIgnoreCase("b")).isEqualTo("电 x%2B");
        assertThat(request.query("c")).isEmpty();
        assertThat(request.query("d")).isEqualTo("%zz%4");
        assertThat(request.query("gA")).isEqualTo("y");
        assertThat(request.query("ga")).isNull();
        assertThat(request.queryIgnoreCase("GA")).isEqualTo("y");
        // Not UTF-8: given as received rather than damaged.
        assertThat(request.query("bad")).isEqualTo("%ff+x");
        assertThat(request.query("t")).isEqualTo("%");
        assertThat(request.query("none")).isNull();
        assertThat(request.query("")).isEqualTo("e");
        assertThat(request("GET /?" + END).query("a")).isNull();
        assertThat(request("GET /?&&a=&" + END).query("a")).isEmpty();
        assertThat(request("GET /" + END).query("a")).isNull();
    }

    @Test
    void fieldsAreFoundWithoutCase() {
        ParsedRequest request =
                request("GET / HTTP/1.1\r\nHOST:h\r\nX-A: 1\r\nx-a:\t2 \r\nrange: bytes=0-\r\nEmpty:\r\n\r\n");
        assertThat(request.fieldCount()).isEqualTo(5);
        assertThat(request.fieldName(0)).isEqualTo(FieldName.HOST);
        assertThat(request.fieldName(1)).isEqualTo(FieldName.OTHER);
        assertThat(request.fieldNameText(0)).isEqualTo("HOST");
        assertThat(request.header("x-A")).isEqualTo("1");
        assertThat(request.headers("X-a")).containsExactly("1", "2");
        assertThat(request.headers("none")).isEmpty();
        assertThat(request.value(FieldName.RANGE)).isEqualTo("bytes=0-");
        assertThat(request.value(FieldName.EXPECT)).isNull();
        assertThat(request.fieldValue(4)).isEmpty();
        assertThat(request.fieldNameIs(2, "X-A")).isTrue();
        assertThat(request.fieldNameIs(2, "X-AB")).isFalse();
        assertThatThrownBy(() -> request.fieldValue(5)).isInstanceOf(IndexOutOfBoundsException.class);
        List<String> all = new ArrayList<>();
        request.forEachHeader((name, value) -> all.add(name + "=" + value));
        assertThat(all).containsExactly("HOST=h", "X-A=1", "x-a=2", "range=bytes=0-", "Empty=");
    }

    @Test
    void everyKnownNameIsRecognisedInAnyCase() {
        StringBuilder text = new StringBuilder("GET / HTTP/1.0\r\n");
        List<FieldName> names = new ArrayList<>();
        for (FieldName name : FieldName.values()) {
            boolean harmless = name != FieldName.OTHER
                    && name != FieldName.TRANSFER_ENCODING
                    && name != FieldName.CONTENT_LENGTH
                    && name != FieldName.EXPECT;
            if (harmless) {
                names.add(name);
                text.append(
                        names.size() % 2 == 0 ? name.lowerCase().toUpperCase(java.util.Locale.ROOT) : name.lowerCase());
                text.append(": x\r\n");
                text.append('x').append(name.lowerCase().substring(1)).append("~: x\r\n");
            }
        }
        ParsedRequest request = request(text + "\r\n");
        for (int i = 0; i < names.size(); i++) {
            assertThat(request.fieldName(2 * i)).isEqualTo(names.get(i));
            assertThat(request.fieldName(2 * i + 1)).isEqualTo(FieldName.OTHER);
        }
    }

    @Test
    void aFieldIsCopiedInTheUsualForm() {
        ParsedRequest request = request("GET / HTTP/1.1\r\nHost: h\r\nA:1\r\nB:\t 2 \r\nC: \r\nD: 4 \r\n\r\n");
        ByteBuf out = Unpooled.buffer();
        for (int i = 0; i < request.fieldCount(); i++) {
            request.copyField(i, out);
        }
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo("Host: h\r\nA: 1\r\nB: 2\r\nC: \r\nD: 4\r\n");
    }

    /** RFC 9112 section 9.3. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.1 | x: y | true",
                "1.1 | Connection: close | false",
                "1.1 | Connection: x, CLOSE | false",
                "1.1 | Connection: keep-alive, close | false",
                "1.1 | Connection: closed | true",
                "1.0 | x: y | false",
                "1.0 | Connection: Keep-Alive | true",
                "1.0 | Connection: ,, keep-alive , | true",
                "1.0 | Connection: keep-alive, close | false",
            })
    void aConnectionIsKeptAsAsked(String version, String field, boolean kept) {
        assertThat(request("GET / HTTP/" + version + "\r\nHost: h\r\n" + field + "\r\n\r\n")
                        .keepsAlive())
                .isEqualTo(kept);
    }

    /** RFC 9110 section 7.6.1. */
    @Test
    void connectionNamesFieldsOfOneHop() {
        ParsedRequest request =
                request("GET / HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nKeep-Alive: 5\r\nX-B: 1\r\nUpgrade: x\r\n"
                        + "Connection: x-b,keep-alive\r\nConnection: host\r\nClose: 1\r\n\r\n");
        List<String> named = named(request);
        assertThat(named).containsExactly("Host", "Keep-Alive", "X-B");
        assertThat(named(request(
                        "GET / HTTP/1.1\r\nHost: h\r\nClose: 1\r\nUpgrade: x\r\nConnection: close, upgrade\r\n\r\n")))
                .containsExactly("Close", "Upgrade");
        assertThat(named(request("GET / HTTP/1.1\r\nHost: h\r\nX: 1\r\nKeep-Alive: 1\r\nConnection: upgrade\r\n\r\n")))
                .isEmpty();
        assertThat(named(request("GET / HTTP/1.1\r\nHost: h\r\nKeep-Alive: 1\r\n\r\n")))
                .isEmpty();
    }

    private static List<String> named(ParsedRequest request) {
        List<String> named = new ArrayList<>();
        for (int i = 0; i < request.fieldCount(); i++) {
            if (request.namedByConnection(i)) {
                named.add(request.fieldNameText(i));
            }
        }
        return named;
    }

    /** RFC 9110 section 7.8. */
    @Test
    void anUpgradeIsOneProtocolThatConnectionNames() {
        String start = "GET / HTTP/1.1\r\nHost: h\r\n";
        assertThat(request(start + "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n\r\n")
                        .upgrade())
                .isEqualTo("websocket");
        assertThat(request(start + "Connection: upgrade\r\nUpgrade: TLS/1.2\r\n\r\n")
                        .upgrade())
                .isEqualTo("tls/1.2");
        assertThat(request(start + "Upgrade: websocket\r\n\r\n").upgrade()).isNull();
        assertThat(request(start + "Connection: upgrade\r\n\r\n").upgrade()).isNull();
        assertThat(request(start + "Connection: upgrade\r\nUpgrade: websocket, h2c\r\n\r\n")
                        .upgrade())
                .isNull();
        assertThat(request(start + "Connection: upgrade\r\nUpgrade: a\r\nUpgrade: b\r\n\r\n")
                        .upgrade())
                .isNull();
        assertThat(request(start + "Connection: upgrade\r\nUpgrade:\r\n\r\n").upgrade())
                .isNull();
        assertThat(request("GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")
                        .upgrade())
                .isNull();
    }

    /** RFC 9110 section 10.1.1. */
    @Test
    void onlyABodyToComeIsWaitedFor() {
        String expect = "Expect: 100-Continue\r\n";
        assertThat(request("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n" + expect + "\r\n")
                        .expectsContinue())
                .isTrue();
        assertThat(request("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n" + expect + "\r\n")
                        .expectsContinue())
                .isFalse();
        assertThat(request("POST / HTTP/1.0\r\nContent-Length: 1\r\n" + expect + "\r\n")
                        .expectsContinue())
                .isFalse();
        assertThat(request("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n")
                        .expectsContinue())
                .isFalse();
    }

    @Test
    void aBodyFollowsWhenOneIsFramed() {
        ParsedRequest none = request("POST /" + END);
        assertThat(none.hasBody()).isFalse();
        assertThat(none.framing()).isEqualTo(BodyFraming.NONE);
        assertThat(none.contentLength()).isEqualTo(-1);
        ParsedRequest empty = request("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
        assertThat(empty.hasBody()).isFalse();
        assertThat(empty.framing()).isEqualTo(BodyFraming.LENGTH);
        ParsedRequest chunked = request("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertThat(chunked.hasBody()).isTrue();
        assertThat(chunked.contentLength()).isEqualTo(-1);
    }

    @Test
    void theClientIsToldByTheExchange() {
        ParsedRequest request = request("GET /" + END);
        assertThatThrownBy(request::client).isInstanceOf(IllegalStateException.class);
        Client client = new Client(InetAddress.getLoopbackAddress(), 1, false, "h");
        request.client(client);
        assertThat(request.client()).isSameAs(client);
    }
}
