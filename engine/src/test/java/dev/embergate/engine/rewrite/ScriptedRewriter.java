package dev.embergate.engine.rewrite;

import dev.embergate.engine.spi.BodyRewriter;
import dev.embergate.engine.spi.BodySink;
import dev.embergate.engine.spi.BodyTransform;
import dev.embergate.engine.spi.ResponseHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Copies through, counts its calls and fails or misbehaves where told to. */
final class ScriptedRewriter implements BodyTransform, BodyRewriter {
    /** What to do at one call instead of copying. */
    interface Step {
        void run(@Nullable ByteBuffer chunk, BodySink out) throws IOException;
    }

    boolean accepted = true;

    @Nullable
    RuntimeException atOpen;

    @Nullable
    Step atAccept;

    @Nullable
    Step atFinish;

    @Nullable
    RuntimeException atClose;

    int opened;
    int finished;
    int closed;
    long seen;
    int longestLoan;
    final List<ByteBuffer> loans = new ArrayList<>();
    boolean keepLoans;

    @Override
    public boolean accepts(ResponseHead head) {
        return accepted;
    }

    @Override
    public BodyRewriter open(ResponseHead head) {
        if (atOpen != null) {
            throw atOpen;
        }
        opened++;
        return this;
    }

    @Override
    public void accept(ByteBuffer chunk, BodySink out) throws IOException {
        seen += chunk.remaining();
        longestLoan = Math.max(longestLoan, chunk.remaining());
        if (keepLoans) {
            loans.add(chunk);
        }
        if (atAccept != null) {
            atAccept.run(chunk, out);
        } else {
            out.write(chunk);
        }
    }

    @Override
    public void finish(BodySink out) throws IOException {
        finished++;
        if (atFinish != null) {
            atFinish.run(null, out);
        }
    }

    @Override
    public void close() {
        closed++;
        if (atClose != null) {
            throw atClose;
        }
    }
}
