package dev.embergate.engine.act;

import dev.embergate.engine.encode.BodySource;
import dev.embergate.engine.encode.Replies;
import dev.embergate.engine.encode.Reply;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** An answer given here: prepared, then pulled piece by piece as the client takes it. */
final class LocalAnswer implements AnswerSource, BodySource.Receiver {
    private final Exchange exchange;
    private final ResponseSide out;
    private @Nullable BodySource source;
    private @Nullable Runnable spoiled;
    private boolean pullWanted;
    private boolean released;

    private LocalAnswer(Exchange exchange) {
        this.exchange = exchange;
        this.out = exchange.out;
    }

    static void give(Exchange exchange, Outcome.Respond respond) {
        exchange.share();
        LocalAnswer answer = new LocalAnswer(exchange);
        exchange.in.discardRest();
        exchange.out.comesFrom(answer);
        Replies.prepare(
                exchange.request, respond, exchange.room.loop, reply -> exchange.guarded(() -> answer.prepared(reply)));
    }

    /**
     * An answer that was given earlier by an upstream.
     *
     * @param spoiled called when its body cannot be read
     */
    static void giveKept(Exchange exchange, Reply reply, Runnable spoiled) {
        LocalAnswer answer = new LocalAnswer(exchange);
        answer.spoiled = spoiled;
        answer.source = reply.source(); // closed from now on whatever happens
        exchange.in.discardRest();
        exchange.out.comesFrom(answer);
        exchange.out.keptHead(reply.status(), reply.headers(), reply.contentLength());
        answer.send(reply.source());
    }

    private void prepared(Reply reply) {
        BodySource body = reply.source();
        if (released) {
            if (body != null) {
                body.close();
            }
            return;
        }
        out.replyHead(reply.status(), reply.headers(), reply.contentLength());
        send(body);
    }

    private void send(@Nullable BodySource body) {
        source = body;
        if (body == null) {
            out.finish(Headers.EMPTY);
        } else {
            pull(body);
        }
        exchange.connection.flushSoon();
    }

    private void pull(BodySource body) {
        pullWanted = false;
        body.next(exchange.room.loop, this);
    }

    @Override
    public void piece(ByteBuf piece, boolean last) {
        BodySource body = source;
        if (released || body == null) {
            piece.release();
            return;
        }
        out.write(piece);
        if (last) {
            source = null;
            body.close();
            out.finish(Headers.EMPTY);
        } else if (exchange.connection.isWritable()) {
            pull(body);
        } else {
            pullWanted = true;
        }
        exchange.connection.flushSoon();
    }

    @Override
    public void failed(Exception cause) {
        if (!released) {
            Runnable told = spoiled;
            if (told != null) {
                told.run();
            }
            exchange.fail(500, "the body could not be read: " + cause.getClass().getSimpleName());
        }
    }

    @Override
    public void clientWritable() {
        BodySource body = source;
        if (pullWanted && body != null) {
            pull(body);
        }
    }

    @Override
    public void release() {
        released = true;
        BodySource body = source;
        source = null;
        if (body != null) {
            body.close();
        }
    }
}
