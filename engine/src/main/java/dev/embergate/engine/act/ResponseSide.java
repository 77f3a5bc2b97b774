package dev.embergate.engine.act;

import dev.embergate.engine.decode.ParsedResponse;
import dev.embergate.engine.encode.ClientHead;
import dev.embergate.engine.encode.HttpsRedirect;
import dev.embergate.engine.encode.Tunnel;
import dev.embergate.engine.encode.WebSocketEndpoint;
import dev.embergate.engine.spi.Conversation;
import dev.embergate.engine.spi.HeadEdits;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * The way of an answer to the client: one head, framed pieces, an end. Where the pieces come from is an {@link AnswerSource}'s
 * business.
 *
 * <table>
 * <caption>States</caption>
 * <tr><td>NOTHING</td><td>no byte of the final answer is out: a failure becomes a status</td></tr>
 * <tr><td>BODY</td><td>the head is out: a failure cuts the connection, so that the client sees the answer is incomplete</td></tr>
 * <tr><td>DONE</td><td>all is out, or cut</td></tr>
 * <tr><td>HANDED_OVER</td><td>a tunnel or WebSocket owns the channel</td></tr>
 * </table>
 */
final class ResponseSide {
    private enum State {
        NOTHING,
        BODY,
        DONE,
        HANDED_OVER
    }

    /** How the client finds the end of the body (RFC 9112 section 6). */
    enum Framing {
        NONE,
        LENGTH,
        CHUNKED,
        CLOSE
    }

    private final Exchange exchange;
    private final ClientConnection client;
    private State state = State.NOTHING;
    private Framing framing = Framing.NONE;
    private boolean anyChunk;
    private int status;
    private long bytes;
    private long bytesUp;
    private long headAt;
    private @Nullable AnswerSource source;

    ResponseSide(Exchange exchange) {
        this.exchange = exchange;
        this.client = exchange.connection;
    }

    void again() {
        state = State.NOTHING;
        framing = Framing.NONE;
        anyChunk = false;
        status = 0;
        bytes = 0;
        bytesUp = 0;
        headAt = 0;
        source = null;
    }

    boolean isDone() {
        return state == State.DONE;
    }

    boolean isUntouched() {
        return state == State.NOTHING;
    }

    boolean isInBody() {
        return state == State.BODY;
    }

    /** 0 while no final head is out. */
    int status() {
        return status;
    }

    /** Body bytes to the client; of a tunnel, all bytes. */
    long bytes() {
        return bytes;
    }

    /** What a tunnel or WebSocket received from the client. */
    long bytesUp() {
        return bytesUp;
    }

    /** When the final head went out, by {@link System#nanoTime}; 0 before. */
    long headAt() {
        return headAt;
    }

    // ---- whole answers

    void redirect(Outcome.Redirect redirect) {
        exchange.in.discardRest();
        exchange.bytesKept = redirect.bytesKept();
        headGoes(redirect.status(), Framing.NONE);
        client.writeHead(ClientHead.redirect(
                alloc(), exchange.request, client.listener.strictTransport, redirect, exchange.keepsAlive()));
        finish(Headers.EMPTY);
        client.flushSoon();
    }

    /** 308 to the same address in https at that port. */
    void redirectToHttps(int port) {
        exchange.in.discardRest();
        headGoes(308, Framing.NONE);
        client.writeHead(HttpsRedirect.head(alloc(), exchange.request, port, exchange.keepsAlive()));
        finish(Headers.EMPTY);
        client.flushSoon();
    }

    /** A short text of ours with that status. */
    void error(int code, String why) {
        exchange.in.discardRest();
        headGoes(code, Framing.NONE);
        String method = exchange.request.method();
        byte[] text = ClientHead.errorText(code, why, exchange.requestId());
        client.writeHead(
                ClientHead.error(alloc(), method, client.listener.strictTransport, code, text, exchange.keepsAlive()));
        bytes = method.equals("HEAD") ? 0 : text.length;
        finish(Headers.EMPTY);
        client.flushSoon();
    }

    // ---- answers piece by piece

    void comesFrom(AnswerSource answer) {
        source = answer;
    }

    /** Sends the head of an answer given here; {@link #write} and {@link #finish} follow. */
    void replyHead(int code, Headers headers, long contentLength) {
        headGoes(code, Framing.NONE);
        client.writeHead(ClientHead.reply(
                alloc(),
                exchange.request,
                client.listener.strictTransport,
                code,
                headers,
                contentLength,
                exchange.keepsAlive()));
    }

