package dev.embergate.engine.decode;

import io.netty.buffer.ByteBuf;

/**
 * Bytes of one upstream connection to answers. Interim answers (1xx but 101) come as heads followed by no end; the final head
 * follows.
 */
public final class ResponseDecoder {
    public ResponseDecoder(DecodeLimits limits, MessageSink<ParsedResponse> sink) {
        throw new AssertionError("skeleton");
    }

    /** A request has been sent: one answer is expected. Bytes without that are a rejection. */
    public void expect(String requestMethod) {
        throw new AssertionError("skeleton");
    }

    /** Takes ownership. Bytes after the answer's end that was expected are a rejection; after 101 they are held. */
    public void feed(ByteBuf bytes) {
        throw new AssertionError("skeleton");
    }

    /** The upstream closed: completes a body that runs until close; false when the answer is cut short by it. */
    public boolean inputClosed() {
        throw new AssertionError("skeleton");
    }

    /** What followed a 101; the caller owns it. The decoder is finished then. */
    public ByteBuf takeRest() {
        throw new AssertionError("skeleton");
    }

    public void close() {
        throw new AssertionError("skeleton");
    }
}
