package dev.embergate.engine.spi;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Changes one body as it passes.
 *
 * <p>Used by one event loop only and never blocking. It sees the decoded body (no transfer coding, no content coding).
 * Closed exactly once on every path. What it gathers must have a limit; beyond it, it throws: 502 before the head went out,
 * a closed connection after.
 */
public interface BodyRewriter extends AutoCloseable {
    /** @param chunk borrowed: read it now; it is overwritten after the call, keep nothing that points into it */
    void accept(ByteBuffer chunk, BodySink out) throws IOException;

    /** The body is complete; write what is left. */
    void finish(BodySink out) throws IOException;

    @Override
    default void close() {}
}
