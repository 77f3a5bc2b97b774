package dev.embergate.engine.decode;

import io.netty.buffer.ByteBuf;

/**
 * Bytes of one client connection to requests.
 *
 * <p>After each complete request it pauses by itself until {@link #resume}, so that a pipelined request waits; what has come
 * meanwhile is kept, and {@link #heldBytes} tells how much.
 */
public final class RequestDecoder {
    public RequestDecoder(DecodeLimits limits, MessageSink<ParsedRequest> sink) {
        throw new AssertionError("skeleton");
    }

    /** Takes ownership. Decodes as far as not paused. */
    public void feed(ByteBuf bytes) {
        throw new AssertionError("skeleton");
    }

    /** Stops after the current callback; may be called from one. */
    public void pause() {
        throw new AssertionError("skeleton");
    }

    /** Goes on with what is held. Not to be called from a callback. */
    public void resume() {
        throw new AssertionError("skeleton");
    }

    public int heldBytes() {
        throw new AssertionError("skeleton");
    }

    /** Whether the bytes so far end within a message: after the first byte of a head and before its body's end. */
    public boolean isMidMessage() {
        throw new AssertionError("skeleton");
    }

    /** Whether the bytes so far end within a head. */
    public boolean isMidHead() {
        throw new AssertionError("skeleton");
    }

    /** What was received and not decoded, after an upgrade; the caller owns it. The decoder is finished then. */
    public ByteBuf takeRest() {
        throw new AssertionError("skeleton");
    }

    /** Releases what is held; nothing is called any more. */
    public void close() {
        throw new AssertionError("skeleton");
    }
}
