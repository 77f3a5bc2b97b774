package dev.embergate.engine.encode;

import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A reply whose source was read to its end on a loop, and closed. */
record Drained(
        Reply reply, byte[] body, int pieces, @Nullable Exception failure) {
    static Drained of(EventLoop loop, RequestHead request, Outcome.Respond respond) {
        return of(loop, prepared(loop, request, respond));
    }

    static Reply prepared(EventLoop loop, RequestHead request, Outcome.Respond respond) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        loop.execute(() -> Replies.prepare(request, respond, loop, prepared -> {
            assert loop.inEventLoop();
            reply.complete(prepared);
        }));
        return await(reply);
    }

    static Drained of(EventLoop loop, Reply reply) {
        BodySource source = reply.source();
        if (source == null) {
            return new Drained(reply, new byte[0], 0, null);
        }
        CompletableFuture<Drained> drained = new CompletableFuture<>();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        loop.execute(() -> source.next(loop, new BodySource.Receiver() {
            private int pieces;

            @Override
            public void piece(ByteBuf piece, boolean last) {
                assert loop.inEventLoop();
                pieces++;
                byte[] bytes = new byte[piece.readableBytes()];
                piece.readBytes(bytes).release();
                body.writeBytes(bytes);
                if (last) {
                    source.close();
                    drained.complete(new Drained(reply, body.toByteArray(), pieces, null));
                } else {
                    loop.execute(() -> source.next(loop, this));
                }
            }

            @Override
            public void failed(Exception cause) {
                source.close();
                drained.complete(new Drained(reply, body.toByteArray(), pieces, cause));
            }
        }));
        return await(drained);
    }

    static <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(10, TimeUnit.SECONDS).join();
    }

    int status() {
        return reply.status();
    }

    @Nullable
    String header(String name) {
        return reply.headers().first(name);
    }

    String text() {
        return new String(body, StandardCharsets.ISO_8859_1);
    }
}
