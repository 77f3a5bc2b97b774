package dev.embergate.engine.upstream;

import dev.embergate.engine.decode.BodyFraming;
import dev.embergate.engine.decode.MessageSink;
import dev.embergate.engine.decode.ParsedResponse;
import dev.embergate.engine.decode.Rejection;
import dev.embergate.engine.decode.ResponseDecoder;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.upstream.OutboundRequest.Body;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to an upstream and what it carries: one call at a time, its request out, its answer in.
 *
 * <p>Bytes that no request asked for close it, whether behind an answer or between two: they could be taken for the answer to
 * the next request (RFC 9112 section 9.2).
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter implements MessageSink<ParsedResponse> {
    private enum State {
        /** Not connected, or its handshake is not done. */
        OPENING,
        IDLE,
        /** A request is being or has been written. */
        AWAITING_HEAD,
        /** The final head has come. */
        IN_BODY,
        /** A 101 that was asked for has come; the decoder has not returned yet. */
        SWITCHING,
        /** The channel is somebody else's. */
        UPGRADED,
        CLOSED
    }

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamConnection.class);

    /** A piece that fills less than this part of its buffer is copied, so that small pieces do not pin large buffers. */
    private static final int LEAST_FILL = 8;

    private final UpstreamPool pool;
    private final ReadSize readSize = new ReadSize();
    private final RequestFraming framing = new RequestFraming();
    private final ResponseDecoder decoder;
    private @Nullable ChannelHandlerContext context;

    private State state = State.OPENING;
    private @Nullable PooledCall call;

    /** Whether it has carried a call before, so that the upstream may have closed it just as the next one was written. */
    private boolean used;

    private boolean answered;
    private boolean keepsAlive;
    private boolean requestComplete;
    private boolean outputBroken;
    private boolean inputBroken;
    private boolean closeNotified;
    private boolean paused;
    private long pausedSince;
    private boolean decoding;
    private boolean heard;
    private boolean flushing;
    private @Nullable ChannelFuture headWritten;
    private @Nullable ParsedResponse switchingHead;
    private @Nullable Rejection rejection;

    /** The pool's tick when something last moved; what waits is measured from here. */
    private int movedAt;

    private long pendingBytes;

    UpstreamConnection(UpstreamPool pool) {
        this.pool = pool;
        this.decoder = new ResponseDecoder(pool.limits(), this);
    }

    /** Closes without waiting for a TLS close_notify to be taken. */
    static void closeAtOnce(Channel channel) {
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first == null) {
            channel.close();
        } else {
            first.close();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        ctx.channel().config().setRecvByteBufAllocator(readSize);
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return ctx;
    }

    int movedAt() {
        return movedAt;
    }

    /** Connected, and no call yet. */
    void opened(int tick) {
        state = State.IDLE;
        movedAt = tick;
    }

    /** Whether a request may be written; an idle connection may have died without telling yet. */
    boolean isUsable() {
        return state == State.IDLE && context().channel().isActive();
    }

    // The request

    /** Writes the call's head. For a request without a body nothing is called back. */
    void begin(PooledCall next) {
        call = next;
        next.running(this);
        state = State.AWAITING_HEAD;
        answered = false;
        outputBroken = false;
        heard = false;
        pendingBytes = 0;
        headWritten = null;
        rejection = null;
        movedAt = pool.tick();
        OutboundRequest request = next.request;
        requestComplete = request.body() == Body.NONE;
        framing.begin(request.body());
        decoder.expect(request.method());
        ChannelHandlerContext ctx = context();
        boolean keep = used;
        used = true;
        if (keep && !isIdempotent(request.method())) {
            headWritten = ctx.write(next.headToWrite(true));
        } else {
            ctx.write(next.headToWrite(keep), ctx.voidPromise());
        }
        if (requestComplete) {
            ctx.flush();
            return;
        }
        next.listener.writable();
        if (call == next && !requestComplete) {
            flushRequest();
        }
    }

    /** RFC 9110 section 9.2.2. */
    private static boolean isIdempotent(String method) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE" -> true;
            default -> false;
        };
    }

    void writeBody(ByteBuf piece) {
        PooledCall current = call;
        if (current == null || requestComplete || outputBroken) {
            piece.release();
            return;
        }
        current.dropHead();
        if (state == State.IN_BODY) {
            movedAt = pool.tick(); // answered early, and both directions may still move
        }
        framing.write(context(), piece);
    }

    void endBody(Headers withTrailers) {
        PooledCall current = call;
        if (current == null || requestComplete) {
            return;
        }
        current.dropHead();
        requestComplete = true;
        movedAt = pool.tick();
        if (!outputBroken) {
            framing.end(context(), withTrailers);
            flushRequest();
        }
    }

    void flushRequest() {
        flushing = true;
        try {
            context().flush();
        } finally {
            flushing = false;
        }
    }

    boolean takesBody() {
        return !requestComplete && !outputBroken && context().channel().isWritable();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        PooledCall current = call;
        if (current != null && takesBody()) {
            if (flushing) {
                // The listener itself is flushing: it hears of it when it has returned.
                ctx.executor().execute(() -> tellWritable(current));
            } else {
                current.listener.writable();
            }
        }
    }

    private void tellWritable(PooledCall to) {
        if (call == to && takesBody()) {
            to.listener.writable();
        }
    }

    // The answer

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        PooledCall current = call;
        if (current == null || state == State.CLOSED) {
            // Nobody asked: what would come next could be taken for an answer to another request (RFC 9112 section
            // 9.2).
            bytes.release();
            if (state == State.IDLE) {
                close();
            }
            return;
        }
        movedAt = pool.tick();
        answered = true;
        heard = true;
        current.dropHead();
        decoding = true;
        try {
            decoder.feed(state == State.IN_BODY ? compact(ctx, bytes) : bytes);
        } finally {
            decoderReturned();
        }
        decoded();
    }

    private static ByteBuf compact(ChannelHandlerContext ctx, ByteBuf bytes) {
        int size = bytes.readableBytes();
        if ((long) size * LEAST_FILL >= bytes.capacity()) {
            return bytes;
        }
        try {
            return ctx.alloc().directBuffer(size, size).writeBytes(bytes);
        } finally {
            bytes.release();
        }
    }

    @Override
    public void head(ParsedResponse head) {
        PooledCall current = call;
        if (current == null) {
            return;
        }
        int status = head.status();
        if (status == 101) {
            if (current.request.upgrade() && requestComplete) {
                state = State.SWITCHING;
                switchingHead = head;
            } else {
                rejection = new Rejection(502, "answer: 101 (expected: only after an Upgrade that is complete)");
            }
        } else if (status < 200) {
            current.listener.interim(head);
        } else {
            state = State.IN_BODY;
            keepsAlive = head.keepsAlive() && !head.isHttp10() && head.framing() != BodyFraming.UNTIL_CLOSE;
            if (head.framing() == BodyFraming.LENGTH) {
                readSize.expect(head.contentLength());
            }
            current.listener.head(head);
        }
    }

    @Override
    public void body(ByteBuf piece) {
        PooledCall current = call;
        if (current == null || rejection != null) {
            piece.release();
        } else {
            current.listener.body(piece);
        }
    }

    @Override
    public void end(Headers trailers) {
        PooledCall done = call;
        if (done == null) {
            return;
        }
        call = null;
        boolean reusable = keepsAlive
                && !decoder.hasSurplus()
                && requestComplete
                && !outputBroken
                && pending() == 0
                && context().channel().isActive();
        boolean rests = false;
        if (reusable) {
            state = State.IDLE;
            readSize.small();
            resumeReading();
            rests = pool.rest(this);
        } else {
            close();
        }
        done.finish();
        done.listener.end(trailers);
        if (reusable && !rests) {
            // Only now: another call would make the head unreadable that the listener may have looked at.
            pool.giveBack(this);
        }
    }

    @Override
    public void rejected(Rejection why) {
        if (rejection == null) {
            rejection = why;
        }
    }

    private void decoderReturned() {
        decoding = false;
        if (state == State.CLOSED) {
            // It was aborted from a callback of the decoder's.
            decoder.close();
        }
    }

    /** The decoder has returned: now what it found may change who uses this connection. */
    private void decoded() {
        switch (state) {
            case SWITCHING -> {
                if (rejection == null) {
                    upgrade();
                } else {
                    failMalformed(rejection);
                }
            }
            case AWAITING_HEAD, IN_BODY -> {
                if (rejection != null) {
                    failMalformed(rejection);
                }
            }
            case OPENING, IDLE, UPGRADED, CLOSED -> {
                // Aborted from a callback.
            }
        }
    }

    private void failMalformed(Rejection why) {
        fail(pool.failure(UpstreamFailure.Kind.MALFORMED, "malformed answer: " + why.reason()));
    }

    private void upgrade() {
        PooledCall done = call;
        ParsedResponse head = switchingHead;
        if (done == null || head == null) {
            return;
        }
        Channel channel = context().channel();
        ByteBuf rest = decoder.takeRest();
        call = null;
        switchingHead = null;
        state = State.UPGRADED;
        channel.config().setAutoRead(false);
        channel.config().setAutoClose(true);
        channel.pipeline().remove(this);
        done.finish();
        pool.left(this);
        done.listener.upgraded(head, channel, rest);
        decoder.close();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        PooledCall current = call;
        if (current != null && heard) {
            heard = false;
            current.listener.readComplete();
        }
    }

    void pauseReading() {
        if (!paused) {
            paused = true;
            pausedSince = System.nanoTime();
            context().channel().config().setAutoRead(false);
        }
    }

    void resumeReading() {
        if (paused) {
            paused = false;
            movedAt = pool.tick();
            context().channel().config().setAutoRead(true);
        }
    }

    // Endings

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        switch (state) {
            case IDLE -> close();
            case AWAITING_HEAD, IN_BODY -> lost();
            case OPENING -> {
                // The attempt hears of it by its own future.
                state = State.CLOSED;
                decoder.close();
            }
            case SWITCHING, UPGRADED, CLOSED -> {
                // Over already, or about to be by the call that is on the stack.
            }
        }
    }

    private void lost() {
        boolean inBody = state == State.IN_BODY;
        decoding = true;
        try {
            if (closedInOrder() && decoder.inputClosed()) {
                return;
            }
        } finally {
            decoderReturned();
        }
        PooledCall current = call;
        if (current == null) {
            close();
        } else if (isRetryable(current)) {
            call = null;
            pool.retry(current);
            close();
        } else {
            fail(
                    inBody
                            ? pool.failure(UpstreamFailure.Kind.CLOSED_MID_BODY, "closed within its answer")
                            : pool.failure(UpstreamFailure.Kind.CLOSED_BEFORE_HEAD, "closed before its answer"));
        }
    }

    /**
     * Only such a close is the end of a body that runs until it: not a reset, nor one of TLS that is not announced, which anybody
     * on the way can make (RFC 9112 sections 8 and 9.8).
     */
    private boolean closedInOrder() {
        return !inputBroken && (closeNotified || !pool.isSecure());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent close) {
            closeNotified = close.isSuccess();
        }
        ctx.fireUserEventTriggered(event);
    }

    /**
     * Once, when this connection had served before and gave not a byte, no body was handed over, and doing it twice changes
     * nothing (RFC 9110 section 9.2.2, RFC 9112 section 9.3.1). The head is still held in that case only. It goes out on a new
     * connection, where it is not held: so there is no third time.
     */
    private boolean isRetryable(PooledCall current) {
        if (answered || !current.mayBeRetried()) {
            return false;
        }
        ChannelFuture written = headWritten;
        return written == null || (!pool.isSecure() && !written.isSuccess() && current.headUntouched());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            // A broken write leaves an early answer to be read; a broken read closes by itself.
            outputBroken |= !ctx.channel().isWritable();
            // With the request sent there is nothing left to write that could have failed.
            inputBroken |= requestComplete || ReadFault.is(cause);
            return;
        }
        if (state == State.OPENING) {
            // TLS: the attempt hears of it by the handshake's future.
            return;
        }
        if (cause instanceof DecoderException) {
            LOG.debug("{}: {}", pool.config().name(), cause.toString());
        } else {
            LOG.error("{}: an answer's handling failed", pool.config().name(), cause);
        }
        if (call != null) {
            fail(
                    state == State.IN_BODY
                            ? pool.failure(UpstreamFailure.Kind.CLOSED_MID_BODY, "connection failed within its answer")
                            : pool.failure(
                                    UpstreamFailure.Kind.CLOSED_BEFORE_HEAD, "connection failed before its answer"));
        } else {
            close();
        }
    }

    /** Closes and tells the call why. */
    void fail(UpstreamFailure why) {
        PooledCall failed = call;
        call = null;
        if (why.kind() == UpstreamFailure.Kind.CLOSED_BEFORE_HEAD) {
            pool.closedBeforeHead(this);
        }
        close();
        if (failed != null && !failed.isDone()) {
            failed.fail(why);
        }
    }

    /** The call wants no answer any more and hears nothing. */
    void abort() {
        call = null;
        close();
    }

    void close() {
        if (state == State.CLOSED) {
            return;
        }
        boolean wasOpening = state == State.OPENING;
        state = State.CLOSED;
        if (!decoding) {
            decoder.close();
        }
        closeAtOnce(context().channel());
        if (!wasOpening) {
            pool.left(this);
        }
    }

    /** For how long its answer has not been read because the client takes nothing; 0 when it is. */
    long pausedNanos(long now) {
        return paused && state == State.IN_BODY ? now - pausedSince : 0;
    }

    // Time

    /** Called now and then: ends a call whose upstream has not moved for too long. A paused answer is the client's doing. */
    void checkTime(int tick) {
        if (call == null || paused) {
            return;
        }
        outputBroken |= context().channel().unsafe().outboundBuffer() == null;
        long pending = pending();
        if (pending != pendingBytes) {
            pendingBytes = pending;
            movedAt = tick;
            return;
        }
        int waited = tick - movedAt;
        if (!requestComplete && !outputBroken && state != State.IN_BODY) {
            if (pending > 0 && waited > pool.idleTicks()) {
                fail(pool.failure(
                        UpstreamFailure.Kind.IDLE_TIMEOUT,
                        "took nothing of the request for " + pool.config().idleTimeout()));
            }
        } else if (state == State.IN_BODY) {
            if (waited > pool.idleTicks()) {
                fail(pool.failure(
                        UpstreamFailure.Kind.IDLE_TIMEOUT,
                        "sent nothing of its answer for " + pool.config().idleTimeout()));
            }
        } else if (waited > pool.firstByteTicks()) {
            fail(pool.failure(
                    UpstreamFailure.Kind.FIRST_BYTE_TIMEOUT,
                    "no answer within " + pool.config().firstByteTimeout()));
        }
    }

    private long pending() {
        ChannelOutboundBuffer buffer = context().channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }
}
