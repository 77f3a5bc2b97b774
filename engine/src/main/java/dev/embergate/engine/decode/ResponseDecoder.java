package dev.embergate.engine.decode;

import io.netty.buffer.ByteBuf;

/**
 * Bytes of one upstream connection to answers. Interim answers (1xx but 101) come as heads followed by no end; the final head
 * follows. A 101 comes as a head followed by no end either: HTTP ends with it, and {@link #takeRest} has what follows.
 *
 * <p>On one event loop. A head is readable until the end of its answer has been told, an interim one during its call only. A
 * feed from within a callback only takes note; the call it is within goes on with it.
 */
public final class ResponseDecoder {
    /** Before one final answer. Each is relayed, so an upstream must not go on for ever. */
    private static final int MAX_INTERIM = 64;

    private static final Rejection UNASKED =
            Rejection.malformed("answer: bytes that no request asked for (expected: none)");

    private enum Phase {
        /** No answer is expected. */
        IDLE,
        HEAD,
        BODY,
        UPGRADED,
        FINISHED
    }

    private final MessageSink<ParsedResponse> sink;
    private final HeadParser headParser;
    private final BodyDecoder body;
    private final Intake intake = new Intake();
    private ParsedResponse head = new ParsedResponse();
    private Phase phase = Phase.IDLE;
    private boolean running;
    private boolean toHeadRequest;
    private boolean surplus;
    private int interims;

    public ResponseDecoder(DecodeLimits limits, MessageSink<ParsedResponse> sink) {
        this.sink = sink;
        this.headParser = HeadParser.forHeads(limits);
        this.body = new BodyDecoder(limits);
    }

    /**
     * A request has been sent: one answer is expected. Bytes without that are a rejection. May be called from
     * {@link MessageSink#end}.
     *
     * @throws IllegalStateException while another answer is awaited: requests are not pipelined
     */
    public void expect(String requestMethod) {
        if (phase == Phase.FINISHED) {
            return;
        }
        if (phase != Phase.IDLE) {
            throw new IllegalStateException(
                    "expect: in phase " + phase + " (expected: after the end of the answer before)");
        }
        toHeadRequest = requestMethod.equals("HEAD");
        recycle();
        interims = 0;
        beginHead();
    }

    /** Takes ownership. Bytes after the answer's end that was expected are a rejection; after 101 they are held. */
    public void feed(ByteBuf bytes) {
        if (phase == Phase.FINISHED) {
            bytes.release();
            return;
        }
        intake.add(bytes);
        run();
    }

    /**
     * Whether more was received than the answer that was expected. Asked in {@link MessageSink#end}, it tells that a rejection
     * follows and the connection is not to be used again: the surplus must never be read as the answer to another request
     * (RFC 9112 section 6.3).
     */
    public boolean hasSurplus() {
        return surplus;
    }

    /**
     * The upstream closed: completes a body that runs until close; false when the answer is cut short by it, or has not even
     * begun. The decoder is finished, but for {@link #takeRest} after a 101.
     */
    public boolean inputClosed() {
        boolean whole = phase != Phase.HEAD && phase != Phase.BODY;
        if (phase == Phase.BODY && body.isUntilClose()) {
            whole = true;
            close();
            sink.end(body.trailers());
        } else if (phase != Phase.UPGRADED) {
            close();
        }
        return whole;
    }

    /** What followed a 101; the caller owns it. The decoder is finished then. */
    public ByteBuf takeRest() {
        phase = Phase.FINISHED;
        return intake.takeAll();
    }

    /** Releases what is held; nothing is called any more. */
    public void close() {
        phase = Phase.FINISHED;
        intake.release();
    }

    private void run() {
        if (running) {
            return;
        }
        running = true;
        try {
            boolean on = true;
            while (on) {
                on = switch (phase) {
                    case IDLE -> idle();
                    case HEAD -> head();
                    case BODY -> body();
                    case UPGRADED, FINISHED -> false;
                };
            }
        } finally {
            running = false;
        }
    }

    /** Each step tells whether there may be another one with what is held. */
    private boolean idle() {
        if (!intake.current().isReadable()) {
            return false;
        }
        return reject(UNASKED);
    }

    private void beginHead() {
        head.toHeadRequest(toHeadRequest);
        headParser.beginHead(head);
        phase = Phase.HEAD;
    }

    private void recycle() {
        if (head.isDetached()) {
            head = new ParsedResponse();
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
        int status = head.status();
        if (status == 101) {
            phase = Phase.UPGRADED;
            sink.head(head);
            return false;
        }
        if (status >= 200) {
            body.begin(head.framing(), head.contentLength());
            phase = Phase.BODY;
            sink.head(head);
            return true;
        }
        if (++interims > MAX_INTERIM) {
            return reject(Rejection.malformed("answer: too many interim ones (expected: at most " + MAX_INTERIM + ")"));
        }
        sink.head(head);
        if (phase == Phase.HEAD) {
            recycle();
            beginHead();
        }
        return true;
    }

    private boolean body() {
        int count = body.advance(intake.current());
        if (count > 0) {
            sink.body(intake.take(count));
            return true;
        }
        if (count == BodyDecoder.END) {
            return end();
        }
        if (count == BodyDecoder.REJECTED) {
            return reject(body.rejection());
        }
        return intake.current().isReadable();
    }

    private boolean end() {
        surplus = intake.current().isReadable();
        phase = Phase.IDLE;
        sink.end(body.trailers());
        if (surplus) {
            return phase != Phase.FINISHED && reject(UNASKED);
        }
        if (phase == Phase.IDLE) {
            recycle();
        }
        return true;
    }

    private boolean reject(Rejection why) {
        close();
        sink.rejected(why.ofUpstream());
        return false;
    }
}