    /** Sends the head of an answer given earlier; {@link #write} and {@link #finish} follow. */
    void keptHead(int code, Headers headers, long contentLength) {
        headGoes(code, Framing.NONE);
        client.writeHead(ClientHead.kept(
                alloc(),
                exchange.request,
                client.listener.strictTransport,
                code,
                headers,
                contentLength,
                exchange.keepsAlive()));
    }

    /** Relays an interim answer, where the client's version knows them (RFC 9110 section 15.2). */
    void interim(ParsedResponse head) {
        if (state == State.NOTHING && !exchange.request.isHttp10()) {
            client.writeHead(ClientHead.interim(alloc(), head));
            client.flushSoon();
        }
    }

    /** Sends the head of a relayed answer; {@link #write} and {@link #finish} follow. */
    void relayHead(ParsedResponse head, HeadEdits edits, boolean rewritten, Framing chosen, long contentLength) {
        if (chosen == Framing.CLOSE) {
            exchange.lastOnConnection();
        }
        headGoes(edits.status() == 0 ? head.status() : edits.status(), chosen);
        client.writeHead(ClientHead.relay(
                alloc(),
                exchange.request,
                client.listener.strictTransport,
                head,
                edits,
                rewritten,
                chosen == Framing.CHUNKED,
                contentLength,
                exchange.keepsAlive()));
    }

    /** For a body of unknown length: chunked for those who know how (RFC 9112 section 6.1). */
    Framing framingWithoutLength() {
        return exchange.request.isHttp10() ? Framing.CLOSE : Framing.CHUNKED;
    }

    /** Takes ownership of the piece. Not flushed by itself. */
    void write(ByteBuf piece) {
        int length = piece.readableBytes();
        if (length == 0) {
            piece.release();
            return;
        }
        bytes += length;
        if (framing == Framing.CHUNKED) {
            client.write(ClientHead.chunk(alloc(), length, !anyChunk));
            anyChunk = true;
        }
        client.write(piece);
    }

    /** The answer is complete. */
    void finish(Headers trailers) {
        if (framing == Framing.CHUNKED) {
            client.write(ClientHead.lastChunk(alloc(), trailers, !anyChunk));
        }
        state = State.DONE;
        source = null;
        exchange.progressed();
    }

    private void headGoes(int code, Framing chosen) {
        state = State.BODY;
        framing = chosen;
        status = code;
        headAt = System.nanoTime();
    }

    private ByteBufAllocator alloc() {
        return client.channel().alloc();
    }

    /** The client takes more. */
    void clientWritable() {
        AnswerSource from = source;
        if (from != null) {
            from.clientWritable();
        }
    }

    // ---- channels that change hands

    /** The upstream switched protocols: both channels become a tunnel. */
    void tunnel(ParsedResponse head, Channel upstream, ByteBuf rest) {
        handedOver();
        Channel channel = client.channel();
        client.write(ClientHead.upgraded(alloc(), head));
        client.flush();
        ByteBuf clientRest = client.handOver();
        Tunnel.Handle tunnel = Tunnel.open(
                channel, clientRest, upstream, rest, exchange.room.timeouts.tunnelIdle(), this::handedOverClosed);
        client.succeededBy(tunnel::close);
    }

    void converse(Conversation conversation) {
        handedOver();
        Channel channel = client.channel();
        ByteBuf rest = client.handOver();
        WebSocketEndpoint.Handle socket =
                WebSocketEndpoint.open(channel, exchange.request, conversation, rest, this::handedOverClosed);
        client.succeededBy(() -> socket.close(1001, "going away"));
    }

    private void handedOver() {
        exchange.share();
        state = State.HANDED_OVER;
        source = null;
        status = 101;
        headAt = System.nanoTime();
    }

    private void handedOverClosed(long toUpstream, long toClient) {
        bytesUp = toUpstream;
        bytes = toClient;
        exchange.handedOverEnded();
    }

    // ---- ends that were not meant to be

    /** Answers the status while no head is out; cuts what is out. */
    void fail(int code, String why) {
        State was = state;
        release();
        switch (was) {
            case NOTHING -> error(code, why);
            case BODY -> {
                state = State.DONE;
                if (framing == Framing.CLOSE) {
                    client.abort(); // a plain close would look like the end of the body
                } else {
                    client.cut();
                }
            }
            case DONE -> client.cut();
            case HANDED_OVER -> {}
        }
    }

    /** The client is gone. */
    void cancel() {
        release();
        if (state != State.HANDED_OVER) {
            state = State.DONE;
        }
    }

    private void release() {
        AnswerSource from = source;
        source = null;
        if (from != null) {
            from.release();
        }
    }
}
