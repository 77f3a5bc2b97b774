package dev.embergate.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Feeds decoders from pooled direct buffers, as a socket does, and sees to it that each buffer is released in the end. */
final class Feeding {
    private static final PooledByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;

    private Feeding() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static ByteBuf buffer(String text) {
        return buffer(bytes(text));
    }

    static ByteBuf buffer(byte[] bytes) {
        return ALLOCATOR.directBuffer(Math.max(1, bytes.length)).writeBytes(bytes);
    }

    /** All requests in these pieces, each resumed when it ends. */
    static Transcript<ParsedRequest> requests(DecodeLimits limits, List<byte[]> pieces) {
        Transcript<ParsedRequest> transcript = Transcript.of();
        RequestDecoder decoder = new RequestDecoder(limits, transcript);
        transcript.onEnd = decoder::resume;
        List<ByteBuf> fed = new ArrayList<>();
        for (byte[] piece : pieces) {
            ByteBuf buffer = buffer(piece);
            fed.add(buffer);
            decoder.feed(buffer);
        }
        if (decoder.isMidMessage()) {
            transcript.note(decoder.isMidHead() ? "mid head" : "mid body");
        }
        decoder.close();
        assertReleased(fed);
        return transcript;
    }

    static Transcript<ParsedRequest> requests(String text) {
        return requests(DecodeLimits.DEFAULT, List.of(bytes(text)));
    }

    /** The answer in these pieces, to one request; the upstream closes behind it. */
    static Transcript<ParsedResponse> responses(DecodeLimits limits, String method, List<byte[]> pieces) {
        Transcript<ParsedResponse> transcript = Transcript.of();
        ResponseDecoder decoder = new ResponseDecoder(limits, transcript);
        decoder.expect(method);
        List<ByteBuf> fed = new ArrayList<>();
        for (byte[] piece : pieces) {
            ByteBuf buffer = buffer(piece);
            fed.add(buffer);
            decoder.feed(buffer);
        }
        if (!decoder.inputClosed()) {
            transcript.note("cut short");
        }
        ByteBuf rest = decoder.takeRest();
        if (rest.isReadable()) {
            transcript.note("rest " + rest.readableBytes());
        }
        rest.release();
        decoder.close();
        assertReleased(fed);
        return transcript;
    }

    static Transcript<ParsedResponse> responses(String method, String text) {
        return responses(DecodeLimits.DEFAULT, method, List.of(bytes(text)));
    }

    static void assertReleased(List<ByteBuf> fed) {
        assertThat(fed).allSatisfy(buffer -> assertThat(buffer.refCnt()).isZero());
    }

    /** The head of one request, which stays readable. */
    static ParsedRequest request(String text) {
        Transcript<ParsedRequest> transcript = Transcript.of();
        List<ParsedRequest> heads = new ArrayList<>();
        RequestDecoder decoder = new RequestDecoder(DecodeLimits.DEFAULT, new MessageSink<>() {
            @Override
            public void head(ParsedRequest head) {
                heads.add(head);
            }

            @Override
            public void body(ByteBuf piece) {
                transcript.body(piece);
            }

            @Override
            public void end(dev.embergate.engine.spi.Headers trailers) {}

            @Override
            public void rejected(Rejection rejection) {
                throw new AssertionError(rejection);
            }
        });
        decoder.feed(buffer(text));
        decoder.close();
        return heads.getFirst();
    }
}
