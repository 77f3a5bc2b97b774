package dev.embergate.engine.act;

import dev.embergate.engine.act.Deadlines.Waiting;
import dev.embergate.engine.decode.MessageSink;
import dev.embergate.engine.decode.ParsedRequest;
import dev.embergate.engine.decode.Rejection;
import dev.embergate.engine.decode.RequestDecoder;
import dev.embergate.engine.encode.ClientHead;
import dev.embergate.engine.encode.Cut;
import dev.embergate.engine.spi.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: one exchange after another, on one event loop.
 *
 * <table>
 * <caption>States, and what a close by the client means in each</caption>
 * <tr><td>BETWEEN</td><td>waiting for a head, or within one; the channel just closes</td></tr>
 * <tr><td>EXCHANGE</td><td>the exchange is cancelled and its upstream call aborted at once</td></tr>
 * <tr><td>LINGERING</td><td>answered, our side shut; what still comes is dropped for a moment so that the answer is not lost to a
 *     reset (RFC 9112 section 9.6)</td></tr>
 * <tr><td>HANDED_OVER</td><td>a tunnel or a WebSocket owns the channel</td></tr>
 * <tr><td>CLOSED</td><td>nothing</td></tr>
 * </table>
 *
 * <p>Bytes are read all the time (that is how we hear that a client has left) but for when what is held undecoded exceeds one
 * read's worth: then reading stops until the exchange catches up.
 */
public final class ClientConnection extends ChannelInboundHandlerAdapter implements MessageSink<ParsedRequest> {
    private static final Logger log = LoggerFactory.getLogger(ClientConnection.class);
    private static final int MAX_HELD_BYTES = 64 << 10;

    private enum State {
        BETWEEN,
        EXCHANGE,
        LINGERING,
        HANDED_OVER,
        CLOSED
    }

    final LoopRoom room;
    final ListenerRoom listener;
    final Deadlines deadlines;
    private final RequestDecoder decoder;
    private @Nullable Channel channel;
    private final ClientIdentity identity;

    private State state = State.BETWEEN;
    private @Nullable Exchange exchange;
    private boolean decoding;
    private boolean resumeWanted;
    private boolean reading;
    private @Nullable ClientOutput output;

    /** The last exchange, if nobody else can know of it any more: to be used again. */
    private @Nullable Exchange spent;

    /** Whether a request came since the last sweep. */
    private boolean busy;

    private long written;

    /** The next request is not looked at before the client has taken more of the answers. */
    private boolean nextWaits;

    private @Nullable Lingering lingering;

    /** Tells whoever owns the channel after a hand-over to go away, in the order of its protocol. */
    private @Nullable Runnable successor;

    // Links of the list in LoopRoom.
    @Nullable
    ClientConnection next;

    @Nullable
    ClientConnection previous;

    /** @param peer who made the connection */
    public ClientConnection(LoopRoom room, ListenerRoom listener, Peer peer) {
        this.room = room;
        this.listener = listener;
        this.identity = new ClientIdentity(room.trusted, peer);
        this.deadlines = new Deadlines(room.timeouts, room.limits);
        this.decoder = new RequestDecoder(room.decode, this);
    }

    Channel channel() {
        return Objects.requireNonNull(channel, "not active");
    }

    private ClientOutput output() {
        return Objects.requireNonNull(output, "not active");
    }

    /** Of what was no request: the client of a request is told by its head. */
    InetAddress peerAddress() {
        return identity.peerAddress();
    }

