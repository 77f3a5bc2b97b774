package dev.embergate.engine.act;

import dev.embergate.engine.act.Deadlines.Waiting;
import dev.embergate.engine.decode.BodyFraming;
import dev.embergate.engine.encode.ClientHead;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.upstream.UpstreamCall;
import dev.embergate.engine.upstream.UpstreamPool;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request's body.
 *
 * <table>
 * <caption>States</caption>
 * <tr><td>HELD</td><td>not asked for yet: the client is not read</td></tr>
 * <tr><td>GATHERING</td><td>into memory, up to a limit (413 beyond it)</td></tr>
 * <tr><td>STREAMING</td><td>to the call, read only while the call takes more</td></tr>
 * <tr><td>DISCARDING</td><td>read and dropped: the answer does not depend on it</td></tr>
 * <tr><td>DONE</td><td>read to its end, or none</td></tr>
 * </table>
 */
final class RequestSide {
    /** A body nobody wants is read for the sake of the connection up to this size; beyond it the connection closes. */
    private static final int MAX_DISCARDED_BYTES = 256 << 10;

    private enum State {
        HELD,
        GATHERING,
        STREAMING,
        DISCARDING,
        DONE
    }

    private final Exchange exchange;
    private State state;
    private long bytes;
    private byte[] gathered = EMPTY;
    private int gatheredLength;
    private int gatherLimit;
    private boolean wholeGathered;
    private @Nullable Consumer<byte[]> whenGathered;
    private @Nullable UpstreamCall call;
    private @Nullable UpstreamPool uploadTo;
    private byte @Nullable [] replacement;
    private boolean callFlushWanted;
    private boolean continued;

    private static final byte[] EMPTY = {};

    RequestSide(Exchange exchange) {
        this.exchange = exchange;
        this.state = exchange.request.hasBody() ? State.HELD : State.DONE;
    }

    void again() {
        state = exchange.request.hasBody() ? State.HELD : State.DONE;
        bytes = 0;
        gathered = EMPTY;
        gatheredLength = 0;
        wholeGathered = false;
        whenGathered = null;
        call = null;
        replacement = null;
        callFlushWanted = false;
        continued = false;
    }

    boolean isDone() {
        return state == State.DONE;
    }

    long bytes() {
        return bytes;
    }

    /** The body is in memory whole, so it can be sent anew. */
    boolean isGathered() {
        return wholeGathered;
    }

    int gatheredLength() {
        return gatheredLength;
    }

    // ---- what is to be done with the body

    void gather(int limit, Consumer<byte[]> then) {
        if (state == State.DONE) { // no body, or an earlier rule has gathered it
            if (gatheredLength > limit) {
                tooLarge(limit);
                return;
            }
            then.accept(wholeGathered ? Arrays.copyOf(gathered, gatheredLength) : EMPTY);
            return;
        }
        gatherLimit = limit;
        long announced = exchange.request.contentLength();
        if (announced > limit) {
            tooLarge(limit);
            return;
        }
        whenGathered = then;
        state = State.GATHERING;
        gathered = new byte[announced > 0 ? (int) announced : Math.min(limit, 4096)];
        exchange.connection.deadlines.waitFor(Waiting.BODY);
        if (exchange.request.expectsContinue()) {
            exchange.connection.write(ClientHead.continue100());
            exchange.connection.flush();
        }
        exchange.connection.wantBody();
    }

    private void tooLarge(int limit) {
        exchange.lastOnConnection();
        exchange.fail(413, "body: over " + limit + " bytes");
    }

    /** Whether that upstream takes one more body while it is on its way; a body that is here already needs no asking. */
    boolean mayStreamTo(UpstreamPool pool) {
        if (state != State.HELD) {
            return true;
        }
        if (!pool.beginUpload()) {
            return false;
        }
        uploadTo = pool;
        return true;
    }

    private void uploadOver() {
        UpstreamPool pool = uploadTo;
        uploadTo = null;
        if (pool != null) {
            pool.uploadOver();
        }
    }

    /** @param instead what to send in place of the client's body; null for the client's own */
    void streamTo(UpstreamCall target, byte @Nullable [] instead) {
        call = target;
        replacement = instead;
        if (instead != null) {
            discardRest();
        } else if (state == State.HELD) {
            state = State.STREAMING;
        }
    }

