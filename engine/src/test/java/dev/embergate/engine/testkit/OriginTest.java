package dev.embergate.engine.testkit;

import static dev.embergate.engine.testkit.Step.close;
import static dev.embergate.engine.testkit.Step.dribble;
import static dev.embergate.engine.testkit.Step.echo;
import static dev.embergate.engine.testkit.Step.endless;
import static dev.embergate.engine.testkit.Step.readBody;
import static dev.embergate.engine.testkit.Step.reset;
import static dev.embergate.engine.testkit.Step.send;
import static dev.embergate.engine.testkit.Step.stall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The kit itself: what it says it does, it does. */
class OriginTest {
    private final Origin origin = Origin.start();

    @AfterEach
    void stop() {
        origin.close();
    }

    @Test
    void requestsTakeTheBehavioursInTurn() {
        origin.answersText("one").answersText("two").otherwise(send(Origin.text("rest")));
        try (WireClient client = WireClient.connect(origin.port())) {
            assertThat(client.get("/1").readAnswer().text()).isEqualTo("one");
            assertThat(client.get("/2").readAnswer().text()).isEqualTo("two");
            assertThat(client.get("/3").readAnswer().text()).isEqualTo("rest");
        }
        assertThat(origin.requests()).extracting(ReceivedRequest::target).containsExactly("/1", "/2", "/3");
        origin.awaitAllClosed();
        assertThat(origin.connection(0).closedByPeer()).isTrue();
    }

    @Test
    void bodiesOfBothFramingsAreRecorded() {
        origin.answersText("").answersText("");
        try (WireClient client = WireClient.connect(origin.port())) {
            client.send("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc").readAnswer();
            client.send(
                            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: v\r\n\r\n")
                    .readAnswer();
        }
        assertThat(origin.take().bodyText()).isEqualTo("abc");
        ReceivedRequest chunked = origin.take();
        assertThat(chunked.bodyText()).isEqualTo("abcde");
        assertThat(chunked.rawBody()).isEqualTo("3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: v\r\n\r\n");
        assertThat(chunked.trailers()).isEqualTo("T: v\r\n");
    }

    @Test
    void anAnswerCanBeCutShort() {
        origin.answers(send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal"), close());
        try (WireClient client = WireClient.connect(origin.port()).get("/")) {
            assertThat(client.readHead()).contains("Content-Length: 9");
            assertThat(new String(client.readToEnd(), StandardCharsets.US_ASCII))
                    .isEqualTo("hal");
        }
    }

    @Test
    void aResetIsNoOrderlyEnd() {
        origin.answers(reset());
        try (WireClient client = WireClient.connect(origin.port()).get("/")) {
            assertThatThrownBy(client::readToEnd).isInstanceOf(AssertionError.class);
        }
        origin.awaitAllClosed();
        assertThat(origin.connection(0).closedByPeer()).isFalse();
    }

    @Test
    void aStalledConnectionNoticesThatThePeerLeft() {
        origin.answers(send("HTTP/1."), stall());
        WireClient client = WireClient.connect(origin.port()).get("/");
        assertThat(client.readExactly(7)).hasSize(7);
        assertThat(origin.openConnections()).isOne();
        client.leave();
        origin.awaitAllClosed();
    }

    @Test
    void anEndlessBodyStopsWithItsReader() {
        origin.answers(send("HTTP/1.1 200 OK\r\n\r\n"), endless(4096));
        WireClient client = WireClient.connect(origin.port(), 8192).get("/");
        client.readExactly(100_000);
        client.leave();
        origin.awaitAllClosed();
        assertThat(origin.sent()).isGreaterThan(100_000);
    }

    @Test
    void aDribbleWaitsForItsTickets() {
        Semaphore tickets = new Semaphore(2);
        origin.answers(dribble("abc".getBytes(StandardCharsets.US_ASCII), tickets), close());
        try (WireClient client = WireClient.connect(origin.port()).get("/")) {
            assertThat(client.readExactly(2)).isEqualTo(new byte[] {'a', 'b'});
            assertThat(origin.connection(0).sent()).isEqualTo(2);
            tickets.release();
            assertThat(client.readToEnd()).isEqualTo(new byte[] {'c'});
        }
    }

    @Test
    void anUpgradedConnectionEchoes() {
        origin.answers(send("HTTP/1.1 101 Switching Protocols\r\n\r\n"), echo());
        try (WireClient client = WireClient.connect(origin.port()).get("/")) {
            assertThat(client.readAnswer().status()).isEqualTo(101);
            assertThat(client.send("ping").readExactly(4)).isEqualTo("ping".getBytes(StandardCharsets.US_ASCII));
            client.finishSending();
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void anEarlyAnswerComesBeforeTheBody() {
        origin.answers(send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"), readBody());
        try (WireClient client = WireClient.connect(origin.port())) {
            client.send("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\na");
            assertThat(client.readAnswer().status()).isEqualTo(413);
            client.send("bc");
        }
        assertThat(origin.take().bodyText()).isEqualTo("abc");
    }

    @Test
    void bytesNobodyAskedForCanBeSent() throws Exception {
        try (WireClient client = WireClient.connect(origin.port())) {
            origin.connection(0).sendNow(new byte[] {'x'});
            assertThat(client.readExactly(1)).isEqualTo(new byte[] {'x'});
        }
    }
}
