package dev.embergate.engine.decode;

import io.netty.buffer.ByteBuf;

/**
 * Bytes of one client connection to requests.
 *
 * <p>After each complete request it pauses by itself until {@link #resume}, so that a pipelined request waits; what has come
 * meanwhile is kept, and {@link #heldBytes} tells how much. A head stays readable until the {@link #resume} that follows its end.
 *
 * <p>On one event loop. A feed or resume from within a callback only takes note; the call it is within goes on with it.
 */
public final class RequestDecoder {
    /** RFC 9112 section 2.2 has servers ignore at least one empty line before a request; more than a few are no request. */
    private static final int MAX_EMPTY_LINES = 4;

    private enum Phase {
        /** No octet of a request yet, but possibly empty lines. */
        BETWEEN,
        HEAD,
        BODY,
        FINISHED
    }

    private final MessageSink<ParsedRequest> sink;
    private final HeadParser headParser;
    private final BodyDecoder body;
    private final Intake intake = new Intake();
    private ParsedRequest head = new ParsedRequest();
    private Phase phase = Phase.BETWEEN;
    private boolean paused;
    private boolean running;
    private int emptyLines;
    private boolean crSeen;

    public RequestDecoder(DecodeLimits limits, MessageSink<ParsedRequest> sink) {
        this.sink = sink;
        this.headParser = HeadParser.forHeads(limits);
        this.body = new BodyDecoder(limits);
    }

    /** Takes ownership. Decodes as far as not paused. */
    public void feed(ByteBuf bytes) {
        if (phase == Phase.FINISHED) {
            bytes.release();
            return;
        }
        intake.add(bytes);
        run();
    }

    /** Stops after the current callback; may be called from one. */
    public void pause() {
        paused = true;
    }

    /** Goes on with what is held. From within a callback it only undoes a pause. */
    public void resume() {
        paused = false;
        run();
    }

    public int heldBytes() {
        return intake.readableBytes();
    }

    /**
     * Whether the bytes decoded so far end within a message: after the first byte of a head and before its body's end, told
     * or, while paused, not told yet. Empty lines before a head, and held bytes, do not count.
     */
    public boolean isMidMessage() {
        return isMidHead() || (phase == Phase.BODY && !body.isComplete());
    }

    /** Whether the bytes decoded so far end within a head. */
    public boolean isMidHead() {
        return phase == Phase.HEAD || crSeen;
    }

    /** What was received and not decoded, after an upgrade; the caller owns it. The decoder is finished then. */
    public ByteBuf takeRest() {
        phase = Phase.FINISHED;
        crSeen = false;
        return intake.takeAll();
    }

    /** Releases what is held; nothing is called any more. */
    public void close() {
        phase = Phase.FINISHED;
        crSeen = false;
        intake.release();
    }

    private void run() {
        if (running) {
            return;
        }
        running = true;
        try {
            boolean on = true;
            while (on && !paused) {
                on = switch (phase) {
                    case BETWEEN -> between();
                    case HEAD -> head();
                    case BODY -> body();
                    case FINISHED -> false;
                };
            }
        } finally {
            running = false;
        }
    }

    /** Each step tells whether there may be another one with what is held. */
    private boolean between() {
        recycle();
        ByteBuf in = intake.current();
        while (in.isReadable()) {
            byte b = in.getByte(in.readerIndex());
            if (crSeen ? b != '\n' : b != '\r') {
                if (crSeen || !Octets.isToken(b)) {
                    // At once: what begins like this, TLS for example, may never hold a line end.
                    return reject(
                            Rejection.malformed("request line: malformed method (expected: a token and one space)"));
                }
                emptyLines = 0;
                phase = Phase.HEAD;
                headParser.beginHead(head);
                return true;
            }
            in.skipBytes(1);
            if (crSeen && ++emptyLines > MAX_EMPTY_LINES) {
                return reject(Rejection.malformed("request line: only empty lines (expected: a request)"));
            }
            crSeen = !crSeen;
            in = intake.current();
        }
        return false;
    }

    private void recycle() {
        if (head.isDetached()) {
            head = new ParsedRequest();
        } else if (head.sizeBytes() > 0) {
            head.recycle();
        }
    }

    private boolean head() {
        ByteBuf in = intake.current();
        if (!in.isReadable()) {
            return false;
        }
        return switch (headParser.read(in)) {
            case MORE -> true;
            case REJECTED -> reject(headParser.rejection());
            case COMPLETE -> headComplete();
        };
    }

    private boolean headComplete() {
        Rejection fault = head.complete();
        if (fault != null) {
            return reject(fault);
        }
        intake.releaseRead();
        body.begin(head.framing(), head.contentLength());
        phase = Phase.BODY;
        sink.head(head);
        return true;
    }

    private boolean body() {
        int count = body.advance(intake.current());
        if (count > 0) {
            sink.body(intake.take(count));
            return true;
        }
        if (count == BodyDecoder.END) {
            intake.releaseRead();
            phase = Phase.BETWEEN;
            paused = true;
            sink.end(body.trailers());
            return true;
        }
        if (count == BodyDecoder.REJECTED) {
            return reject(body.rejection());
        }
        return intake.current().isReadable();
    }

    private boolean reject(Rejection why) {
        close();
        sink.rejected(why);
        return false;
    }
}
