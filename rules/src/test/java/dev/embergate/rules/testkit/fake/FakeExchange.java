package dev.embergate.rules.testkit.fake;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a fake: answers its requests one after the other, in the order they came, with the fault in force.
 */
final class FakeExchange extends SimpleChannelInboundHandler<FullHttpRequest> {
    static final int MAX_FRAME_BYTES = 4 << 20;
    private static final int CHUNK_BYTES = 4096;

    private record Pending(FakeRequest request, boolean keepAlive, boolean http10) {}

    private final FakeServer server;
    private final Deque<Pending> waiting = new ArrayDeque<>();
    private boolean busy;

    FakeExchange(FakeServer server) {
        this.server = server;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest message) {
        if (message.decoderResult().isFailure()) {
            write(ctx, FakeAnswer.text(400, "not HTTP"), new Pending(FakeRequest.of(message), false, false));
            return;
        }
        FakeRequest request = FakeRequest.of(message);
        if (message.headers().contains(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
            FakeSocket socket = server.open(request);
            if (socket != null) {
                upgrade(ctx, message, socket);
                return;
            }
        }
        boolean http10 = message.protocolVersion().equals(HttpVersion.HTTP_1_0);
        waiting.addLast(new Pending(request, HttpUtil.isKeepAlive(message), http10));
        answerNext(ctx);
    }

    private static void upgrade(ChannelHandlerContext ctx, FullHttpRequest message, FakeSocket socket) {
        // The path was the service's to judge; the handler is told to take any.
        WebSocketServerProtocolConfig config = WebSocketServerProtocolConfig.newBuilder()
                .websocketPath("/")
                .checkStartsWith(true)
                .maxFramePayloadLength(MAX_FRAME_BYTES)
                .build();
        ctx.pipeline()
                .addLast(new WebSocketServerProtocolHandler(config))
                .addLast(new WebSocketFrameAggregator(MAX_FRAME_BYTES))
                .addLast(new FakeFrames(socket));
        ctx.fireChannelRead(message.retain());
        ctx.pipeline().remove(ctx.handler());
    }

    private void answerNext(ChannelHandlerContext ctx) {
        if (busy) {
            return;
        }
        Pending next = waiting.pollFirst();
        if (next == null) {
            ctx.channel().config().setAutoRead(true);
            return;
        }
        busy = true;
        ctx.channel().config().setAutoRead(false);
        FakeAnswer answer = server.serve(next.request);
        switch (server.faultFor(next.request)) {
            case Fault.None() -> finish(ctx, answer, next);
            case Fault.Slow(var delay) -> {
                var unused = ctx.executor()
                        .schedule(() -> finish(ctx, answer, next), delay.toMillis(), TimeUnit.MILLISECONDS);
            }
            case Fault.Status(int status) -> finish(ctx, FakeAnswer.text(status, "told to fail"), next);
            // Reading goes on, so that a client that leaves is noticed.
            case Fault.Hang() -> ctx.channel().config().setAutoRead(true);
            case Fault.Cut(int bodyBytes) -> cut(ctx, answer, bodyBytes);
        }
    }

    private void finish(ChannelHandlerContext ctx, FakeAnswer answer, Pending pending) {
        if (ctx.channel().isActive()) {
            write(ctx, answer, pending);
            busy = false;
            answerNext(ctx);
        }
    }

    private static void write(ChannelHandlerContext ctx, FakeAnswer answer, Pending pending) {
        boolean chunked = answer.chunked() && !pending.http10;
        HttpResponse head = head(answer);
        boolean bodiless = answer.status() == 204 || answer.status() == 304;
        if (chunked && !bodiless) {
            HttpUtil.setTransferEncodingChunked(head, true);
        } else if (!bodiless) {
            HttpUtil.setContentLength(head, answer.body().length);
        }
        HttpUtil.setKeepAlive(head.headers(), HttpVersion.HTTP_1_1, pending.keepAlive);
        if (pending.keepAlive && pending.http10) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        ctx.write(head);
        if (!bodiless && !pending.request.method().equals("HEAD")) {
            int step = chunked ? CHUNK_BYTES : Math.max(1, answer.body().length);
            for (int from = 0; from < answer.body().length; from += step) {
                ctx.write(new DefaultHttpContent(piece(answer.body(), from, step)));
            }
        }
        ChannelFuture written = ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        if (!pending.keepAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    private static void cut(ChannelHandlerContext ctx, FakeAnswer answer, int bodyBytes) {
        HttpResponse head = head(answer);
        HttpUtil.setContentLength(head, Math.max(answer.body().length, bodyBytes + 1));
        ctx.write(head);
        ctx.writeAndFlush(new DefaultHttpContent(piece(answer.body(), 0, bodyBytes)))
                .addListener(ChannelFutureListener.CLOSE);
    }

    private static HttpResponse head(FakeAnswer answer) {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()));
        head.headers()
                .set(
                        HttpHeaderNames.DATE,
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
        answer.headers().forEach((name, value) -> head.headers().set(name, value));
        return head;
    }

    private static ByteBuf piece(byte[] body, int from, int length) {
        return Unpooled.wrappedBuffer(body, from, Math.min(length, body.length - from));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, @Nullable Throwable cause) {
        ctx.close();
    }
}
