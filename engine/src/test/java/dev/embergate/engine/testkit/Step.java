package dev.embergate.engine.testkit;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/**
 * One thing an {@link Origin} does on a connection. Several in a row are the behaviour for one request:
 *
 * <pre>{@code
 * origin.answers(readBody(), send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));   // the ordinary answer
 * origin.answers(send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"), readBody()); // early: before the body
 * origin.answers(send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal"), reset());     // reset after n bytes
 * origin.answers(send("HTTP/1."), stall());                                             // half a status line, then silence
 * origin.answers(send(head), endless(4096));                                            // a body without end
 * origin.answers(send(head), dribble(body, tickets));                                   // a byte for each permit
 * origin.answers(send("HTTP/1.1 101 Switching Protocols\r\n..."), echo());              // after an upgrade
 * }</pre>
 */
public sealed interface Step {
    /** Text goes out as ISO 8859-1. */
    static Step send(String text) {
        return new Send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static Step send(byte[] bytes) {
        return new Send(bytes);
    }

    /** Reads the request's body to its end, by Content-Length or chunked; nothing when there is none. */
    static Step readBody() {
        return new ReadBody();
    }

    /** Sends no more; takes in whatever comes until the peer closes, so {@link OriginConnection#awaitClosed} notices that. */
    static Step stall() {
        return new Stall();
    }

    /** Neither sends nor reads until {@code until} opens: the peer runs into full socket buffers. */
    static Step hold(CountDownLatch until) {
        return new Hold(until);
    }

    /** Closes in order (FIN). Bytes that were received and not read would make it a reset: read them first. */
    static Step close() {
        return new Close();
    }

    /** Closes with RST (SO_LINGER 0). Bytes sent just before may be lost on their way: {@link #hold} until they arrived. */
    static Step reset() {
        return new Reset();
    }

    /** Half-closes (FIN) and goes on reading. */
    static Step shutdownOutput() {
        return new ShutdownOutput();
    }

    /** Sends pieces of that many bytes until the peer goes away; {@link OriginConnection#sent} counts. */
    static Step endless(int pieceBytes) {
        return new Endless(pieceBytes);
    }

    /** Sends one byte for each permit of {@code tickets}. */
    static Step dribble(byte[] bytes, Semaphore tickets) {
        return new Dribble(bytes, tickets);
    }

    /** Sends back whatever comes until the peer half-closes, then half-closes too and closes. */
    static Step echo() {
        return new Echo();
    }

    /** @param bytes sent in one write */
    record Send(byte[] bytes) implements Step {}

    /** See {@link Step#readBody}. */
    record ReadBody() implements Step {}

    /** See {@link Step#stall}. */
    record Stall() implements Step {}

    /** See {@link Step#hold}. */
    record Hold(CountDownLatch until) implements Step {}

    /** See {@link Step#close}. */
    record Close() implements Step {}

    /** See {@link Step#reset}. */
    record Reset() implements Step {}

    /** See {@link Step#shutdownOutput}. */
    record ShutdownOutput() implements Step {}

    /** See {@link Step#endless}. */
    record Endless(int pieceBytes) implements Step {}

    /** See {@link Step#dribble}. */
    record Dribble(byte[] bytes, Semaphore tickets) implements Step {}

    /** See {@link Step#echo}. */
    record Echo() implements Step {}
}
