package dev.embergate.engine.rewrite;

import dev.embergate.engine.spi.BodyRewriter;
import dev.embergate.engine.spi.BodyTransform;
import dev.embergate.engine.spi.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One answer's body on its way through a transform: content coding undone, pieces lent to the rewriter, its output as new
 * pieces. Used on one event loop; closed exactly once, later calls of {@link #close} do nothing.
 *
 * <p>Held at most: what was offered and is not used up (the caller reads no more while {@link #pump} says false), one piece of
 * {@value #LOAN_BYTES} decoded bytes, what the rewriter itself gathers, and what it wrote in one call and is not taken yet.
 */
public final class RewritingBody implements AutoCloseable {
    /**
     * What the engine asks for instead of the client's Accept-Encoding when a rewrite is declared. br is undone too where its
     * native library is there, but not asked for: it costs the upstream more and saves little on a local network.
     */
    public static final String ACCEPT_ENCODING = "gzip, deflate";

    private static final Logger LOG = LoggerFactory.getLogger(RewritingBody.class);
    private static final int PUMP_BYTES = 256 * 1024;
    private static final int PUMP_LOANED_BYTES = 4 * PUMP_BYTES;
    private static final int LOAN_BYTES = 32 * 1024;
    private static final byte POISON = (byte) 0xa5;

    /** With assertions on, loans are copies and overwritten after the call, so that a rewriter that keeps one fails in tests. */
    private static final boolean POISONS = RewritingBody.class.desiredAssertionStatus();

    private enum State {
        TAKING,
        COMPLETE,
        FINISHED,
        FAILED,
        CLOSED
    }

    private final BodyRewriter rewriter;
    private final @Nullable ContentDecoder decoder;
    private final ByteBufAllocator allocator;
    private final ArrayDeque<ByteBuf> offered = new ArrayDeque<>(4);
    private final RewrittenPieces made;
    private @Nullable ByteBuf decoded;
    private boolean decoderHoldsOutput;
    private int loaned;
    private boolean pumping;
    private State state = State.TAKING;

    private RewritingBody(BodyRewriter rewriter, @Nullable ContentDecoder decoder, ByteBufAllocator allocator) {
        this.rewriter = rewriter;
        this.decoder = decoder;
        this.allocator = allocator;
        this.made = new RewrittenPieces(allocator);
    }

    /**
     * Null when this answer is relayed untouched: a status or method that is never rewritten, a coding that cannot be
     * undone, or a head the transform does not accept. Otherwise what comes out has no content coding any more, so
     * Content-Encoding has to go as Content-Length has.
     */
    public static @Nullable RewritingBody open(
            BodyTransform transform, String requestMethod, ResponseHead head, ByteBufAllocator allocator)
            throws Exception {
        if (!hasWholeBody(requestMethod, head.status())) {
            return null;
        }
        ContentCoding coding = ContentCoding.of(head.headers("content-encoding"));
        if (!coding.canBeUndone() || !transform.accepts(head)) {
            return null;
        }
        ContentDecoder decoder = coding.decoder();
        try {
            return new RewritingBody(transform.open(head), decoder, allocator);
        } catch (Throwable failure) {
            if (decoder != null) {
                decoder.close();
            }
            throw failure;
        }
    }

    /** RFC 9110 section 6.4.1 says which answers have no content; a part (206) makes no sense to a transform. */
    private static boolean hasWholeBody(String requestMethod, int status) {
        return !requestMethod.equals("HEAD") && status >= 200 && status != 204 && status != 206 && status != 304;
    }

    /** Takes a piece and its ownership, also when it throws. Output is made by {@link #pump}. */
    public void offer(ByteBuf piece) {
        if (state != State.TAKING || !piece.isReadable()) {
            piece.release();
            if (state == State.COMPLETE) {
                throw new IllegalStateException("a piece after the body was complete");
            }
            return;
        }
        offered.add(piece);
    }

    /** No more pieces follow. */
    public void complete() {
        if (state == State.TAKING) {
            state = State.COMPLETE;
        }
    }

    /**
     * Makes output of what was offered: about 256 KB at most in one go, and of 1 MB of the decoded body at most, so that a
     * small body that unpacks to a huge one does not keep the event loop, even if the rewriter writes nothing.
     *
     * @param out owns what it gets; it may close this body, and a call of this method from within it does nothing
     * @return true when everything offered is used up (after {@link #complete}: the rewriter has finished); false when there is
     *     more to make, perhaps without any output yet: call again when the client is writable
     * @throws IOException when coding or transform fail, whatever the rewriter threw; the body must then be closed
     */
    public boolean pump(Consumer<ByteBuf> out) throws IOException {
        if (pumping) {
            return false;
        }
        if (state == State.FAILED || state == State.CLOSED) {
            throw new IllegalStateException("pumped after " + state);
        }
        pumping = true;
        boolean done = false;
        try {
            boolean usedUp = pumpSome(out);
            done = true;
            return usedUp;
        } finally {
            pumping = false;
            if (!done && state != State.CLOSED) {
                state = State.FAILED;
                releaseHeld();
            }
        }
    }

    private boolean pumpSome(Consumer<ByteBuf> out) throws IOException {
        int sent = 0;
        loaned = 0;
        boolean usedUp = false;
        while (state != State.CLOSED) {
            ByteBuf piece = made.take(usedUp);
            if (piece != null) {
                sent += piece.readableBytes();
                out.accept(piece);
            } else if (usedUp) {
                return true;
            } else {
                usedUp = !makeSome();
            }
            if (sent >= PUMP_BYTES || loaned >= PUMP_LOANED_BYTES) {
                return false;
            }
        }
        return false;
    }

    /** One loan at most. False when there is nothing to make output of at present. */
    private boolean makeSome() throws IOException {
        ByteBuf piece = offered.peek();
        if (piece == null) {
            if (decoder == null || !decoderHoldsOutput) {
                return finishIfComplete();
            }
            decodeSome(decoder, Unpooled.EMPTY_BUFFER);
            return true;
        }
        if (decoder == null) {
            int length = Math.min(piece.readableBytes(), LOAN_BYTES);
            lend(piece, length);
            piece.skipBytes(length);
        } else {
            decodeSome(decoder, piece);
        }
        if (!piece.isReadable()) {
            offered.remove().release();
        }
        return true;
    }

    private void decodeSome(ContentDecoder undoing, ByteBuf piece) throws IOException {
        ByteBuf room = decoded;
        if (room == null) {
            room = allocator.directBuffer(LOAN_BYTES, LOAN_BYTES);
            decoded = room;
        }
        room.clear();
        undoing.decode(piece, room);
        decoderHoldsOutput = !room.isWritable();
        if (room.isReadable()) {
            lend(room, room.readableBytes());
        }
    }

    private void lend(ByteBuf from, int length) throws IOException {
        loaned += length;
        made.expect(length);
        made.accepts(true);
        try {
            if (POISONS) {
                lendCopy(from, length);
            } else {
                rewriter.accept(from.nioBuffer(from.readerIndex(), length), made);
            }
        } catch (RuntimeException thrown) {
            throw new IOException("the rewriter failed", thrown);
        } finally {
            made.accepts(false);
        }
    }

    private void lendCopy(ByteBuf from, int length) throws IOException {
        ByteBuf copy = allocator.buffer(length, length);
        try {
            copy.writeBytes(from, from.readerIndex(), length);
            rewriter.accept(copy.nioBuffer(), made);
        } finally {
            for (int i = 0; i < copy.capacity(); i++) {
                copy.setByte(i, POISON);
            }
            copy.release();
        }
    }

    private boolean finishIfComplete() throws IOException {
        if (state != State.COMPLETE) {
            return false;
        }
        if (decoder != null) {
            decoder.end();
        }
        state = State.FINISHED;
        made.expect(0);
        made.accepts(true);
        try {
            rewriter.finish(made);
        } catch (RuntimeException thrown) {
            throw new IOException("the rewriter failed", thrown);
        } finally {
            made.accepts(false);
        }
        return true;
    }

    private void releaseHeld() {
        for (ByteBuf piece = offered.poll(); piece != null; piece = offered.poll()) {
            piece.release();
        }
        made.release();
        if (decoded != null) {
            decoded.release();
            decoded = null;
        }
    }

    /** A rewriter that throws here is logged: everything else has been given back by then. */
    @Override
    public void close() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        releaseHeld();
        if (decoder != null) {
            decoder.close();
        }
        try {
            rewriter.close();
        } catch (RuntimeException thrown) {
            LOG.warn("a rewriter failed to close", thrown);
        }
    }
}
