package dev.embergate.engine.upstream;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.upstream.OutboundRequest.Body;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** One call of a pool, from {@link UpstreamPool#open} to its end. Owns the request's head until a connection has written it. */
final class PooledCall implements UpstreamCall, Runnable {
    /** Where it is. Each state but the last is left by exactly one of: a connection, a failure, an abort. */
    enum State {
        /** A connection is being made for it. */
        CONNECTING,
        /** In the queue for a connection. */
        WAITING,
        /** Has a connection, and will begin in a task of its own: the listener is not called from within open. */
        STARTING,
        /** A connection carries it. */
        RUNNING,
        /** Will hear of its failure in a task of its own. */
        FAILING,
        DONE
    }

    final UpstreamPool pool;
    final OutboundRequest request;
    final UpstreamListener listener;

    /** The pool's tick when it began to wait for a connection. */
    int waitingSince;

    /** The same by {@link System#nanoTime}. */
    long waitingSinceNanos;

    private State state = State.CONNECTING;
    private @Nullable ConnectAttempt attempt;
    private @Nullable UpstreamConnection connection;
    private @Nullable UpstreamFailure failure;
    private boolean ownsHead = true;
    private final int headStart;
    private final int headEnd;

    PooledCall(UpstreamPool pool, OutboundRequest request, UpstreamListener listener) {
        this.pool = pool;
        this.request = request;
        this.listener = listener;
        this.headStart = request.head().readerIndex();
        this.headEnd = request.head().writerIndex();
    }

    State state() {
        return state;
    }

    void connecting(ConnectAttempt by) {
        state = State.CONNECTING;
        attempt = by;
    }

    void waiting(int tick) {
        state = State.WAITING;
        waitingSince = tick;
        waitingSinceNanos = System.nanoTime();
        attempt = null;
    }

    /** From within open: a request with a body begins later, because its listener hears that it may write. */
    void startLater(UpstreamConnection on) {
        state = State.STARTING;
        connection = on;
        pool.loop().execute(this);
    }

    void running(UpstreamConnection on) {
        state = State.RUNNING;
        connection = on;
        attempt = null;
    }

    /** Fails in a task of its own; safe from within open. */
    void failLater(UpstreamFailure why) {
        state = State.FAILING;
        attempt = null;
        failure = why;
        try {
            pool.loop().execute(this);
        } catch (RejectedExecutionException e) {
            // The loop has stopped, and with it whoever would listen.
            finish();
        }
    }

    /** The deferred part of {@link #startLater} and {@link #failLater}. */
    @Override
    public void run() {
        switch (state) {
            case STARTING -> {
                UpstreamConnection on = connection;
                if (on != null && on.isUsable()) {
                    on.begin(this);
                } else {
                    pool.place(this);
                }
            }
            case FAILING -> {
                UpstreamFailure why = failure;
                if (why != null) {
                    fail(why);
                }
            }
            case CONNECTING, WAITING, RUNNING, DONE -> {
                // Aborted meanwhile.
            }
        }
    }

    void fail(UpstreamFailure why) {
        finish();
        listener.failed(why);
    }

    /** Nothing more of this call is wanted or told. */
    void finish() {
        state = State.DONE;
        connection = null;
        attempt = null;
        dropHead();
    }

    boolean isDone() {
        return state == State.DONE;
    }

    /**
     * The head to be written.
     *
     * @param keep whether this call keeps a reference of its own, for a retry
     */
    ByteBuf headToWrite(boolean keep) {
        ByteBuf head = request.head();
        if (keep) {
            // Released by dropHead, when an answer begins, a body is handed over or the call is done.
            return head.retain();
        }
        ownsHead = false;
        return head;
    }

    void dropHead() {
        if (ownsHead) {
            ownsHead = false;
            request.head().release();
        }
    }

    /** Whether the head is still here, to be written once more. A new connection is not given one that is kept. */
    boolean mayBeRetried() {
        return ownsHead;
    }

    /** Whether not even a part of the head left this process, given that writing it failed. */
    boolean headUntouched() {
        return ownsHead && request.head().readerIndex() == headStart;
    }

    /** However far its writing came. */
    void prepareRetry() {
        connection = null;
        request.head().setIndex(headStart, headEnd);
    }

    @Override
    public void body(ByteBuf piece) {
        UpstreamConnection on = connection;
        if (state == State.RUNNING && on != null && request.body() != Body.NONE) {
            on.writeBody(piece);
        } else {
            piece.release();
        }
    }

    @Override
    public void endBody(Headers trailers) {
        UpstreamConnection on = connection;
        if (state == State.RUNNING && on != null) {
            on.endBody(trailers);
        }
    }

    @Override
    public void flush() {
        UpstreamConnection on = connection;
        if (state == State.RUNNING && on != null) {
            on.flushRequest();
        }
    }

    @Override
    public boolean isWritable() {
        UpstreamConnection on = connection;
        return state == State.RUNNING && on != null && on.takesBody();
    }

    @Override
    public void pauseReading() {
        UpstreamConnection on = connection;
        if (state == State.RUNNING && on != null) {
            on.pauseReading();
        }
    }

    @Override
    public void resumeReading() {
        UpstreamConnection on = connection;
        if (state == State.RUNNING && on != null) {
            on.resumeReading();
        }
    }

    @Override
    public void abort() {
        State was = state;
        UpstreamConnection on = connection;
        ConnectAttempt by = attempt;
        finish();
        switch (was) {
            case CONNECTING -> {
                if (by != null) {
                    by.abandoned();
                }
            }
            case WAITING -> pool.forget(this);
            case STARTING -> {
                if (on != null) {
                    pool.giveBack(on);
                }
            }
            case RUNNING -> {
                if (on != null) {
                    on.abort();
                }
            }
            case FAILING, DONE -> {
                // Nothing runs for it.
            }
        }
    }
}
