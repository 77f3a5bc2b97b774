package dev.embergate.engine.act;

import dev.embergate.engine.decode.ParsedResponse;
import dev.embergate.engine.rewrite.RewritingBody;
import dev.embergate.engine.spi.Headers;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A relayed body that a transform changes on its way. The head waits for the first output, so that a transform that fails at
 * once still becomes a status, and short output can be sent with its length.
 */
final class RewrittenBody {
    private static final int MAX_HELD_BYTES = 64 << 10;

    private final Exchange exchange;
    private final RelayedAnswer answer;
    private final RewritingBody body;
    private @Nullable ParsedResponse heldHead;
    private final List<ByteBuf> held = new ArrayList<>(4);
    private long heldBytes;
    private boolean complete;
    private boolean behind;
    private boolean pumping;
    private boolean closed;

    RewrittenBody(Exchange exchange, RelayedAnswer answer, ParsedResponse head, RewritingBody body) {
        this.exchange = exchange;
        this.answer = answer;
        head.detach(); // it is sent with the first output, which may be made after the answer's end
        this.heldHead = head;
        this.body = body;
    }

    /** Whether there is output still to be made of what has come. */
    boolean isBehind() {
        return behind;
    }

    void offer(ByteBuf piece) {
        body.offer(piece);
        pump();
    }

    /** The upstream's body is complete. */
    void complete() {
        complete = true;
        body.complete();
        pump();
    }

    /** Makes some output, and comes back for more by itself while the client takes it, letting others have their turn. */
    void pump() {
        if (closed || pumping) {
            return;
        }
        pumping = true;
        boolean drained;
        try {
            drained = body.pump(this::output);
        } catch (Throwable e) {
            answer.transformFailed(e);
            return;
        } finally {
            pumping = false;
        }
        if (closed) {
            return; // the head could not be made, or the client went while we wrote
        }
        behind = !drained;
        if (drained && complete) {
            finish();
            return;
        }
        answer.balance();
        if (behind) {
            exchange.connection.flush();
            if (!closed && exchange.connection.isWritable()) {
                exchange.room.loop.execute(() -> exchange.guarded(this::pump));
            }
        }
    }

    private void output(ByteBuf piece) {
        if (closed) {
            piece.release();
            return;
        }
        ParsedResponse head = heldHead;
        if (head == null) {
            exchange.out.write(piece);
            return;
        }
        held.add(piece);
        heldBytes += piece.readableBytes();
        if (heldBytes > MAX_HELD_BYTES) {
            heldHead = null;
            if (answer.sendHead(head, true, exchange.out.framingWithoutLength(), -1)) {
                writeHeld();
            }
        }
    }

    private void finish() {
        ParsedResponse head = heldHead;
        heldHead = null;
        if (head != null) {
            if (!answer.sendHead(head, true, ResponseSide.Framing.LENGTH, heldBytes)) {
                return;
            }
            writeHeld();
        }
        close();
        exchange.out.finish(Headers.EMPTY);
        exchange.connection.flushSoon();
    }

    private void writeHeld() {
        for (ByteBuf piece : held) {
            exchange.out.write(piece);
        }
        held.clear();
    }

    void close() {
        if (closed) {
            return;
        }
        closed = true;
        heldHead = null;
        held.forEach(ByteBuf::release);
        held.clear();
        body.close();
    }
}
