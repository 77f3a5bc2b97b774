package dev.embergate.engine.accept;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Tells a connection above a limit to come again later, then ends it: 503 with Retry-After (RFC 9110 section 15.6.4) as soon as
 * something is asked, whatever it is.
 *
 * <p>Bounded so that it is no way around the limit: at most {@value #MAX_AT_ONCE} connections of an engine are held for it, each for
 * two seconds, 64 KiB and one answer of about a hundred bytes; any more are closed at once.
 */
final class TurnedAway extends ChannelInboundHandlerAdapter {
    static final int MAX_AT_ONCE = 256;
    private static final int MAX_DROPPED_BYTES = 64 << 10;
    private static final long HELD_MILLIS = 2000;
    private static final byte[] ANSWER = """
            HTTP/1.1 503 Service Unavailable\r
            Retry-After: 5\r
            Content-Length: 0\r
            Connection: close\r
            \r
            """.getBytes(StandardCharsets.US_ASCII);

    private boolean answered;
    private int dropped;
    private @Nullable Future<?> end;

    private TurnedAway() {}

    /** Takes the channel over, or closes it. Its pipeline has no other handler. */
    static void turnAway(Channel channel, AtomicInteger held) {
        if (held.incrementAndGet() > MAX_AT_ONCE) {
            held.decrementAndGet();
            channel.close();
            return;
        }
        channel.closeFuture().addListener(closed -> held.decrementAndGet());
        channel.pipeline().addLast("turned-away", new TurnedAway());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        end = ctx.executor().schedule(() -> ctx.close(), HELD_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        dropped += bytes.readableBytes();
        bytes.release();
        if (dropped > MAX_DROPPED_BYTES) {
            ctx.close();
        } else if (!answered) {
            answered = true;
            ctx.writeAndFlush(Unpooled.wrappedBuffer(ANSWER)).addListener(done -> {
                // Closed only once the client has: a reset for what it still sends could take the answer with it.
                if (done.isSuccess() && ctx.channel() instanceof DuplexChannel duplex) {
                    duplex.shutdownOutput();
                } else {
                    ctx.close();
                }
            });
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        Future<?> running = end;
        if (running != null) {
            running.cancel(false);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
