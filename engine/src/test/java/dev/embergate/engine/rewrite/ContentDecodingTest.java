package dev.embergate.engine.rewrite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 section 8.4.1, RFC 1950 to 1952, RFC 7932: codings undone for the rewriter. */
class ContentDecodingTest {
    private static final byte[] TEXT =
            "She sells sea shells by the sea shore. ".repeat(5).getBytes(UTF_8);

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);

    @AfterEach
    void nothingIsHeld() {
        assertThat(allocator.metric().usedDirectMemory()).isZero();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"identity", "gzip", "x-gzip", "GZIP", "deflate", "deflate-bare", "gzip-full", "gzip-two", "br"})
    void comesOutTheSameAtEveryCut(String form) throws Exception {
        byte[] coded = coded(form, TEXT);
        byte[] expected = form.equals("gzip-two") ? Coded.joined(TEXT, TEXT) : TEXT;
        for (int cut = 0; cut <= coded.length; cut++) {
            assertThat(decoded(form, Arrays.copyOf(coded, cut), Arrays.copyOfRange(coded, cut, coded.length)))
                    .as("cut at %d", cut)
                    .isEqualTo(expected);
        }
        byte[][] single = new byte[coded.length][];
        for (int i = 0; i < coded.length; i++) {
            single[i] = new byte[] {coded[i]};
        }
        assertThat(decoded(form, single)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip", "deflate", "deflate-bare", "br"})
    void aLongBodyComesOutWhole(String form) throws Exception {
        byte[] noise = new byte[1_000_000];
        new Random(7).nextBytes(noise);
        Arrays.fill(noise, 300_000, 700_000, (byte) 'a');
        assertThat(decoded(form, coded(form, noise))).isEqualTo(noise);
    }

    @ParameterizedTest
    @ValueSource(ints = {32 * 1024 - 1, 32 * 1024, 32 * 1024 + 1, 64 * 1024, 256 * 1024})
    void aBodyThatEndsWhereAPieceIsFullComesOutWhole(int length) throws Exception {
        byte[] same = new byte[length];
        for (String form : new String[] {"gzip", "deflate", "deflate-bare", "br"}) {
            assertThat(decoded(form, coded(form, same))).as(form).isEqualTo(same);
        }
    }

    /** Of such a body all input is read long before the output is made; the window is 4 MB. */
    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16})
    void aBodyOfOneByteOverAndOverComesOutWhole(int megabytes) throws Exception {
        byte[] same = new byte[megabytes << 20];
        for (String form : new String[] {"gzip", "deflate", "br"}) {
            assertThat(Arrays.equals(decoded(form, coded(form, same)), same))
                    .as(form)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "deflate-bare", "gzip-full", "gzip-two", "br"})
    void oneThatEndsEarlyIsAFailureWhereverItEnds(String form) {
        byte[] coded = coded(form, TEXT);
        int firstMember = form.equals("gzip-two") ? coded.length / 2 : -1;
        for (int length = 1; length < coded.length; length++) {
            if (length == firstMember) {
                continue;
            }
            byte[] early = Arrays.copyOf(coded, length);
            assertThatIOException()
                    .as("cut at %d", length)
                    .isThrownBy(() -> decoded(form, early))
                    .withMessageContaining("early");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br"})
    void anEmptyBodyNeedsNoCoding(String form) throws Exception {
        assertThat(decoded(form, new byte[0])).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "deflate-bare"})
    void whatFollowsTheEndIsIgnored(String form) throws Exception {
        byte[] coded = coded(form, TEXT);
        assertThat(decoded(form, coded, new byte[] {0, 0, 0}, "rest".getBytes(UTF_8)))
                .isEqualTo(TEXT);
        assertThat(decoded(form, Coded.joined(coded, new byte[300_000]))).isEqualTo(TEXT);
    }

    @Test
    void whatFollowsTheEndOfABrotliStreamIsAFailureHoweverItComes() {
        byte[] coded = coded("br", TEXT);
        assertThatIOException().isThrownBy(() -> decoded("br", coded, new byte[] {0}));
        assertThatIOException().isThrownBy(() -> decoded("br", Coded.joined(coded, new byte[] {0})));
    }

    @Test
    void aWrongByteInAGzipHeaderOrTrailerIsAFailure() {
        byte[] coded = Coded.gzipWithFullHeader(TEXT);
        int[] checked = {0, 1, 2, 12, 17, 24, coded.length - 8, coded.length - 5, coded.length - 4, coded.length - 1};
        for (int at : checked) {
            byte[] wrong = coded.clone();
            wrong[at] ^= 0x40;
            assertThatIOException().as("byte %d", at).isThrownBy(() -> decoded("gzip", wrong));
        }
    }

    @Test
    void reservedFlagsInAGzipHeaderAreRefused() {
        byte[] wrong = Coded.gzip(TEXT);
        wrong[3] = 0x20;
        assertThatIOException().isThrownBy(() -> decoded("gzip", wrong)).withMessageContaining("RFC 1952");
    }

    @Test
    void aSecondMemberThatIsBrokenIsAFailure() {
        byte[] wrong = Coded.joined(Coded.gzip(TEXT), new byte[] {0x1f, 0x00});
        assertThatIOException().isThrownBy(() -> decoded("gzip", wrong));
    }

    @Test
    void aWrongZlibCheckIsAFailure() {
        byte[] wrong = Coded.zlib(TEXT);
        wrong[wrong.length - 1] ^= 1;
        assertThatIOException().isThrownBy(() -> decoded("deflate", wrong)).withMessageContaining("deflate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br"})
    void noiseIsAFailureOrEndsEarlyButNeverHangs(String form) {
        Random random = new Random(42);
        for (int round = 0; round < 300; round++) {
            byte[] noise = new byte[1 + random.nextInt(200)];
            random.nextBytes(noise);
            if (form.equals("gzip") && round % 2 == 0) {
                noise = Coded.joined(Arrays.copyOf(Coded.gzip(TEXT), 10), noise);
            }
            try {
                decoded(form, noise);
            } catch (IOException expected) {
                assertThat(expected).hasMessageContaining(":");
            } catch (Exception other) {
                throw new AssertionError("round " + round, other);
            }
        }
    }

    @Test
    void aPresetDictionaryIsRefused() {
        Deflater deflater = new Deflater();
        deflater.setDictionary("sea shells".getBytes(UTF_8));
        deflater.setInput(TEXT);
        deflater.finish();
        byte[] room = new byte[400];
        byte[] coded = Arrays.copyOf(room, deflater.deflate(room));
        deflater.end();
        assertThatIOException().isThrownBy(() -> decoded("deflate", coded));
    }

    @Test
    void piecesOfAnyKindOfBufferAreRead() throws Exception {
        byte[] coded = Coded.gzip(TEXT);
        CompositeByteBuf composite = Unpooled.compositeBuffer();
        for (byte octet : coded) {
            composite.addComponent(true, Unpooled.wrappedBuffer(new byte[] {octet}));
        }
        assertThat(pumped("gzip", composite)).isEqualTo(TEXT);
        assertThat(pumped("gzip", allocator.directBuffer().writeBytes(coded))).isEqualTo(TEXT);
        assertThat(pumped("gzip", Unpooled.wrappedBuffer(coded).asReadOnly())).isEqualTo(TEXT);
        assertThat(pumped("identity", Unpooled.wrappedBuffer(TEXT).asReadOnly()))
                .isEqualTo(TEXT);
    }

    private static byte[] coded(String form, byte[] plain) {
        return switch (form) {
            case "identity" -> plain;
            case "gzip", "x-gzip", "GZIP" -> Coded.gzip(plain);
            case "gzip-full" -> Coded.gzipWithFullHeader(plain);
            case "gzip-two" -> Coded.joined(Coded.gzip(plain), Coded.gzip(plain));
            case "deflate" -> Coded.zlib(plain);
            case "deflate-bare" -> Coded.bareDeflate(plain);
            case "br" -> Coded.brotli(plain);
            default -> throw new IllegalArgumentException(form);
        };
    }

    private byte[] decoded(String form, byte[]... pieces) throws Exception {
        ByteBuf[] offered = new ByteBuf[pieces.length];
        for (int i = 0; i < pieces.length; i++) {
            offered[i] = Unpooled.wrappedBuffer(pieces[i]);
        }
        return pumped(form, offered);
    }

    private byte[] pumped(String form, ByteBuf... pieces) throws Exception {
        String coding = form.startsWith("deflate") ? "deflate" : form.startsWith("gzip") ? "gzip" : form;
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        ByteBufAllocator source = allocator;
        try (RewritingBody body = RewritingBody.open(new ScriptedRewriter(), "GET", AnswerHead.coded(coding), source)) {
            assertThat(body).isNotNull();
            for (ByteBuf piece : pieces) {
                body.offer(piece);
                pumpAll(body, got);
            }
            body.complete();
            pumpAll(body, got);
        }
        for (ByteBuf piece : pieces) {
            assertThat(piece == Unpooled.EMPTY_BUFFER || piece.refCnt() == 0).isTrue();
        }
        return got.toByteArray();
    }

    private static void pumpAll(RewritingBody body, ByteArrayOutputStream got) throws IOException {
        boolean usedUp = false;
        while (!usedUp) {
            usedUp = body.pump(piece -> {
                byte[] bytes = new byte[piece.readableBytes()];
                piece.readBytes(bytes);
                got.writeBytes(bytes);
                piece.release();
            });
        }
    }
}
