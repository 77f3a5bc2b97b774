package dev.embergate.rules.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.BodyRewriter;
import dev.embergate.engine.spi.BodySink;
import dev.embergate.engine.spi.BodyTransform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.NullMarked;

/** Feeds a transform as the engine does: in pieces cut anywhere, each lent for one call and overwritten after it. */
@NullMarked
public final class EveryCut {
    private EveryCut() {}

    /** The output, which must be the same whole, cut in two at every place, in single bytes and in pieces of seven. */
    public static byte[] of(BodyTransform transform, byte[] body) throws Exception {
        byte[] whole = fed(transform, body, body.length + 1);
        for (int cut = 0; cut <= body.length; cut++) {
            assertThat(fed(transform, body, cut == 0 ? body.length + 1 : cut))
                    .as("pieces of %d", cut)
                    .isEqualTo(whole);
            assertThat(inTwo(transform, body, cut)).as("cut at %d", cut).isEqualTo(whole);
        }
        return whole;
    }

    public static String of(BodyTransform transform, String body) throws Exception {
        return new String(of(transform, body.getBytes(UTF_8)), UTF_8);
    }

    /** The output of one way only, for what fails. */
    public static byte[] fed(BodyTransform transform, byte[] body, int pieceBytes) throws Exception {
        Sink out = new Sink();
        try (BodyRewriter rewriter = transform.open(JsonHead.OK)) {
            for (int at = 0; at < body.length; at += pieceBytes) {
                lend(rewriter, body, at, Math.min(body.length, at + pieceBytes), out);
            }
            out.finish(rewriter);
        }
        return out.bytes.toByteArray();
    }

    private static byte[] inTwo(BodyTransform transform, byte[] body, int cut) throws Exception {
        Sink out = new Sink();
        try (BodyRewriter rewriter = transform.open(JsonHead.OK)) {
            lend(rewriter, body, 0, cut, out);
            lend(rewriter, body, cut, body.length, out);
            out.finish(rewriter);
        }
        return out.bytes.toByteArray();
    }

    /** Of both kinds of memory, not at its beginning, with bytes before and behind that are none of the body's. */
    private static void lend(BodyRewriter rewriter, byte[] body, int from, int to, Sink out) throws IOException {
        int length = to - from;
        ByteBuffer memory = length % 2 == 0 ? ByteBuffer.allocateDirect(length + 7) : ByteBuffer.allocate(length + 7);
        overwrite(memory);
        memory.put(3, body, from, length).position(3).limit(3 + length);
        out.open = true;
        rewriter.accept(memory, out);
        out.open = false;
        overwrite(memory.clear());
    }

    private static void overwrite(ByteBuffer memory) {
        for (int i = 0; i < memory.capacity(); i++) {
            memory.put(i, (byte) 0xa5);
        }
    }

    private static final class Sink implements BodySink {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean open;

        private void finish(BodyRewriter rewriter) throws IOException {
            open = true;
            rewriter.finish(this);
            open = false;
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            assertThat(open).isTrue();
            bytes.write(from, offset, length);
        }

        @Override
        public void write(ByteBuffer from) {
            assertThat(open).isTrue();
            byte[] copy = new byte[from.remaining()];
            from.duplicate().get(copy);
            bytes.writeBytes(copy);
        }
    }
}
