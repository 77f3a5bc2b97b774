package dev.embergate.engine.rewrite;

import dev.embergate.engine.decode.ParsedResponse;
import dev.embergate.engine.spi.BodyTransform;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One answer's body on its way through a transform: content coding undone, pieces lent to the rewriter, its output as new
 * pieces. Used on one event loop; closed exactly once.
 */
public final class RewritingBody implements AutoCloseable {
    private RewritingBody() {}

    /** What the engine asks for instead of the client's Accept-Encoding when a rewrite is declared. */
    public static final String ACCEPT_ENCODING = "gzip, deflate";

    /**
     * Null when this answer is relayed untouched: a status or method that is never rewritten, a coding that cannot be
     * undone, or a head the transform does not accept.
     */
    public static @Nullable RewritingBody open(
            BodyTransform transform, String requestMethod, ParsedResponse head, ByteBufAllocator allocator) throws Exception {
        throw new AssertionError("skeleton");
    }

    /** Takes a piece and its ownership, also when it throws. Output is made by {@link #pump}. */
    public void offer(ByteBuf piece) {
        throw new AssertionError("skeleton");
    }

    /** No more pieces follow. */
    public void complete() {
        throw new AssertionError("skeleton");
    }

    /**
     * Makes output of what was offered, about 256 KB at most in one go.
     *
     * @param out owns what it gets
     * @return true when everything offered is used up (after {@link #complete}: the rewriter has finished); false when there is
     *     more to make: call again when the client is writable
     * @throws IOException when coding or transform fail; the body must then be closed
     */
    public boolean pump(Consumer<ByteBuf> out) throws IOException {
        throw new AssertionError("skeleton");
    }

    @Override
    public void close() {
        throw new AssertionError("skeleton");
    }
}