    /** The call takes body now. */
    void callWritable() {
        UpstreamCall target = call;
        if (target == null) {
            return;
        }
        if (replacement != null) {
            byte[] body = replacement;
            replacement = null;
            target.body(Unpooled.wrappedBuffer(body));
            target.endBody(Headers.EMPTY);
            call = null;
        } else if (wholeGathered) {
            if (gatheredLength > 0) {
                target.body(Unpooled.wrappedBuffer(gathered, 0, gatheredLength));
            }
            target.endBody(Headers.EMPTY);
            call = null;
        } else if (state == State.STREAMING) {
            if (bytes > 0 || !exchange.request.expectsContinue() || continued) {
                exchange.connection.deadlines.waitFor(Waiting.BODY);
            } else {
                // The client waits for a permission that the upstream owes it. It may also come without (RFC 9110
                // section
                // 10.1.1).
                exchange.connection.deadlines.waitFor(Waiting.DECISION);
            }
            exchange.connection.wantBody();
        }
    }

    /** Whether the client has yet to be let go on with its body. */
    boolean awaitsPermission() {
        return state == State.STREAMING && bytes == 0 && !continued && exchange.request.expectsContinue();
    }

    /** The upstream has let the client go on (RFC 9110 section 10.1.1): its time for the body begins. */
    void continued() {
        continued = true;
        if (state == State.STREAMING) {
            exchange.connection.deadlines.waitFor(Waiting.BODY);
        }
    }

    /** The answer does not need the body: reads a small one to its end, lets go of the connection for a large one. */
    void discardRest() {
        if (state != State.HELD) {
            return;
        }
        boolean small = exchange.request.framing() == BodyFraming.LENGTH
                && exchange.request.contentLength() <= MAX_DISCARDED_BYTES
                && !exchange.request.expectsContinue();
        if (small) {
            state = State.DISCARDING;
            exchange.connection.deadlines.waitFor(Waiting.BODY);
            exchange.connection.wantBody();
        } else {
            exchange.lastOnConnection();
        }
    }

    /** The call is over: whatever of the body is still to come has nowhere to go. */
    void callEnded() {
        call = null;
        uploadOver();
        if (state == State.STREAMING) {
            exchange.lastOnConnection();
        }
    }

    void flush() {
        UpstreamCall target = call;
        if (target != null && callFlushWanted) {
            callFlushWanted = false;
            target.flush();
        }
    }

    // ---- what the decoder found

    void body(ByteBuf piece) {
        bytes += piece.readableBytes();
        switch (state) {
            case GATHERING -> append(piece);
            case STREAMING -> pass(piece);
            case HELD, DISCARDING, DONE -> {
                piece.release();
                if (state == State.DISCARDING && bytes > MAX_DISCARDED_BYTES) {
                    exchange.lastOnConnection();
                    exchange.progressed();
                }
            }
        }
    }

    private void append(ByteBuf piece) {
        try {
            int length = piece.readableBytes();
            if (length > gatherLimit - gatheredLength) {
                tooLarge(gatherLimit);
                return;
            }
            if (gatheredLength + length > gathered.length) {
                int doubled = (int) Math.min((long) gathered.length * 2, gatherLimit);
                gathered = Arrays.copyOf(gathered, Math.max(doubled, gatheredLength + length));
            }
            piece.readBytes(gathered, gatheredLength, length);
            gatheredLength += length;
            exchange.connection.deadlines.waitFor(Waiting.BODY);
        } finally {
            piece.release();
        }
    }

    private void pass(ByteBuf piece) {
        UpstreamCall target = call;
        if (target == null) {
            piece.release();
            return;
        }
        target.body(piece);
        callFlushWanted = true;
        if (target.isWritable()) {
            exchange.connection.deadlines.waitFor(Waiting.BODY);
        } else {
            // Not the client's fault: its time-out rests until the upstream takes more.
            exchange.connection.deadlines.waitFor(Waiting.NOTHING);
            exchange.connection.holdBody();
            flush();
        }
    }

    void end(Headers trailers) {
        State was = state;
        state = State.DONE;
        if (was == State.DONE) {
            return;
        }
        uploadOver();
        exchange.connection.deadlines.waitFor(Waiting.NOTHING);
        switch (was) {
            case GATHERING -> {
                wholeGathered = true;
                Consumer<byte[]> then = whenGathered;
                whenGathered = null;
                if (then != null) {
                    then.accept(Arrays.copyOf(gathered, gatheredLength));
                }
            }
            case STREAMING -> {
                UpstreamCall target = call;
                if (target != null) {
                    callFlushWanted = false;
                    target.endBody(trailers);
                }
                exchange.progressed();
            }
            case HELD, DISCARDING, DONE -> exchange.progressed();
        }
    }

    void close() {
        uploadOver();
        call = null;
        whenGathered = null;
        gathered = EMPTY;
    }
}
