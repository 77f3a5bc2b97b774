package dev.embergate.engine.rewrite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.embergate.engine.spi.BodySink;
import dev.embergate.engine.spi.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RewritingBodyTest {
    private static final int PUMP_BYTES = 256 * 1024;
    private static final int PIECE_BYTES = 64 * 1024;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final ScriptedRewriter rewriter = new ScriptedRewriter();
    private final List<String> got = new ArrayList<>();

    @AfterEach
    void nothingIsHeldAndTheRewriterClosedOnce() {
        assertThat(rewriter.closed).isEqualTo(rewriter.opened);
        assertThat(held()).isZero();
    }

    @Test
    void anAnswerToHeadIsNeverRewritten() throws Exception {
        // RFC 9110 section 9.3.2
        assertThat(RewritingBody.open(rewriter, "HEAD", AnswerHead.coded(), allocator))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 101, 103, 204, 206, 304})
    void anAnswerWithoutAWholeBodyIsNeverRewritten(int status) throws Exception {
        // RFC 9110 sections 6.4.1 and 15.3.7
        assertThat(RewritingBody.open(rewriter, "GET", new AnswerHead(status, Headers.EMPTY), allocator))
                .isNull();
        assertThat(rewriter.opened).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "compress", "gzip, br", "br,gzip", "gzip;q=1"})
    void aCodingThatCannotBeUndoneIsRelayedUntouched(String coding) throws Exception {
        assertThat(RewritingBody.open(rewriter, "GET", AnswerHead.coded(coding), allocator))
                .isNull();
        assertThat(RewritingBody.open(rewriter, "GET", AnswerHead.coded("gzip", coding), allocator))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "identity", "Identity, identity", ",", "identity, gzip", "gzip,", "deflate", "br"})
    void aCodingThatCanBeUndoneIsRewritten(String coding) throws Exception {
        open(coding).close();
        assertThat(rewriter.opened).isOne();
    }

    @Test
    void aHeadTheTransformRefusesIsRelayedUntouched() throws Exception {
        rewriter.accepted = false;
        assertThat(RewritingBody.open(rewriter, "GET", AnswerHead.coded("gzip"), allocator))
                .isNull();
    }

    @Test
    void aTransformThatThrowsAtOpenLeaksNothing() {
        rewriter.atOpen = new IllegalStateException("no");
        for (String coding : new String[] {"identity", "gzip", "deflate", "br"}) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> RewritingBody.open(rewriter, "GET", AnswerHead.coded(coding), allocator));
        }
    }

    @Test
    void outputComesWithoutWaitingForMoreInput() throws Exception {
        try (RewritingBody body = open("identity")) {
            body.offer(bytes("one "));
            assertThat(body.pump(this::take)).isTrue();
            assertThat(got).containsExactly("one ");
            body.offer(bytes("two"));
            body.complete();
            assertThat(body.pump(this::take)).isTrue();
            assertThat(got).containsExactly("one ", "two");
            assertThat(rewriter.finished).isOne();
            assertThat(body.pump(this::take)).isTrue();
            assertThat(rewriter.finished).isOne();
        }
    }

    @Test
    void manySmallWritesAreCollected() throws Exception {
        rewriter.atAccept = (chunk, out) -> {
            byte[] one = new byte[1];
            while (Objects.requireNonNull(chunk).hasRemaining()) {
                one[0] = chunk.get();
                out.write(one);
            }
        };
        try (RewritingBody body = open("identity")) {
            body.offer(Unpooled.wrappedBuffer(new byte[100_000]));
            body.complete();
            assertThat(body.pump(this::take)).isTrue();
            assertThat(String.join("", got)).hasSize(100_000);
            assertThat(got).hasSizeLessThanOrEqualTo(4);
        }
    }

    @Test
    void loansAreOfBoundedSize() throws Exception {
        try (RewritingBody body = open("identity")) {
            body.offer(Unpooled.wrappedBuffer(new byte[1 << 20]));
            pumpAll(body);
            assertThat(rewriter.longestLoan).isLessThanOrEqualTo(32 * 1024);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br"})
    void aDecompressionBombGoesOffInSmallSteps(String coding) throws Exception {
        byte[] zeros = new byte[50 << 20];
        byte[] bomb = coding.equals("br")
                ? Coded.brotli(zeros)
                : coding.equals("gzip") ? Coded.gzip(zeros) : Coded.zlib(zeros);
        assertThat(bomb.length).isLessThan(zeros.length / 500);
        long[] inOneGo = new long[1];
        try (RewritingBody body = open(coding)) {
            body.offer(Unpooled.wrappedBuffer(bomb));
            body.complete();
            boolean done = false;
            while (!done) {
                inOneGo[0] = 0;
                done = body.pump(piece -> {
                    inOneGo[0] += piece.readableBytes();
                    piece.release();
                });
                assertThat(inOneGo[0]).isLessThanOrEqualTo(PUMP_BYTES + PIECE_BYTES);
                assertThat(held()).isLessThanOrEqualTo(3 * PIECE_BYTES);
            }
            assertThat(rewriter.seen).isEqualTo(zeros.length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br"})
    void aBombThatTheRewriterSwallowsLetsTheLoopGoToo(String coding) throws Exception {
        byte[] zeros = new byte[20 << 20];
        byte[] bomb = coding.equals("br")
                ? Coded.brotli(zeros)
                : coding.equals("gzip") ? Coded.gzip(zeros) : Coded.zlib(zeros);
        rewriter.atAccept = (chunk, out) -> {};
        try (RewritingBody body = open(coding)) {
            body.offer(Unpooled.wrappedBuffer(bomb));
            body.complete();
            boolean done = false;
            while (!done) {
                long before = rewriter.seen;
                done = body.pump(this::take);
                assertThat(rewriter.seen - before).isLessThanOrEqualTo(4 * PUMP_BYTES + 32 * 1024);
            }
            assertThat(rewriter.seen).isEqualTo(zeros.length);
            assertThat(got).isEmpty();
        }
    }

    @Test
    void outputWrittenInOneCallIsHandedOutInSteps() throws Exception {
        rewriter.atFinish = (none, out) -> out.write(new byte[1_000_000]);
        long[] inOneGo = new long[1];
        long all = 0;
        try (RewritingBody body = open("identity")) {
            body.complete();
            int steps = 0;
            boolean done = false;
            while (!done) {
                inOneGo[0] = 0;
                done = body.pump(piece -> {
                    inOneGo[0] += piece.readableBytes();
                    piece.release();
                });
                all += inOneGo[0];
                steps++;
                assertThat(inOneGo[0]).isLessThanOrEqualTo(PUMP_BYTES + PIECE_BYTES);
            }
            assertThat(all).isEqualTo(1_000_000);
            assertThat(steps).isGreaterThanOrEqualTo(4);
            assertThat(rewriter.finished).isOne();
        }
    }

    @Test
    void aFailureOfTheRewriterIsAnIoFailureAndLeaksNothing() throws Exception {
        for (int at = 0; at < 6; at++) {
            int failing = at;
            int[] calls = new int[1];
            rewriter.atAccept = (chunk, out) -> {
                out.write(Objects.requireNonNull(chunk));
                if (calls[0]++ == failing) {
                    if (failing % 2 == 0) {
                        throw new IllegalArgumentException("rule");
                    }
                    throw new IOException("rule");
                }
            };
            rewriter.atFinish = (none, out) -> {
                out.write(new byte[10]);
                throw new IOException("rule at its end");
            };
            try (RewritingBody body = open("identity")) {
                body.offer(Unpooled.wrappedBuffer(new byte[5 * 32 * 1024]));
                body.offer(Unpooled.wrappedBuffer(new byte[3]));
                body.complete();
                assertThatIOException().isThrownBy(() -> pumpAll(body));
                assertThat(held()).isZero();
                assertThatIllegalStateException().isThrownBy(() -> body.pump(this::take));
                ByteBuf late = bytes("late");
                body.offer(late);
                assertThat(late.refCnt()).isZero();
            }
        }
    }

    @Test
    void anErrorOfTheRewriterLeaksNothing() throws Exception {
        rewriter.atAccept = (chunk, out) -> {
            out.write(new byte[5]);
            throw new StackOverflowError();
        };
        try (RewritingBody body = open("identity")) {
            body.offer(bytes("x"));
            assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> body.pump(this::take));
        }
    }

    @Test
    void aRewriterThatFailsToCloseDisturbsNobody() throws Exception {
        rewriter.atClose = new IllegalStateException("no");
        RewritingBody body = open("gzip");
        body.offer(bytes("x"));
        body.close();
        body.close();
    }

    @Test
    void aKeptLoanHoldsRubbishAfterTheCall() throws Exception {
        rewriter.keepLoans = true;
        try (RewritingBody body = open("identity")) {
            body.offer(bytes("borrowed"));
            body.complete();
            pumpAll(body);
            for (ByteBuffer loan : rewriter.loans) {
                byte[] seen = new byte[8];
                loan.get(0, seen);
                assertThat(new String(seen, UTF_8)).isNotEqualTo("borrowed");
            }
        }
        assertThat(rewriter.loans).isNotEmpty();
        assertThat(String.join("", got)).isEqualTo("borrowed");
    }

    @Test
    void aKeptSinkTakesNothing() throws Exception {
        BodySink[] kept = new BodySink[1];
        rewriter.atAccept = (chunk, out) -> kept[0] = out;
        try (RewritingBody body = open("identity")) {
            body.offer(bytes("x"));
            body.pump(this::take);
            assertThatIllegalStateException().isThrownBy(() -> kept[0].write(new byte[1]));
            assertThatIllegalStateException().isThrownBy(() -> kept[0].write(ByteBuffer.allocate(1)));
        }
        assertThatIllegalStateException().isThrownBy(() -> kept[0].write(new byte[1]));
    }

    @Test
    void theTakerMayCloseTheBody() throws Exception {
        RewritingBody body = open("identity");
        body.offer(Unpooled.wrappedBuffer(new byte[500_000]));
        body.complete();
        int[] taken = new int[1];
        boolean usedUp = body.pump(piece -> {
            taken[0]++;
            piece.release();
            body.close();
        });
        assertThat(usedUp).isFalse();
        assertThat(taken[0]).isOne();
        assertThat(rewriter.finished).isZero();
    }

    @Test
    void theTakerMayPumpWithoutEffect() throws Exception {
        try (RewritingBody body = open("identity")) {
            body.offer(bytes("once"));
            body.complete();
            body.pump(piece -> {
                take(piece);
                try {
                    assertThat(body.pump(this::take)).isFalse();
                } catch (IOException failed) {
                    throw new AssertionError(failed);
                }
            });
            assertThat(got).containsExactly("once");
        }
    }

    @Test
    void aTakerThatThrowsLeaksNothing() throws Exception {
        try (RewritingBody body = open("identity")) {
            body.offer(Unpooled.wrappedBuffer(new byte[200_000]));
            assertThatIllegalStateException()
                    .isThrownBy(() -> body.pump(piece -> {
                        piece.release();
                        throw new IllegalStateException("gone");
                    }));
        }
    }

    @Test
    void piecesThatComeLateAreReleased() throws Exception {
        RewritingBody body = open("identity");
        body.complete();
        ByteBuf piece = bytes("late");
        assertThatIllegalStateException().isThrownBy(() -> body.offer(piece));
        assertThat(piece.refCnt()).isZero();
        body.close();
        ByteBuf later = bytes("later");
        body.offer(later);
        assertThat(later.refCnt()).isZero();
        assertThatIllegalStateException().isThrownBy(() -> body.pump(this::take));
    }

    @Test
    void closingInTheMiddleReleasesWhatWasOffered() throws Exception {
        RewritingBody body = open("gzip");
        ByteBuf piece = Unpooled.wrappedBuffer(Coded.gzip(new byte[2 << 20]));
        body.offer(piece);
        assertThat(body.pump(this::take)).isFalse();
        ByteBuf another = bytes("more");
        body.offer(another);
        body.close();
        assertThat(piece.refCnt()).isZero();
        assertThat(another.refCnt()).isZero();
    }

    private RewritingBody open(String coding) throws Exception {
        return Objects.requireNonNull(RewritingBody.open(rewriter, "GET", AnswerHead.coded(coding), allocator));
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(UTF_8));
    }

    private void take(ByteBuf piece) {
        got.add(piece.toString(UTF_8));
        piece.release();
    }

    private void pumpAll(RewritingBody body) throws IOException {
        boolean usedUp = false;
        while (!usedUp) {
            usedUp = body.pump(this::take);
        }
    }

    private long held() {
        return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
    }
}
