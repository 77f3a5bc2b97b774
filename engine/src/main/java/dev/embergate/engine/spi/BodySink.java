package dev.embergate.engine.spi;

import java.nio.ByteBuffer;

/** Takes the rewritten body. Valid only during the call it was handed to; copies what it is given. */
public interface BodySink {
    void write(byte[] bytes, int offset, int length);

    void write(ByteBuffer bytes);

    default void write(byte[] bytes) {
        write(bytes, 0, bytes.length);
    }
}
