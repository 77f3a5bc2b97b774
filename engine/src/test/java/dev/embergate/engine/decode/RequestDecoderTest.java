package dev.embergate.engine.decode;

import static dev.embergate.engine.decode.Feeding.buffer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.testkit.EveryCut;
import dev.embergate.engine.testkit.LeakCheck;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** RFC 9112 as a server reads it, and the pauses of a relay. */
@ExtendWith(LeakCheck.class)
class RequestDecoderTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String POST = "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";
    private static final String CHUNKED = "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5\r\nhello\r\n6;a=b;c=\"d;\\\"\" ; e\r\n world\r\n0\r\nX-Sum: 1\r\nHost: evil\r\n\r\n";

    private final Transcript<ParsedRequest> told = Transcript.of();

    @Test
    void everyCutOfPipelinedRequestsTellsTheSame() {
        String text = GET + POST + "\r\n" + CHUNKED + GET;
        String whole = Feeding.requests(text).all();
        assertThat(whole)
                .contains("GET /a", "body hello", "body hello world", "X-Sum: 1")
                .doesNotContain("evil");
        EveryCut.of(
                Feeding.bytes(text),
                pieces -> assertThat(
                                Feeding.requests(DecodeLimits.DEFAULT, pieces).all())
                        .isEqualTo(whole));
    }

    @Test
    void aPipelinedRequestWaitsUntilTheOneBeforeIsAnswered() {
        RequestDecoder decoder = new RequestDecoder(DecodeLimits.DEFAULT, told);
        decoder.feed(buffer(GET + POST + GET));
        assertThat(told.verdict()).isEqualTo("GET /a, end");
        assertThat(decoder.heldBytes()).isEqualTo(POST.length() + GET.length());
        assertThat(decoder.isMidMessage()).isFalse();
        decoder.resume();
        assertThat(told.verdict()).isEqualTo("GET /a, end, POST /b, body 5, end");
        decoder.resume();
        assertThat(told.verdict()).isEqualTo("GET /a, end, POST /b, body 5, end, GET /a, end");
        decoder.resume();
        assertThat(decoder.heldBytes()).isZero();
        decoder.close();
    }

    @Test
    void aSinkThatPausesAtTheHeadGetsNoBodyBeforeResume() {
        List<String> events = new ArrayList<>();
        RequestDecoder[] decoder = new RequestDecoder[1];
        decoder[0] = new RequestDecoder(DecodeLimits.DEFAULT, new MessageSink<>() {
            @Override
            public void head(ParsedRequest head) {
                events.add("head");
                decoder[0].pause();
            }

            @Override
            public void body(ByteBuf piece) {
                events.add(piece.toString(StandardCharsets.ISO_8859_1));
                piece.release();
                decoder[0].pause();
            }

            @Override
            public void end(Headers trailers) {
                events.add("end");
            }

            @Override
            public void rejected(Rejection rejection) {
                events.add("rejected");
            }
        });
        ByteBuf all = buffer(POST);
        ByteBuf more = buffer(GET);
        decoder[0].feed(all);
        decoder[0].feed(more);
        assertThat(events).containsExactly("head");
        assertThat(decoder[0].heldBytes()).isEqualTo(5 + GET.length());
        assertThat(decoder[0].isMidMessage()).isTrue();
        decoder[0].resume();
        assertThat(events).containsExactly("head", "hello");
        assertThat(decoder[0].isMidMessage()).isFalse();
        decoder[0].resume();
        assertThat(events).containsExactly("head", "hello", "end");
        decoder[0].close();
        Feeding.assertReleased(List.of(all, more));
    }

    @Test
    void heldBytesOfManyReadsAreDecodedInOrder() {
        RequestDecoder decoder = new RequestDecoder(DecodeLimits.DEFAULT, told);
        List<ByteBuf> fed = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            fed.add(buffer(POST));
        }
        fed.forEach(decoder::feed);
        assertThat(decoder.heldBytes()).isEqualTo(4 * POST.length());
        told.onEnd = decoder::resume;
        decoder.resume();
        assertThat(told.verdict.stream().filter("end"::equals)).hasSize(5);
        decoder.close();
        Feeding.assertReleased(fed);
    }

    @Test
    void aCloseReleasesAllThatIsHeld() {
        RequestDecoder decoder = new RequestDecoder(DecodeLimits.DEFAULT, told);
        decoder.pause();
        List<ByteBuf> fed = List.of(buffer(GET), buffer(GET), buffer(GET));
        fed.forEach(decoder::feed);
        decoder.close();
        Feeding.assertReleased(fed);
        assertThat(decoder.heldBytes()).isZero();
        assertThat(told.verdict()).isEmpty();
    }

    /** Answers made at once resume from within the end: as deep a stack as there are requests would overflow. */
    @Test
    void manyPipelinedRequestsAnsweredAtOnceNeedNoDeepStack() {
        int requests = 20_000;
        String verdict = Feeding.requests(GET.repeat(requests)).verdict();
        assertThat(verdict).hasSize("GET /a, end, ".length() * requests - 2);
    }

    @Test
    void aReadThatIsAllBodyIsHandedOverUncopied() {
        RequestDecoder decoder = new RequestDecoder(DecodeLimits.DEFAULT, told);
        decoder.feed(buffer("POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nab"));
        long second = feed(decoder, "cdef");
        long last = feed(decoder, "ghijGET");
        assertThat(told.addresses).hasSize(3).endsWith(second, last);
        assertThat(told.verdict()).isEqualTo("POST /b, body 10, end");
        decoder.close();
    }

    private static long feed(RequestDecoder decoder, String text) {
        ByteBuf buffer = buffer(text);
        long address = buffer.memoryAddress();
        decoder.feed(buffer);
        return address;
    }

    @Test
    void theEndOfTheBytesIsKnownToBeWithinAMessageOrNot() {
        RequestDecoder decoder = new RequestDecoder(DecodeLimits.DEFAULT, told);
        assertThat(decoder.isMidMessage()).isFalse();
        decoder.feed(buffer("\r\n"));
        assertThat(decoder.isMidMessage()).isFalse();
        decoder.feed(buffer("P"));
        assertThat(decoder.isMidHead()).isTrue();
        assertThat(decoder.isMidMessage()).isTrue();
        decoder.feed(buffer(POST.substring(1, POST.length() - 1)));
        assertThat(decoder.isMidHead()).isFalse();
        assertThat(decoder.isMidMessage()).isTrue();
        decoder.feed(buffer("o"));
        assertThat(decoder.isMidMessage()).isFalse();
        decoder.close();
    }

    @Test
    void aRequestWithoutBodyIsWholeEvenWhenItsEndWaits() {
        RequestDecoder[] decoder = new RequestDecoder[1];
        List<String> events = new ArrayList<>();
        decoder[0] = new RequestDecoder(DecodeLimits.DEFAULT, new Scripted(events) {
            @Override
            void then(String event) {
                decoder[0].pause();
            }
        });
        decoder[0].feed(buffer(GET));
        assertThat(events).containsExactly("head");
        assertThat(decoder[0].isMidMessage()).isFalse();
        decoder[0].resume();
        assertThat(events).containsExactly("head", "end");
        decoder[0].close();
    }

    @Test
    void afterARejectionNothingIsReadAnyMore() {
        RequestDecoder decoder = new RequestDecoder(DecodeLimits.DEFAULT, told);
        ByteBuf bad = buffer("GET / HTTP/1.1\r\n\r\n" + GET);
        ByteBuf more = buffer(GET);
        decoder.feed(bad);
        decoder.feed(more);
        decoder.resume();
        assertThat(told.verdict()).isEqualTo("400");
        Feeding.assertReleased(List.of(bad, more));
    }

    @Test
    void aRejectionTellsNothingThePeerSent() {
        for (String text : List.of(
                "GET /s%ecret HTTP/1.1\r\nHost: h\r\n\r\n",
                "s@cret / HTTP/1.1\r\n",
                "GET / HTTP/1.1\r\ns@cret: 1\r\n",
                "GET / HTTP/1.1\r\nHost: s@cret\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nExpect: secret\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: secret\r\n\r\n")) {
            assertThat(Feeding.requests(text).all()).startsWith("rejected").doesNotContain("cret");
        }
    }

    @Test
    void aSinkMayCloseInEveryCallback() {
        for (String at : List.of("head", "body", "end")) {
            List<String> events = new ArrayList<>();
            RequestDecoder[] decoder = new RequestDecoder[1];
            decoder[0] = new RequestDecoder(DecodeLimits.DEFAULT, new Scripted(events) {
                @Override
                void then(String event) {
                    if (event.equals(at)) {
                        decoder[0].close();
                    }
                }
            });
            List<ByteBuf> fed = List.of(buffer(POST + GET), buffer(GET));
            fed.forEach(decoder[0]::feed);
            assertThat(events.getLast()).isEqualTo(at);
            Feeding.assertReleased(fed);
        }
    }

    @Test
    void aFeedFromACallbackComesAfterWhatIsBeingDecoded() {
        List<String> events = new ArrayList<>();
        RequestDecoder[] decoder = new RequestDecoder[1];
        ByteBuf last = buffer("lo");
        Scripted sink = new Scripted(events) {
            @Override
            void then(String event) {
                if (event.equals("head")) {
                    decoder[0].feed(last);
                    assertThat(events).containsExactly("head");
                }
            }
        };
        decoder[0] = new RequestDecoder(DecodeLimits.DEFAULT, sink);
        ByteBuf first = buffer(POST.substring(0, POST.length() - 2));
        decoder[0].feed(first);
        assertThat(events).containsExactly("head", "body", "body", "end");
        assertThat(sink.text).hasToString("hello");
        Feeding.assertReleased(List.of(first, last));
    }

    /** RFC 9110 section 7.8: what follows the request that upgrades is no HTTP. */
    @Test
    void afterAnUpgradeTheRestIsTakenAsItCame() {
        RequestDecoder decoder = new RequestDecoder(DecodeLimits.DEFAULT, told);
        String upgrade = "GET /s HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n";
        List<ByteBuf> fed = List.of(buffer(upgrade + "one"), buffer("two"), buffer(""), buffer("three"));
        fed.forEach(decoder::feed);
        ByteBuf rest = decoder.takeRest();
        assertThat(rest.toString(StandardCharsets.ISO_8859_1)).isEqualTo("onetwothree");
        rest.release();
        ByteBuf late = buffer("late");
        decoder.feed(late);
        assertThat(decoder.takeRest().isReadable()).isFalse();
        Feeding.assertReleased(fed);
        Feeding.assertReleased(List.of(late));
        assertThat(told.verdict()).isEqualTo("GET /s, end");
    }

    @Test
    void aHeadIsReusedUnlessItIsDetached() throws InterruptedException {
        List<ParsedRequest> heads = new ArrayList<>();
        RequestDecoder decoder = new RequestDecoder(DecodeLimits.DEFAULT, new Scripted(new ArrayList<>()) {
            @Override
            public void head(ParsedRequest head) {
                heads.add(head);
                if (heads.size() == 2) {
                    head.detach();
                }
            }
        });
        for (String path : List.of("/1", "/%32", "/3")) {
            decoder.feed(buffer("GET " + path + "?q=" + path + " HTTP/1.1\r\nHost: h" + path.length() + "\r\n\r\n"));
            decoder.resume();
        }
        assertThat(heads.get(0)).isSameAs(heads.get(1));
        assertThat(heads.get(2)).isNotSameAs(heads.get(1));
        List<String> read = new ArrayList<>();
        Thread other = Thread.ofPlatform().start(() -> {
            ParsedRequest head = heads.get(1);
            read.addAll(List.of(head.method(), head.path(), head.target(), String.valueOf(head.query("q"))));
            read.add(head.authority());
        });
        other.join();
        assertThat(read).containsExactly("GET", "/2", "/%32?q=/%32", "/2", "h4");
        decoder.close();
    }

    @Test
    void aReusedHeadKeepsNothingOfTheRequestBefore() {
        String full = "REPORT http://first.example/%41?x=y HTTP/1.1\r\nHost: first.example\r\nContent-Length: 1\r\n"
                + "Expect: 100-continue\r\nConnection: upgrade, x\r\nUpgrade: p\r\nX: 1\r\n\r\n1";
        String old = "GET /old HTTP/1.0\r\n\r\n";
        for (String before : List.of(full, old, CHUNKED)) {
            for (String after : List.of(full, old, CHUNKED, GET)) {
                assertThat(Feeding.requests(before + after).all())
                        .isEqualTo(Feeding.requests(before).all() + "\n"
                                + Feeding.requests(after).all());
            }
        }
    }

    /** RFC 9110 section 6.5.1. */
    @Test
    void whatIsForbiddenInTrailersIsLeftOut() {
        String start = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
        for (String name : List.of(
                "Transfer-Encoding",
                "content-length",
                "HOST",
                "Connection",
                "TE",
                "Trailer",
                "Upgrade",
                "Keep-Alive",
                "Proxy-Authorization",
                "X-Forwarded-For",
                "X-Real-IP",
                "Forwarded",
                "Authorization",
                "Cookie",
                "Content-Encoding",
                "Content-Type",
                "Content-Range",
                "Range",
                "If-Match",
                "Expect",
                "Cache-Control")) {
            String told =
                    Feeding.requests(start + name + ": x\r\nX-Kept: y\r\n\r\n").all();
            assertThat(told).endsWith("end\nX-Kept: y").doesNotContain(name + ": x");
        }
    }

    @Test
    void aHeadStaysReadableUntilResume() {
        List<ParsedRequest> heads = new ArrayList<>();
        RequestDecoder decoder = new RequestDecoder(DecodeLimits.DEFAULT, new Scripted(new ArrayList<>()) {
            @Override
            public void head(ParsedRequest head) {
                heads.add(head);
            }
        });
        decoder.feed(buffer(GET + POST));
        assertThat(heads.getFirst().path()).isEqualTo("/a");
        decoder.resume();
        assertThat(heads.getLast().path()).isEqualTo("/b");
        decoder.close();
    }

    @Test
    void anIdleConnectionKeepsNoLargeHead() {
        List<ParsedRequest> heads = new ArrayList<>();
        RequestDecoder decoder = new RequestDecoder(DecodeLimits.DEFAULT, new Scripted(new ArrayList<>()) {
            @Override
            public void head(ParsedRequest head) {
                heads.add(head);
            }
        });
        decoder.feed(buffer("GET / HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(5000) + "\r\n\r\n"));
        assertThat(heads.getFirst().header("x")).hasSize(5000);
        decoder.resume();
        assertThat(heads.getFirst().raw.capacity()).isZero();
        decoder.feed(buffer(GET));
        assertThat(heads.getFirst().header("x")).isNull();
        decoder.resume();
        assertThat(heads.getFirst().raw.capacity()).isBetween(1, 4096);
        decoder.close();
    }

    /** Takes everything, writes it down, and does one thing more. */
    private abstract static class Scripted implements MessageSink<ParsedRequest> {
        final StringBuilder text = new StringBuilder();
        private final List<String> events;

        Scripted(List<String> events) {
            this.events = events;
        }

        void then(String event) {}

        private void tell(String event) {
            events.add(event);
            then(event);
        }

        @Override
        public void head(ParsedRequest head) {
            tell("head");
        }

        @Override
        public void body(ByteBuf piece) {
            text.append(piece.toString(StandardCharsets.ISO_8859_1));
            piece.release();
            tell("body");
        }

        @Override
        public void end(Headers trailers) {
            tell("end");
        }

        @Override
        public void rejected(Rejection rejection) {
            tell("rejected");
        }
    }
}