    // ---- channel events

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive()) {
            began(ctx);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        began(ctx);
        ctx.fireChannelActive();
    }

    private void began(ChannelHandlerContext ctx) {
        if (channel != null) {
            return;
        }
        channel = ctx.channel();
        output = new ClientOutput(ctx.channel(), room.queued, this::writable);
        deadlines.begin();
        room.telemetry.connectionOpened();
        room.enter(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        reading = true;
        switch (state) {
            case BETWEEN, EXCHANGE -> {
                decode(bytes);
                if (decoder.heldBytes() > MAX_HELD_BYTES) {
                    ctx.channel().config().setAutoRead(false);
                }
            }
            case LINGERING -> {
                Lingering end = lingering;
                if (end == null || !end.drop(bytes)) {
                    closeNow();
                }
            }
            case HANDED_OVER, CLOSED -> bytes.release();
        }
    }

    /**
     * Feeds the decoder, or lets it go on with what it holds. What its callbacks want resumed is resumed here, one after the
     * other, so that a row of pipelined requests does not become a tower of calls.
     */
    private void decode(@Nullable ByteBuf bytes) {
        resumeWanted = bytes == null;
        decoding = true;
        try {
            if (bytes != null) {
                decoder.feed(bytes);
            }
            while (resumeWanted && (state == State.BETWEEN || state == State.EXCHANGE)) {
                resumeWanted = false;
                decoder.resume();
            }
        } finally {
            decoding = false;
        }
        if (state == State.BETWEEN && decoder.isMidHead() && deadlines.waitsForRequest()) {
            deadlines.waitFor(Waiting.HEAD);
        }
        if (decoder.heldBytes() <= MAX_HELD_BYTES && (state == State.BETWEEN || state == State.EXCHANGE)) {
            Channel c = channel();
            if (!c.config().isAutoRead()) {
                c.config().setAutoRead(true);
            }
        }
        if (!reading && output().isFlushWanted()) {
            flush();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Exchange running = exchange;
        if (running != null) {
            running.in.flush();
        }
        reading = false;
        ClientOutput out = output;
        if (out != null && out.isFlushWanted()) {
            flush();
        }
        ctx.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            writable();
        }
        ctx.fireChannelWritabilityChanged();
    }

    private void writable() {
        Exchange running = state == State.CLOSED ? null : exchange;
        if (running != null) {
            running.out.clientWritable();
        } else if (nextWaits) {
            nextRequest();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        // While lingering, TLS goes before the connection does.
        boolean ended = event instanceof ChannelInputShutdownEvent
                || (event instanceof SslCloseCompletionEvent && state != State.LINGERING);
        if (ended && state != State.HANDED_OVER) {
            // Half-close between or within requests: an HTTP client that shuts its side has left (RFC 9112 section
            // 9.6).
            clientLeft();
            ctx.close();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        clientLeft();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        boolean tls = cause instanceof DecoderException && cause.getCause() instanceof SSLException;
        if (tls) {
            log.debug("client connection: {}", cause.getCause().getClass().getSimpleName()); // messages may quote bytes
        } else if (cause instanceof IOException) {
            log.debug("client connection: {}", cause.toString());
        } else {
            log.error("client connection: closed after a fault of ours", cause);
        }
        stopNow();
    }

    /** A client in the middle of an answer sees that it is cut. */
    void stopNow() {
        Exchange running = exchange;
        if (running != null && running.out.isInBody() && channel != null) {
            Cut.at(channel);
        }
        closeNow();
    }

    private void clientLeft() {
        if (state == State.CLOSED || channel == null) {
            return;
        }
        boolean ours = state != State.HANDED_OVER;
        state = State.CLOSED;
        deadlines.waitFor(Waiting.NOTHING);
        Exchange running = exchange;
        if (running != null && ours) {
            exchange = null;
            running.clientLeft();
        }
        if (ours) {
            decoder.close();
        }
        gone();
    }

    private void gone() {
        ClientOutput out = output;
        if (out != null) {
            out.drop();
        }
        room.leave(this);
        room.telemetry.connectionClosed();
    }

    // ---- what the decoder found

    @Override
    public void head(ParsedRequest head) {
        state = State.EXCHANGE;
        deadlines.waitFor(Waiting.NOTHING);
        head.client(identity.of(head));
        busy = true;
        Exchange begun = spent;
        if (begun == null) {
            begun = new Exchange(this, head);
        } else {
            spent = null;
            begun.again(head);
        }
        exchange = begun;
        if (head.hasBody()) {
            decoder.pause();
        }
        RequestRates rates = room.rates;
        long wait = rates == null || identity.isTrustedProxy()
                ? 0
                : rates.take(ClientKey.of(head.client().address()));
        if (wait == 0) {
            begun.begin();
        } else {
            begun.refuse(wait);
        }
    }

    @Override
    public void body(ByteBuf piece) {
        Exchange running = exchange;
        if (running == null) {
            piece.release();
            return;
        }
        running.in.body(piece);
    }

    @Override
    public void end(Headers trailers) {
        Exchange running = exchange;
        if (running != null) {
            running.in.end(trailers);
        }
    }

    @Override
    public void rejected(Rejection rejection) {
        Exchange running = exchange;
        if (running != null) {
            running.requestRejected(rejection);
            return;
        }
        room.telemetry.exchangeBegan();
        RejectedHead line = new RejectedHead(this, rejection, room.requestIds.next());
        answerAndClose(rejection.status(), rejection.reason());
        room.telemetry.exchangeEnded(line);
    }

    // ---- what the exchange asks for

    /** The exchange's answer is out and its request read, or given up. */
    void exchangeEnded(Exchange ended, boolean keepAlive) {
        if (exchange != ended) {
            return;
        }
        exchange = null;
        spent = null; // those that follow within this call are others
        if (state != State.EXCHANGE) {
            return;
        }
        if (!keepAlive || room.isStopping()) {
            linger(ended.in.isDone());
            return;
        }
        state = State.BETWEEN;
        if (isWritable()) {
            nextRequest();
        } else {
            // Else a client that only asks would have us keep answers without bound. The write time-out runs meanwhile.
            nextWaits = true;
            deadlines.waitFor(Waiting.NOTHING);
        }
        if (!ended.isShared() && state != State.CLOSED) {
            spent = ended;
        }
    }

    private void nextRequest() {
        nextWaits = false;
        if (state == State.BETWEEN) {
            deadlines.waitFor(Waiting.NEXT_REQUEST);
            resume();
        }
    }

    private void resume() {
        if (decoding) {
            resumeWanted = true;
        } else {
            decode(null);
        }
    }

    /** More of the request body is wanted. */
    void wantBody() {
        resume();
        Exchange running = exchange;
        if (!decoding && running != null && state == State.EXCHANGE) {
            running.in.flush();
        }
    }

    /** No more of the request body for now. */
    void holdBody() {
        resumeWanted = false;
        decoder.pause();
    }

    /** Takes ownership. */
    void write(ByteBuf bytes) {
        written += bytes.readableBytes();
        output().write(bytes);
    }

    /** A buffer made for this answer, which may grow. Takes ownership. */
    void writeHead(ByteBuf bytes) {
        written += bytes.readableBytes();
        output().head(bytes);
    }

    boolean isWritable() {
        return output().isWritable();
    }

    void flush() {
        output().flush();
    }

    /** Flushes at the end of this connection's read when it is in one, else at once. */
    void flushSoon() {
        if (!decoding && !reading && output().isFlushWanted()) {
            flush();
        }
    }

    /** An answer that ends the connection, for when there is no exchange to give it. */
    private void answerAndClose(int status, String reason) {
        writeHead(ClientHead.error(
                channel().alloc(),
                "GET",
                listener.strictTransport,
                status,
                ClientHead.errorText(status, reason, ""),
                false));
        linger(false);
    }

    /** The connection ends once all that is queued is out. */
    private void linger(boolean requestRead) {
        state = State.LINGERING;
        decoder.close();
        spent = null;
        output().pass();
        lingering = Lingering.begin(channel(), requestRead, deadlines);
    }

    /** Closes at once; a client in the middle of an answer sees that it is cut (a reset where only the close would tell). */
    void abort() {
        Cut.at(channel());
        closeNow();
    }

    /** Sends what is queued and closes: the client sees by the framing that the answer is incomplete. */
    void cut() {
        flush();
        closeNow();
    }

    void closeNow() {
        Channel c = channel;
        if (c != null) {
            Runnable owner = successor;
            if (owner != null) {
                owner.run();
            }
            clientLeft();
            c.close();
        }
    }

    /** Gives the channel away: this handler takes no further part but in the end of it. */
    ByteBuf handOver() {
        Channel c = channel();
        state = State.HANDED_OVER;
        deadlines.waitFor(Waiting.NOTHING);
        c.config().setAutoRead(false);
        ByteBuf rest = decoder.takeRest();
        output().leave();
        c.pipeline().remove(this);
        return rest;
    }

    /** @param goAway ends what owns the channel now, as its protocol has it; may be called more than once */
    void succeededBy(Runnable goAway) {
        successor = goAway;
        if (room.isStopping()) {
            goAway.run();
        }
    }

    void handedOverEnded() {
        exchange = null;
        if (state == State.HANDED_OVER) {
            state = State.CLOSED;
            gone();
        }
    }

    // ---- time

    void sweep(long now) {
        if (state == State.HANDED_OVER || state == State.CLOSED) {
            return;
        }
        if (!busy) {
            spent = null; // an idle connection holds as little as it can
        }
        busy = false;
        output().count();
        Exchange running = exchange;
        if (!deadlines.writeProgresses(channel(), written, now)) {
            log.debug("client takes nothing or too little within {}: closed", room.timeouts.write());
            room.telemetry.requestRefused("slow-read");
            if (running != null) {
                running.failure = "the client took nothing or too little within the write time-out";
            }
            abort();
            return;
        }
        if (running != null && !deadlines.uploads(running.in.bytes(), now)) {
            deadlines.waitFor(Waiting.NOTHING);
            slowBody(running, "body slower than the least upload rate");
            return;
        }
        switch (deadlines.expired(now)) {
            case NOTHING -> {}
            case NEXT_REQUEST -> linger(true); // what is queued of the last answer still goes out
            case FIRST_REQUEST -> {
                room.telemetry.requestRefused("no-request");
                linger(true);
            }
            case LINGER -> closeNow();
            case HEAD -> {
                room.telemetry.requestRefused("slow-head");
                rejected(new Rejection(408, "head not complete within the head time-out"));
            }
            case BODY -> {
                if (running != null) {
                    slowBody(running, "no piece of the body within the body time-out");
                }
            }
            case DECISION -> {
                if (running != null) {
                    running.decisionTimedOut();
                }
            }
        }
    }

    /** For how long the client has taken nothing of what is queued for it; 0 when nothing is. */
    long stalledNanos(long now) {
        boolean waits = state != State.HANDED_OVER && state != State.CLOSED && output().isMuch();
        return waits ? deadlines.stalledNanos(now) : 0;
    }

    /** Memory is needed for others. */
    void letGo() {
        room.telemetry.requestRefused("stalled");
        Exchange running = exchange;
        if (running != null) {
            running.failure = "the client took nothing while memory for queued answers was short";
        }
        abort();
    }

    private void slowBody(Exchange running, String why) {
        room.telemetry.requestRefused("slow-body");
        if (running.out.isInBody()) {
            // Answered already: nothing more is needed of the request. The upstream's time-outs go on.
            running.lastOnConnection();
        } else {
            running.requestRejected(new Rejection(408, why));
        }
    }

    /** The engine stops: no further request; what runs may finish. */
    void stop() {
        Runnable owner = successor;
        if (owner != null) {
            owner.run();
        } else if (state == State.BETWEEN && !decoder.isMidHead()) {
            linger(!nextWaits); // what is queued of the last answer still goes out
        }
    }
}
