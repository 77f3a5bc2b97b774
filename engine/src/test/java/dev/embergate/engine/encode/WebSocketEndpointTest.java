package dev.embergate.engine.encode;

import static dev.embergate.engine.encode.FrameClient.BINARY;
import static dev.embergate.engine.encode.FrameClient.CLOSE;
import static dev.embergate.engine.encode.FrameClient.CONTINUATION;
import static dev.embergate.engine.encode.FrameClient.FIN;
import static dev.embergate.engine.encode.FrameClient.PING;
import static dev.embergate.engine.encode.FrameClient.PONG;
import static dev.embergate.engine.encode.FrameClient.TEXT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.embergate.engine.spi.Conversation;
import dev.embergate.engine.testkit.LeakCheck;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455, against a client that can do wrong. */
@ExtendWith(LeakCheck.class)
class WebSocketEndpointTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static Recorded echo() {
        return new Recorded(Conversation.Limits.DEFAULT, (peer, message) -> peer.text("re: " + message));
    }

    @Test
    void messagesPassBothWays() throws Exception {
        try (WebSocketBed bed = new WebSocketBed(echo());
                FrameClient client = FrameClient.shaken(bed.port())) {
            assertThat(client.field("Sec-WebSocket-Accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            assertThat(client.next()).isEqualTo("1 re: opened");
            client.send(FIN | TEXT, "héllo");
            assertThat(client.next()).isEqualTo("1 re: héllo");
            client.send(FIN | BINARY, new byte[] {0, (byte) 0xff});
            assertThat(client.next()).isEqualTo("1 re: binary");
            client.send(FIN | TEXT, "");
            assertThat(client.next()).isEqualTo("1 re: ");
            client.sendClose(1000, "bye");
            assertThat(client.next()).isEqualTo("8 1000 ");
            assertThat(client.atEnd()).isTrue();
            assertThat(bed.end()).isEqualTo(new TunnelBed.End(6 + 2 + 5, 10 + 10 + 10 + 4));
            assertThat(bed.conversation.heard).containsExactly("text héllo", "binary 00ff", "text ", "closed 1000 bye");
        }
    }

    @Test
    void theSubprotocolIsAnswered() throws Exception {
        try (WebSocketBed bed = new WebSocketBed(new Recorded());
                FrameClient client = new FrameClient(bed.port())) {
            client.handshake("Sec-WebSocket-Protocol: v1.room, v2.room\r\n");
            assertThat(client.field("Sec-WebSocket-Protocol")).isEqualTo("v2.room");
        }
    }

    @Test
    void framesThatCameWithTheHandshakeAreHeardFirst() throws Exception {
        try (WebSocketBed bed = new WebSocketBed(new Recorded());
                FrameClient client = FrameClient.shaken(bed.port(), FrameClient.masked(FIN | TEXT, new byte[] {'1'}))) {
            client.send(FIN | TEXT, "2");
            assertThat(bed.conversation.next()).isEqualTo("text 1");
            assertThat(bed.conversation.next()).isEqualTo("text 2");
        }
    }

    @Test
    void nonsenseThatCameWithTheHandshakeIsAProtocolErrorToo() throws Exception {
        try (WebSocketBed bed = new WebSocketBed(new Recorded());
                FrameClient client = FrameClient.shaken(bed.port(), FrameClient.unmasked(FIN | TEXT, new byte[3]))) {
            assertThat(client.next()).startsWith("8 1002");
            assertThat(client.atEnd()).isTrue();
        }
    }

    /** Section 5.4: control frames may come between the fragments. */
    @Test
    void fragmentsAreJoinedAndPingsBetweenThemAnswered() throws Exception {
        try (WebSocketBed bed = new WebSocketBed(new Recorded());
                FrameClient client = FrameClient.shaken(bed.port())) {
            byte[] euro = "€".getBytes(UTF_8);
            client.send(TEXT, new byte[] {euro[0]});
            client.send(FIN | PING, "are you there");
            client.send(CONTINUATION, new byte[] {euro[1]});
            client.send(CONTINUATION, new byte[0]);
            client.send(FIN | CONTINUATION, new byte[] {euro[2]});
            assertThat(client.next()).isEqualTo("10 are you there");
            assertThat(bed.conversation.next()).isEqualTo("text €");
        }
    }

    @Test
    void frameSizesOfAllThreeFormsPass() throws Exception {
        int[] sizes = {0, 125, 126, 65_535, 65_536, 100_000};
        Recorded conversation =
                new Recorded(Recorded.limits(100_000, 1 << 20, LONG), (peer, message) -> peer.text("a".repeat(70_000)));
        try (WebSocketBed bed = new WebSocketBed(conversation);
                FrameClient client = FrameClient.shaken(bed.port())) {
            assertThat(client.frame().payload()).hasSize(70_000);
            for (int size : sizes) {
                client.send(FIN | BINARY, new byte[size]);
                assertThat(conversation.next()).isEqualTo("binary " + (size == 0 ? "" : size));
                assertThat(client.frame().payload()).hasSize(70_000);
            }
        }
    }

    static Stream<Arguments> wrongFrames() {
        byte[] three = {1, 2, 3};
        return Stream.of(
                Arguments.of("not masked", 1002, FrameClient.unmasked(FIN | TEXT, three)),
                Arguments.of("reserved bit 1", 1002, FrameClient.masked(FIN | 0x40 | TEXT, three)),
                Arguments.of("reserved bit 2", 1002, FrameClient.masked(FIN | 0x20 | TEXT, three)),
                Arguments.of("reserved bit 3", 1002, FrameClient.masked(FIN | 0x10 | TEXT, three)),
                Arguments.of("reserved data opcode", 1002, FrameClient.masked(FIN | 3, three)),
                Arguments.of("reserved control opcode", 1002, FrameClient.masked(FIN | 11, three)),
                Arguments.of("fragmented ping", 1002, FrameClient.masked(PING, three)),
                Arguments.of("ping of 126", 1002, FrameClient.masked(FIN | PING, new byte[126])),
                Arguments.of("continuation of nothing", 1002, FrameClient.masked(FIN | CONTINUATION, three)),
                Arguments.of("text within a text", 1002, twice(TEXT, TEXT)),
                Arguments.of("close of one byte", 1002, FrameClient.masked(FIN | CLOSE, new byte[] {3})),
                Arguments.of("bad UTF-8", 1007, FrameClient.masked(FIN | TEXT, new byte[] {(byte) 0xc3, 0x28})),
                Arguments.of("half a character", 1007, FrameClient.masked(FIN | TEXT, new byte[] {(byte) 0xe2})),
                Arguments.of("a surrogate", 1007, FrameClient.masked(FIN | TEXT, new byte[] {
                    (byte) 0xed, (byte) 0xa0, (byte) 0x80
                })),
                Arguments.of("close with bad UTF-8", 1007, FrameClient.masked(FIN | CLOSE, new byte[] {
                    3, (byte) 0xe8, (byte) 0xc3, 0x28
                })),
                Arguments.of("one byte too long", 1009, FrameClient.masked(FIN | BINARY, new byte[1025])),
                Arguments.of(
                        "an endless frame",
                        1009,
                        FrameClient.raw(FIN | BINARY, 0x80, Long.MAX_VALUE, new byte[4], three)),
                Arguments.of("a negative length", 1002, negativeLength()));
    }

    private static byte[] negativeLength() {
        return new byte[] {(byte) (FIN | BINARY), (byte) 0xff, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5};
    }

    private static byte[] twice(int first, int second) {
        byte[] one = FrameClient.masked(first, new byte[] {'a'});
        byte[] two = FrameClient.masked(second, new byte[] {'b'});
        byte[] both = java.util.Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);
        return both;
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("wrongFrames")
    void aWrongFrameIsAnsweredWithItsCode(String what, int code, byte[] bytes) throws Exception {
        Recorded conversation = new Recorded(Recorded.limits(1024, 1 << 16, LONG), (peer, message) -> {});
        try (WebSocketBed bed = new WebSocketBed(conversation);
                FrameClient client = FrameClient.shaken(bed.port())) {
            client.socket.getOutputStream().write(bytes);
            assertThat(client.next()).startsWith("8 " + code + " ");
            assertThat(client.atEnd()).isTrue();
            client.socket.close();
            assertThat(conversation.next()).startsWith("closed " + code);
            bed.end();
            assertThat(conversation.heard).isEmpty();
        }
    }

    @Test
    void fragmentsThatTogetherAreTooLongAre1009() throws Exception {
        Recorded conversation = new Recorded(Recorded.limits(1000, 1 << 16, LONG), (peer, message) -> {});
        try (WebSocketBed bed = new WebSocketBed(conversation);
                FrameClient client = FrameClient.shaken(bed.port())) {
            client.send(BINARY, new byte[600]);
            client.send(CONTINUATION, new byte[400]);
            client.send(FIN | CONTINUATION, new byte[1]);
            assertThat(client.next()).isEqualTo("8 1009 message too big");
            assertThat(client.atEnd()).isTrue();
            client.socket.close();
            assertThat(conversation.next()).isEqualTo("closed 1009 message too big");
        }
    }

    /** The Close must reach a client that is still sending: closing on unread bytes would reset the connection. */
    @Test
    void theCodeArrivesThoughTheClientIsStillSending() throws Exception {
        Recorded conversation = new Recorded(Recorded.limits(1000, 1 << 16, LONG), (peer, message) -> {});
        try (WebSocketBed bed = new WebSocketBed(conversation);
                FrameClient client = FrameClient.shaken(bed.port())) {
            client.send(FIN | BINARY, new byte[8 << 20]);
            assertThat(client.next()).startsWith("8 1009");
            assertThat(client.atEnd()).isTrue();
        }
    }

    // ---- closing (section 7)

    @Test
    void aCloseWithoutCodeIs1005() throws Exception {
        try (WebSocketBed bed = new WebSocketBed(new Recorded());
                FrameClient client = FrameClient.shaken(bed.port())) {
            client.send(FIN | CLOSE, "");
            assertThat(client.next()).isEqualTo("8 ");
            assertThat(client.atEnd()).isTrue();
            assertThat(bed.conversation.next()).isEqualTo("closed 1005");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1003, 1007, 1011, 1014, 3000, 4999})
    void anAllowedCloseCodeIsHeardAndReturned(int code) throws Exception {
        try (WebSocketBed bed = new WebSocketBed(new Recorded());
                FrameClient client = FrameClient.shaken(bed.port())) {
            client.sendClose(code, "");
            assertThat(client.next()).isEqualTo("8 " + code + " ");
            assertThat(bed.conversation.next()).isEqualTo("closed " + code);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65535})
    void aCloseCodeThatNoFrameMayHoldIs1002(int code) throws Exception {
        try (WebSocketBed bed = new WebSocketBed(new Recorded());
                FrameClient client = FrameClient.shaken(bed.port())) {
            client.sendClose(code, "");
            assertThat(client.next()).startsWith("8 1002");
            assertThat(bed.conversation.heard).isEmpty();
            client.socket.close();
            assertThat(bed.conversation.next()).startsWith("closed 1002");
        }
    }

    @Test
    void aPeerThatVanishesIs1006() throws Exception {
        try (WebSocketBed bed = new WebSocketBed(new Recorded());
                FrameClient client = FrameClient.shaken(bed.port())) {
            client.send(FIN | TEXT, "x");
            assertThat(bed.conversation.next()).isEqualTo("text x");
            client.socket.setSoLinger(true, 0);
            client.socket.close();
            assertThat(bed.conversation.next()).isEqualTo("closed 1006");
            assertThat(bed.conversation.peer().isOpen()).isFalse();
            assertThat(bed.conversation.peer().text("late")).isFalse();
        }
    }

    @Test
    void ourCloseWaitsForThePeersAndNothingIsSentAfterIt() throws Exception {
        try (WebSocketBed bed = new WebSocketBed(new Recorded());
                FrameClient client = FrameClient.shaken(bed.port())) {
            Conversation.Peer peer = bed.conversation.peer();
            peer.text("last");
            peer.close(4001, "room gone");
            peer.close(4002, "again");
            assertThat(client.next()).isEqualTo("1 last");
            assertThat(client.next()).isEqualTo("8 4001 room gone");
            assertThat(peer.isOpen()).isFalse();
            assertThat(peer.text("more")).isFalse();
            client.send(FIN | TEXT, "crossed");
            client.sendClose(4001, "");
            assertThat(client.atEnd()).isTrue();
            bed.end();
            assertThat(bed.conversation.heard).containsExactly("closed 4001 room gone");
        }
    }

    @Test
    void aPeerThatNeverAnswersOurCloseIsNotWaitedForLong() throws Exception {
        try (WebSocketBed bed = new WebSocketBed(new Recorded());
                FrameClient client = FrameClient.shaken(bed.port())) {
            long started = System.nanoTime();
            Drained.await(bed.handle).close(1001, "stopping");
            assertThat(client.next()).isEqualTo("8 1001 stopping");
            assertThat(client.atEnd()).isTrue();
            assertThat(bed.conversation.next()).isEqualTo("closed 1001 stopping");
            assertThat(Duration.ofNanos(System.nanoTime() - started).toMillis())
                    .isBetween(WebSocketSession.CLOSE_MILLIS - 100, WebSocketSession.CLOSE_MILLIS + 3_000);
        }
    }

    @Test
    void aCloseCodeWeMayNotSendIsRefused() throws Exception {
        try (WebSocketBed bed = new WebSocketBed(new Recorded());
                FrameClient client = FrameClient.shaken(bed.port())) {
            for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 2999, 5000}) {
                assertThatThrownBy(() -> bed.conversation.peer().close(code, ""))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            assertThat(client.socket.isClosed()).isFalse();
        }
    }

    @Test
    void aReasonTooLongForItsFrameIsCutBetweenCharacters() throws Exception {
        try (WebSocketBed bed = new WebSocketBed(new Recorded());
                FrameClient client = FrameClient.shaken(bed.port())) {
            bed.conversation.peer().close(1000, "€".repeat(50));
            assertThat(client.next()).isEqualTo("8 1000 " + "€".repeat(41));
            client.sendClose(1000, "");
        }
    }

    // ---- pings

    @Test
    void aSilentPeerIsAskedAndStaysWhenItAnswers() throws Exception {
        Recorded conversation =
                new Recorded(Recorded.limits(1000, 1 << 16, Duration.ofMillis(300)), (peer, message) -> {});
        try (WebSocketBed bed = new WebSocketBed(conversation);
                FrameClient client = FrameClient.shaken(bed.port())) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.next()).isEqualTo("9 ");
                client.send(FIN | PONG, "");
            }
            client.send(FIN | TEXT, "still here");
            assertThat(conversation.next()).isEqualTo("text still here");
        }
    }

    @Test
    void aPeerThatDoesNotAnswerIsClosedAsVanished() throws Exception {
        Recorded conversation =
                new Recorded(Recorded.limits(1000, 1 << 16, Duration.ofMillis(200)), (peer, message) -> {});
        long started = System.nanoTime();
        try (WebSocketBed bed = new WebSocketBed(conversation);
                FrameClient client = FrameClient.shaken(bed.port())) {
            assertThat(client.next()).isEqualTo("9 ");
            assertThat(client.atEnd()).isTrue();
            assertThat(conversation.next()).isEqualTo("closed 1006");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - started).toMillis()).isGreaterThanOrEqualTo(400);
    }

    // ---- the queue

    @Test
    void aReaderThatStallsIsLetGoWith1008() throws Exception {
        int maxQueued = 256 * 1024;
        Recorded conversation = new Recorded(Recorded.limits(1000, maxQueued, LONG), (peer, message) -> {});
        try (WebSocketBed bed = new WebSocketBed(conversation);
                FrameClient client = FrameClient.shaken(bed.port())) {
            Conversation.Peer peer = conversation.peer();
            byte[] message = new byte[16 * 1024];
            int taken = 0;
            while (peer.binary(message)) {
                taken += message.length;
                assertThat(taken).isLessThan(64 << 20);
            }
            int frames = 0;
            FrameClient.Frame frame = client.frame();
            while ((frame.first() & 0x0f) == BINARY) {
                frames++;
                frame = client.frame();
            }
            assertThat(frames).isEqualTo(taken / message.length);
            assertThat(frame).hasToString("8 1008 too slow");
            client.sendClose(1008, "");
            assertThat(conversation.next()).isEqualTo("closed 1008 too slow");
        }
    }

    /** What the channel holds counts as well as what is on its way there. */
    @Test
    void theQueueHoldsNoMoreThanItsLimitWhenFilledOnTheLoop() throws Exception {
        int maxQueued = 256 * 1024;
        AtomicInteger taken = new AtomicInteger();
        Recorded conversation = new Recorded(Recorded.limits(1000, maxQueued, LONG), (peer, message) -> {
            while (message.equals("flood") && taken.get() < 1000 && peer.binary(new byte[1024])) {
                taken.incrementAndGet();
            }
        });
        try (WebSocketBed bed = new WebSocketBed(conversation);
                FrameClient client = FrameClient.shaken(bed.port())) {
            client.send(FIN | TEXT, "flood");
            assertThat(conversation.next()).isEqualTo("text flood");
            FrameClient.Frame frame = client.frame();
            while ((frame.first() & 0x0f) == BINARY) {
                frame = client.frame();
            }
            assertThat(frame).hasToString("8 1008 too slow");
            assertThat(taken.get()).isEqualTo(maxQueued / (1024 + 10));
            client.sendClose(1008, "");
        }
    }

    @Test
    void aReaderThatStallsForeverIsCutOff() throws Exception {
        Recorded conversation = new Recorded(Recorded.limits(1000, 256 * 1024, LONG), (peer, message) -> {});
        try (WebSocketBed bed = new WebSocketBed(conversation);
                FrameClient client = FrameClient.shaken(bed.port())) {
            byte[] message = new byte[16 * 1024];
            int taken = 0;
            while (conversation.peer().binary(message)) {
                taken += message.length;
                assertThat(taken).isLessThan(64 << 20);
            }
            assertThat(conversation.next()).isEqualTo("closed 1008 too slow");
            assertThat(client.socket.isClosed()).isFalse();
        }
    }

    /** Pongs count: a peer that pings and does not read must not fill the memory either. */
    @Test
    void aPeerThatPingsAndNeverReadsIsLetGo() throws Exception {
        Recorded conversation = new Recorded(Recorded.limits(1000, 64 * 1024, LONG), (peer, message) -> {});
        try (WebSocketBed bed = new WebSocketBed(conversation);
                FrameClient client = FrameClient.shaken(bed.port())) {
            byte[] ping = FrameClient.masked(FIN | PING, new byte[125]);
            Thread flood = Thread.startVirtualThread(() -> {
                try {
                    for (int i = 0; i < 1_000_000; i++) {
                        client.socket.getOutputStream().write(ping);
                    }
                } catch (IOException e) {
                    // cut off, as it should be
                }
            });
            assertThat(conversation.next()).isEqualTo("closed 1008 too slow");
            flood.join(10_000);
        }
    }

    @Test
    void messagesOfOneThreadKeepTheirOrder() throws Exception {
        Recorded conversation = new Recorded(Recorded.limits(1000, 1 << 24, LONG), (peer, message) -> {});
        try (WebSocketBed bed = new WebSocketBed(conversation);
                FrameClient client = FrameClient.shaken(bed.port())) {
            int threads = 4;
            int each = 500;
            CountDownLatch done = new CountDownLatch(threads);
            for (int t = 0; t < threads; t++) {
                int thread = t;
                Thread.startVirtualThread(() -> {
                    for (int i = 0; i < each; i++) {
                        conversation.peer().text(thread + ":" + i);
                    }
                    done.countDown();
                });
            }
            List<List<Integer>> seen = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                seen.add(new ArrayList<>());
            }
            for (int i = 0; i < threads * each; i++) {
                String[] parts = client.next().substring(2).split(":");
                seen.get(Integer.parseInt(parts[0])).add(Integer.parseInt(parts[1]));
            }
            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
            for (List<Integer> of : seen) {
                assertThat(of).hasSize(each).isSorted();
            }
        }
    }

    @Test
    void aMessageIsWhatItWasWhenItWasSent() throws Exception {
        try (WebSocketBed bed = new WebSocketBed(new Recorded());
                FrameClient client = FrameClient.shaken(bed.port())) {
            byte[] message = {1, 2, 3};
            bed.conversation.peer().binary(message);
            message[0] = 9;
            assertThat(client.frame().payload()).containsExactly(1, 2, 3);
        }
    }

    // ---- a conversation that fails

    @ParameterizedTest
    @ValueSource(strings = {"opened", "text", "binary"})
    void aConversationThatThrowsIsClosedWith1011(String where) throws Exception {
        Recorded conversation = new Recorded(Conversation.Limits.DEFAULT, (peer, message) -> {
            if (message.equals(where)) {
                throw new IllegalStateException("a rule's mistake");
            }
        });
        try (WebSocketBed bed = new WebSocketBed(conversation);
                FrameClient client = FrameClient.shaken(bed.port())) {
            if (where.equals("text")) {
                client.send(FIN | TEXT, "text");
            } else if (where.equals("binary")) {
                client.send(FIN | BINARY, "x");
            }
            assertThat(client.next()).isEqualTo("8 1011 internal error");
            assertThat(client.atEnd()).isTrue();
            client.socket.close();
            bed.end();
            assertThat(conversation.heard).contains("closed 1011 internal error");
        }
    }

    @Test
    void aConversationThatThrowsWhenAskedForItsLimitsIsClosedWith1011() throws Exception {
        Recorded recorded = new Recorded();
        Conversation throwing = new Conversation() {
            @Override
            public void opened(Peer peer) {
                recorded.opened(peer);
            }

            @Override
            public void text(String message) {}

            @Override
            public void binary(byte[] message) {}

            @Override
            public void closed(int code, String reason) {
                recorded.closed(code, reason);
            }

            @Override
            public Limits limits() {
                throw new IllegalStateException("a rule's mistake");
            }
        };
        try (WebSocketBed bed = new WebSocketBed(recorded, throwing);
                FrameClient client = FrameClient.shaken(bed.port())) {
            assertThat(client.next()).isEqualTo("8 1011 internal error");
            client.socket.close();
            bed.end();
            assertThat(recorded.heard).containsExactly("closed 1011 internal error");
            assertThat(recorded.peer).isNotDone();
        }
    }

    @Test
    void aConversationThatThrowsWhenClosedStillEnds() throws Exception {
        Recorded recorded = new Recorded();
        Conversation throwing = new Conversation() {
            @Override
            public void opened(Peer peer) {
                recorded.opened(peer);
            }

            @Override
            public void text(String message) {}

            @Override
            public void binary(byte[] message) {}

            @Override
            public void closed(int code, String reason) {
                throw new IllegalStateException("a rule's mistake");
            }
        };
        try (WebSocketBed bed = new WebSocketBed(recorded, throwing);
                FrameClient client = FrameClient.shaken(bed.port())) {
            client.sendClose(1000, "");
            assertThat(bed.end()).isEqualTo(new TunnelBed.End(2, 0));
        }
    }
}
