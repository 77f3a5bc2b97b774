package dev.embergate.engine.wire;

import static dev.embergate.engine.testkit.Step.close;
import static dev.embergate.engine.testkit.Step.readBody;
import static dev.embergate.engine.testkit.Step.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.EngineConfig.Transport;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.ReceivedRequest;
import dev.embergate.engine.testkit.WireAnswer;
import dev.embergate.engine.testkit.WireClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What nobody has a rule for passes through untouched. */
@ExtendWith(LeakCheck.class)
class RelayTest {
    private Origin origin;
    private Proxy proxy;

    @BeforeEach
    void start() {
        origin = Origin.start();
        proxy = Proxy.to(origin).start();
    }

    @AfterEach
    void stop() {
        proxy.close();
        origin.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"AUTO", "NIO"})
    void everyTransportRelays(Transport transport) {
        origin.answersText("hello");
        try (Proxy other = Proxy.to(origin).transport(transport).start();
                WireClient client = other.client()) {
            assertThat(client.get("/a").readAnswer().text()).isEqualTo("hello");
        }
    }

    @Test
    void theRawTargetGoesUpstreamUnchanged() {
        origin.answersText("x");
        try (WireClient client = proxy.client()) {
            client.get("/Items/%E4%BD%99/a%20b?q=%2F&x=a+b").readAnswer();
        }
        assertThat(origin.take().target()).isEqualTo("/Items/%E4%BD%99/a%20b?q=%2F&x=a+b");
    }

    @Test
    void oneUpstreamConnectionServesManyRequestsOfOneClient() {
        origin.answersText("1").answersText("2").answersText("3");
        try (WireClient client = proxy.client()) {
            for (String expected : new String[] {"1", "2", "3"}) {
                assertThat(client.get("/").readAnswer().text()).isEqualTo(expected);
            }
        }
        assertThat(origin.connections()).isEqualTo(1);
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() {
        origin.answersText("1").answersText("2").answersText("3");
        try (WireClient client = proxy.client()) {
            client.send(
                    "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\nGET /3 HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readAnswer().text()).isEqualTo("1");
            assertThat(client.readAnswer().text()).isEqualTo("2");
            assertThat(client.readAnswer().text()).isEqualTo("3");
        }
    }

    /** RFC 9110 section 7.6.1. */
    @Test
    void hopByHopFieldsStopHereAlsoThoseThatConnectionNames() {
        origin.answers(
                readBody(),
                send(
                        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: x-hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nX-End: 2\r\n\r\nx"));
        WireAnswer answer;
        try (WireClient client = proxy.client()) {
            answer = client.send(
                            "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, X-Mine\r\nX-Mine: 1\r\nTE: trailers\r\nX-Other: 2\r\nProxy-Connection: x\r\n\r\n")
                    .readAnswer();
        }
        ReceivedRequest request = origin.take();
        assertThat(request.field("X-Mine")).isNull();
        assertThat(request.field("TE")).isNull();
        assertThat(request.field("Proxy-Connection")).isNull();
        assertThat(request.field("X-Other")).isEqualTo("2");
        assertThat(answer.field("X-Hop")).isNull();
        assertThat(answer.field("Keep-Alive")).isNull();
        assertThat(answer.field("X-End")).isEqualTo("2");
    }

    @Test
    void whatTheClientClaimsAboutItselfIsReplaced() {
        origin.answersText("x");
        try (WireClient client = proxy.client()) {
            client.send(
                            "GET / HTTP/1.1\r\nHost: media.example:8095\r\nX-Forwarded-For: 6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nX-Forwarded-Proto: https\r\nX-Request-Id: mine\r\n\r\n")
                    .readAnswer();
        }
        ReceivedRequest request = origin.take();
        assertThat(request.field("X-Forwarded-For")).isEqualTo("127.0.0.1");
        assertThat(request.field("X-Real-IP")).isEqualTo("127.0.0.1");
        assertThat(request.field("X-Forwarded-Proto")).isEqualTo("http");
        assertThat(request.field("X-Forwarded-Host")).isEqualTo("media.example:8095");
        assertThat(request.field("Forwarded")).isNull();
        assertThat(request.field("X-Request-Id")).isNotEmpty().isNotEqualTo("mine");
        assertThat(request.field("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
        assertThat(request.field("Host")).isEqualTo("127.0.0.1:" + origin.port());
    }

    @Test
    void aTraceGoesOnAndABrokenOneIsReplaced() {
        origin.answersText("x").answersText("x");
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        try (WireClient client = proxy.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\ntraceparent: 00-" + trace
                            + "-00f067aa0ba902b7-01\r\ntracestate: a=1\r\n\r\n")
                    .readAnswer();
            client.send("GET / HTTP/1.1\r\nHost: a\r\ntraceparent: 00-zz\r\ntracestate: a=1\r\n\r\n")
                    .readAnswer();
        }
        ReceivedRequest good = origin.take();
        assertThat(good.field("traceparent")).startsWith("00-" + trace + "-");
        assertThat(good.field("tracestate")).isEqualTo("a=1");
        ReceivedRequest broken = origin.take();
        assertThat(broken.field("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
        assertThat(broken.field("tracestate")).isNull();
    }

    @Test
    void aBodyByLengthIsStreamedAndEchoed() {
        origin.answersText("ok");
        try (WireClient client = proxy.client()) {
            client.send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel");
            client.send("lo");
            assertThat(client.readAnswer().text()).isEqualTo("ok");
        }
        ReceivedRequest request = origin.take();
        assertThat(request.field("Content-Length")).isEqualTo("5");
        assertThat(request.bodyText()).isEqualTo("hello");
    }

    /** RFC 9112 section 7.1. */
    @Test
    void aChunkedBodyKeepsItsBytesAndTrailers() {
        origin.answersText("ok");
        try (WireClient client = proxy.client()) {
            client.send(
                    "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nX-Sum: 7\r\n\r\n");
            assertThat(client.readAnswer().text()).isEqualTo("ok");
        }
        ReceivedRequest request = origin.take();
        assertThat(request.bodyText()).isEqualTo("hello");
        assertThat(request.trailers()).containsIgnoringCase("x-sum: 7");
    }

    @Test
    void aPostWithoutBodyKeepsItsZeroLength() {
        origin.answersText("ok");
        try (WireClient client = proxy.client()) {
            assertThat(client.send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
                            .readAnswer()
                            .text())
                    .isEqualTo("ok");
        }
        assertThat(origin.take().field("Content-Length")).isEqualTo("0");
    }

    @Test
    void anUploadOfManyMegabytesArrivesWhole() {
        origin.answersText("ok");
        byte[] body = new byte[8 << 20];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i * 31);
        }
        try (WireClient client = proxy.client()) {
            client.send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n");
            client.send(body);
            assertThat(client.readAnswer().text()).isEqualTo("ok");
        }
        assertThat(origin.take().body()).isEqualTo(body);
    }

    @Test
    void aChunkedAnswerStaysChunkedWithItsTrailers() {
        origin.answers(
                readBody(),
                send(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\nX-T: 1\r\n\r\n"));
        try (WireClient client = proxy.client()) {
            WireAnswer answer = client.get("/").readAnswer();
            assertThat(answer.text()).isEqualTo("abcdef");
            assertThat(answer.trailers()).containsIgnoringCase("x-t: 1");
        }
    }

    /** RFC 9112 section 6.1: no chunked for HTTP/1.0. */
    @Test
    void anHttp10ClientGetsAChunkedAnswerUntilClose() {
        origin.answers(readBody(), send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"));
        try (WireClient client = proxy.client()) {
            client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            String all = new String(client.readToEnd(), java.nio.charset.StandardCharsets.ISO_8859_1);
            assertThat(all)
                    .contains("Connection: close\r\n")
                    .doesNotContain("chunked")
                    .endsWith("\r\n\r\nabc");
        }
    }

    @Test
    void anHttp10ClientThatAsksKeepsItsConnection() {
        origin.answersText("1").answersText("2");
        try (WireClient client = proxy.client()) {
            WireAnswer first = client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                    .readAnswer();
            assertThat(first.field("Connection")).isEqualTo("keep-alive");
            assertThat(client.send("GET / HTTP/1.0\r\n\r\n").readAnswer().text())
                    .isEqualTo("2");
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void anAnswerUntilCloseIsChunkedForHttp11() {
        origin.answers(readBody(), send("HTTP/1.1 200 OK\r\n\r\nall of it"), close());
        try (WireClient client = proxy.client()) {
            WireAnswer answer = client.get("/").readAnswer();
            assertThat(answer.field("Transfer-Encoding")).isEqualTo("chunked");
            assertThat(answer.text()).isEqualTo("all of it");
        }
    }

    /** RFC 9110 section 9.3.2. */
    @Test
    void aHeadAnswerHasALengthAndNoBody() {
        origin.answers(readBody(), send("HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n"))
                .answersText("next");
        try (WireClient client = proxy.client()) {
            client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
            WireAnswer answer = client.readAnswerTo("HEAD");
            assertThat(answer.field("Content-Length")).isEqualTo("12345");
            assertThat(client.get("/").readAnswer().text()).isEqualTo("next");
        }
    }

    @Test
    void bodilessStatusesLeaveTheConnectionUsable() {
        origin.answers(readBody(), send("HTTP/1.1 204 No Content\r\n\r\n"))
                .answers(readBody(), send("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 99\r\n\r\n"))
                .answersText("next");
        try (WireClient client = proxy.client()) {
            assertThat(client.get("/").readAnswer().head())
                    .startsWith("HTTP/1.1 204")
                    .doesNotContain("Content-Length");
            assertThat(client.get("/").readAnswer().field("ETag")).isEqualTo("\"a\"");
            assertThat(client.get("/").readAnswer().text()).isEqualTo("next");
        }
    }

    /** RFC 9110 section 10.1.1. */
    @Test
    void permissionToSendTheBodyComesFromTheUpstream() {
        origin.answers(
                send("HTTP/1.1 100 Continue\r\n\r\n"),
                readBody(),
                send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
        try (WireClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 100");
            client.send("body");
            assertThat(client.readAnswer().text()).isEqualTo("ok");
        }
        assertThat(origin.take().bodyText()).isEqualTo("body");
    }

    @Test
    void anEarlyAnswerIsRelayedAndTheConnectionClosed() {
        origin.answers(send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig"), readBody());
        try (WireClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nstart");
            WireAnswer answer = client.readAnswer();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.field("Connection")).isEqualTo("close");
            client.awaitClosed();
        }
        origin.awaitAllClosed();
    }

    @Test
    void otherInterimAnswersPassToo() {
        origin.answers(
                readBody(),
                send(
                        "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
        try (WireClient client = proxy.client()) {
            assertThat(client.get("/").readHead()).startsWith("HTTP/1.1 103").contains("Link: </a>");
            assertThat(client.readAnswer().text()).isEqualTo("ok");
        }
    }

    @Test
    void aClientThatAsksForCloseGetsIt() {
        origin.answersText("x");
        try (WireClient client = proxy.client()) {
            WireAnswer answer = client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    .readAnswer();
            assertThat(answer.field("Connection")).isEqualTo("close");
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void anUpgradeToAnotherProtocolThanWebSocketIsNotPassedOn() {
        origin.answersText("x");
        try (WireClient client = proxy.client()) {
            client.send(
                            "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n")
                    .readAnswer();
        }
        ReceivedRequest request = origin.take();
        assertThat(request.field("Upgrade")).isNull();
        assertThat(request.field("HTTP2-Settings")).isNull();
    }
}
