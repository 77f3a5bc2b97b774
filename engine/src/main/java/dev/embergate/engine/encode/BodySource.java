package dev.embergate.engine.encode;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;

/** The bytes of an answer given here, pulled piece by piece as the client takes them. */
public interface BodySource extends AutoCloseable {
    /**
     * Asks for the next piece. One request at a time and none after the last piece; called on {@code loop}, and the answer comes
     * on {@code loop}, possibly before this returns.
     */
    void next(EventLoop loop, Receiver receiver);

    /** Gives back file handles and buffers; on the loop, safe while a piece is being read. Once. */
    @Override
    void close();

    /** Exactly one call for each {@link #next}, but none after {@link BodySource#close}. */
    interface Receiver {
        /** @param piece the receiver owns it */
        void piece(ByteBuf piece, boolean last);

        void failed(Exception cause);
    }
}
