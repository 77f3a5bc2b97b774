package dev.embergate.engine.act;

import dev.embergate.engine.decode.ParsedResponse;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.upstream.UpstreamFailure;
import dev.embergate.engine.upstream.UpstreamListener;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** Stands between a call and the {@link RelayedAnswer} it is for: hears of everything first, and passes it on. */
abstract class WatchedAnswer implements UpstreamListener, AnswerSource {
    private @Nullable RelayedAnswer relayed;

    /** Told once, before anything is heard. */
    final void watch(RelayedAnswer answer) {
        relayed = answer;
    }

    final RelayedAnswer relayed() {
        RelayedAnswer answer = relayed;
        if (answer == null) {
            throw new IllegalStateException("watch: not called (expected: before anything is heard)");
        }
        return answer;
    }

    @Override
    public void writable() {
        relayed().writable();
    }

    @Override
    public void interim(ParsedResponse head) {
        relayed().interim(head);
    }

    @Override
    public void head(ParsedResponse head) {
        relayed().head(head);
    }

    @Override
    public void body(ByteBuf piece) {
        relayed().body(piece);
    }

    @Override
    public void end(Headers trailers) {
        relayed().end(trailers);
    }

    @Override
    public void readComplete() {
        relayed().readComplete();
    }

    @Override
    public void upgraded(ParsedResponse head, Channel upstream, ByteBuf rest) {
        relayed().upgraded(head, upstream, rest);
    }

    @Override
    public void failed(UpstreamFailure failure) {
        relayed().failed(failure);
    }

    @Override
    public void clientWritable() {
        relayed().clientWritable();
    }

    @Override
    public void release() {
        relayed().release();
    }
}
