package dev.embergate.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.ReceivedRequest;
import dev.embergate.engine.testkit.WireClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Request bodies that a rule asks to see before it decides. */
@ExtendWith(LeakCheck.class)
class GatheredBodiesTest {
    private Origin origin;

    @BeforeEach
    void start() {
        origin = Origin.start();
    }

    @AfterEach
    void stop() {
        origin.close();
    }

    @Test
    void aBodyReadByARuleIsForwardedUnchanged() {
        origin.answersText("ok");
        try (Proxy proxy = Proxy.to(origin)
                        .rule(
                                "look",
                                "/**",
                                (request, context) -> new Outcome.AfterBody(
                                        100, body -> new Outcome.Pass("saw " + body.length + " bytes")))
                        .start();
                WireClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            client.send("3\r\ndef\r\n0\r\n\r\n");
            assertThat(client.readAnswer().text()).isEqualTo("ok");
        }
        ReceivedRequest request = origin.take();
        assertThat(request.bodyText()).isEqualTo("abcdef");
        assertThat(request.field("Content-Length")).isEqualTo("6");
    }

    @Test
    void aBodyOverTheRulesLimitIs413() {
        try (Proxy proxy = Proxy.to(origin)
                .rule(
                        "look",
                        "/**",
                        (request, context) -> new Outcome.AfterBody(4, body -> Outcome.Respond.text(200, "seen")))
                .start()) {
            try (WireClient client = proxy.client()) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
                assertThat(client.readAnswer().status()).isEqualTo(413);
            }
            try (WireClient client = proxy.client()) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
                assertThat(client.readAnswer().status()).isEqualTo(413);
                client.awaitClosed();
            }
            try (WireClient client = proxy.client()) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nfour");
                assertThat(client.readAnswer().text()).isEqualTo("seen");
                assertThat(client.get("/").readAnswer().text()).isEqualTo("seen");
            }
        }
    }

    @Test
    void aRuleThatReadsTheBodyGivesPermissionToSendIt() {
        try (Proxy proxy = Proxy.to(origin)
                        .rule(
                                "look",
                                "/**",
                                (request, context) ->
                                        new Outcome.AfterBody(99, body -> Outcome.Respond.text(200, "" + body.length)))
                        .start();
                WireClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 100");
            client.send("four");
            assertThat(client.readAnswer().text()).isEqualTo("4");
        }
    }

    /** RFC 9110 section 10.1.1: the upstream has nothing left to permit. */
    @Test
    void aBodyThatARuleLetInIsSentOnWithoutAskingAgain() {
        origin.answersText("ok");
        try (Proxy proxy = Proxy.to(origin)
                        .rule(
                                "look",
                                "/**",
                                (request, context) -> new Outcome.AfterBody(99, body -> new Outcome.Pass("seen")))
                        .start();
                WireClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 100");
            client.send("four");
            assertThat(client.readAnswer().text()).isEqualTo("ok");
        }
        ReceivedRequest request = origin.take();
        assertThat(request.field("Expect")).isNull();
        assertThat(request.bodyText()).isEqualTo("four");
    }
}
