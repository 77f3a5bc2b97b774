package dev.embergate.engine.upstream;

import dev.embergate.engine.decode.DecodeLimits;
import dev.embergate.engine.spi.Fetcher;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Calls of rules on pools of their own, one per origin and loop. Thread-safe. */
public final class PooledFetcher implements Fetcher, AutoCloseable {
    public PooledFetcher(List<EventLoop> loops, Class<? extends Channel> channelType, DecodeLimits limits) {}

    @Override
    public CompletionStage<Response> fetch(Request request) {
        throw new AssertionError("skeleton");
    }

    @Override
    public void close() {}
}
