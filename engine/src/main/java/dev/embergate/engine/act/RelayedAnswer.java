package dev.embergate.engine.act;

import dev.embergate.engine.decode.ParsedResponse;
import dev.embergate.engine.rewrite.RewritingBody;
import dev.embergate.engine.spi.HeadEdits;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.ResponsePlan;
import dev.embergate.engine.upstream.OutboundRequest;
import dev.embergate.engine.upstream.UpstreamCall;
import dev.embergate.engine.upstream.UpstreamFailure;
import dev.embergate.engine.upstream.UpstreamListener;
import dev.embergate.engine.upstream.UpstreamPool;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** An answer that comes from an upstream: reads it only while the client takes it, and follows the plan declared for it. */
final class RelayedAnswer implements AnswerSource, UpstreamListener {
    private final Exchange exchange;
    private final ResponseSide out;
    private ResponsePlan plan = ResponsePlan.RELAY;
    private @Nullable UpstreamCall call;
    private boolean callPaused;
    private @Nullable RewrittenBody rewritten;

    RelayedAnswer(Exchange exchange, ResponseSide out) {
        this.exchange = exchange;
        this.out = out;
    }

    /**
     * Once an exchange.
     *
     * @param watched who hears of the answer before it is relayed; null for nobody
     */
    void open(
            UpstreamPool pool,
            OutboundRequest request,
            ResponsePlan declared,
            byte @Nullable [] body,
            @Nullable WatchedAnswer watched) {
        plan = declared;
        callPaused = false;
        rewritten = null;
        UpstreamListener listener = this;
        if (watched == null) {
            out.comesFrom(this);
        } else {
            exchange.share();
            watched.watch(this);
            out.comesFrom(watched);
            listener = watched;
        }
        UpstreamCall opened = pool.open(request, listener);
        call = opened;
        exchange.in.streamTo(opened, body);
    }

    @Override
    public void writable() {
        exchange.in.callWritable();
    }

    @Override
    public void interim(ParsedResponse head) {
        if (head.status() == 100) {
            exchange.in.continued();
        }
        out.interim(head);
    }

    @Override
    public void head(ParsedResponse head) {
        if (!exchange.in.isDone()) {
            // An early answer: the rest of the request may never be read, so nothing may follow it on this connection.
            exchange.lastOnConnection();
        }
        if (plan instanceof ResponsePlan.Rewrite rewrite) {
            RewritingBody body;
            try {
                body = RewritingBody.open(
                        rewrite.transform(),
                        exchange.request.method(),
                        head,
                        exchange.connection.channel().alloc());
            } catch (Throwable e) {
                transformFailed(e);
                return;
            }
            if (body != null) {
                exchange.share();
                rewritten = new RewrittenBody(exchange, this, head, body);
                return;
            }
        }
        ResponseSide.Framing framing = exchange.request.method().equals("HEAD") || hasNoBody(head.status())
                ? ResponseSide.Framing.NONE
                : head.contentLength() >= 0 ? ResponseSide.Framing.LENGTH : out.framingWithoutLength();
        boolean ofRewritten;
        try {
            ofRewritten = isHeadOfRewritten(head);
        } catch (Throwable e) {
            transformFailed(e);
            return;
        }
        sendHead(head, ofRewritten, framing, ofRewritten ? -1 : head.contentLength());
    }

    /** RFC 9112 section 6.3 rule 1. */
    private static boolean hasNoBody(int status) {
        return status == 204 || status == 304;
    }

    /** Whether GET would have been rewritten: length and validators of the old body must not be told (RFC 9110 section 8.6). */
    private boolean isHeadOfRewritten(ParsedResponse head) throws Exception {
        if (!(plan instanceof ResponsePlan.Rewrite rewrite)
                || !exchange.request.method().equals("HEAD")) {
            return false;
        }
        try (RewritingBody would = RewritingBody.open(
                rewrite.transform(), "GET", head, exchange.connection.channel().alloc())) {
            return would != null;
        }
    }

    /** False when the plan's edit failed, which then has been answered. */
    boolean sendHead(ParsedResponse head, boolean isRewritten, ResponseSide.Framing framing, long contentLength) {
        HeadEdits edits;
        try {
            edits = switch (plan) {
                case ResponsePlan.Relay relay -> HeadEdits.NONE;
                case ResponsePlan.EditHead edit -> edit.edit().apply(head);
                case ResponsePlan.Rewrite rewrite -> rewrite.edit().apply(head);
            };
        } catch (Throwable e) {
            transformFailed(e);
            return false;
        }
        long length = contentLength;
        if (edits.status() != 0 && hasNoBody(edits.status()) != hasNoBody(head.status())) {
            if (!hasNoBody(head.status())) {
                if (framing != ResponseSide.Framing.NONE) {
                    transformFailed(new IllegalArgumentException("status: " + edits.status()
                            + " for an answer with a body (expected: one that may have it)"));
                    return false;
                }
            } else if (!exchange.request.method().equals("HEAD")) {
                length = 0; // else the client waits for the end of a body
            }
        }
        out.relayHead(head, edits, isRewritten, framing, length);
        return true;
    }

    @Override
    public void body(ByteBuf piece) {
        RewrittenBody rewriting = rewritten;
        if (rewriting != null) {
            rewriting.offer(piece);
        } else if (out.isInBody()) {
            out.write(piece);
            balance();
        } else {
            piece.release();
        }
    }

    @Override
    public void end(Headers trailers) {
        call = null;
        exchange.in.callEnded();
        RewrittenBody rewriting = rewritten;
        if (rewriting != null) {
            rewriting.complete();
        } else if (out.isInBody()) {
            out.finish(trailers);
            exchange.connection.flushSoon();
        }
    }

    @Override
    public void readComplete() {
        if (out.isInBody() || out.isDone()) {
            exchange.connection.flushSoon();
        }
    }

    @Override
    public void upgraded(ParsedResponse head, Channel upstream, ByteBuf rest) {
        call = null;
        out.tunnel(head, upstream, rest);
    }

    @Override
    public void failed(UpstreamFailure cause) {
        call = null;
        exchange.in.callEnded();
        exchange.upstreamFailed(cause);
    }

    /** A transform or head edit of the rule's failed; the upstream's answer is of no use any more. */
    void transformFailed(Throwable cause) {
        exchange.in.callEnded();
        exchange.transformFailed(cause);
    }

    /** Reads the upstream while the client takes more and no rewriter is behind, else not. */
    void balance() {
        UpstreamCall running = call;
        if (running == null) {
            return;
        }
        RewrittenBody rewriting = rewritten;
        boolean hold = !exchange.connection.isWritable() || (rewriting != null && rewriting.isBehind());
        if (hold != callPaused) {
            callPaused = hold;
            if (hold) {
                running.pauseReading();
            } else {
                running.resumeReading();
            }
        }
    }

    @Override
    public void clientWritable() {
        RewrittenBody rewriting = rewritten;
        if (rewriting != null) {
            rewriting.pump();
        } else {
            balance();
        }
    }

    @Override
    public void release() {
        UpstreamCall running = call;
        call = null;
        if (running != null) {
            running.abort();
        }
        RewrittenBody rewriting = rewritten;
        rewritten = null;
        if (rewriting != null) {
            rewriting.close();
        }
    }
}
