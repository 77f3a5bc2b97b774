package dev.embergate.engine.encode;

import dev.embergate.engine.spi.Conversation;
import dev.embergate.engine.spi.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket and the conversation at its end. All state lives on the loop but for what {@link #send} reads from other
 * threads.
 *
 * <p>It ends in one of three ways, of which the first names the code: the peer sends Close and gets it back; this end sends
 * Close and waits a few seconds for the peer's; or the connection is lost.
 */
final class WebSocketSession extends ChannelInboundHandlerAdapter
        implements Conversation.Peer, WebSocketEndpoint.Handle {
    /** How long the closing handshake may take. */
    static final long CLOSE_MILLIS = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketSession.class);
    private static final int MAX_HEADER_BYTES = 10;
    private static final int MAX_CONTROL_BYTES = 125;

    private final Channel channel;
    private final EventLoop loop;
    private final Conversation conversation;
    private final Conversation.Limits limits;
    private final List<String> subprotocols;
    private final @Nullable RuntimeException failedBefore;
    private final Tunnel.WhenClosed whenClosed;
    private final WebSocket13FrameDecoder decoder;
    private final MessageParts parts;
    private final KeepAlive keepAlive;
    /** Bytes taken from callers that the socket has not taken. */
    private final AtomicLong queued = new AtomicLong();

    /** Whether messages may still be sent; other threads read it. */
    private volatile boolean open = true;

    private boolean reading;
    private int code = CloseCode.VANISHED;
    private String reason = "";
    private boolean ended;
    private @Nullable ScheduledFuture<?> deadline;
    private long received;
    private long sent;

    WebSocketSession(Channel channel, Conversation conversation, Tunnel.WhenClosed whenClosed) {
        this.channel = channel;
        this.loop = channel.eventLoop();
        this.conversation = conversation;
        Conversation.Limits wanted = Conversation.Limits.DEFAULT;
        List<String> spoken = List.of();
        RuntimeException failure = null;
        try {
            wanted = conversation.limits();
            spoken = conversation.subprotocols();
        } catch (RuntimeException e) {
            failure = e; // told to the peer once there is a WebSocket to tell it by
        }
        this.limits = wanted;
        this.subprotocols = spoken;
        this.failedBefore = failure;
        this.whenClosed = whenClosed;
        this.decoder = new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
                .expectMaskedFrames(true)
                .allowMaskMismatch(false)
                .allowExtensions(false)
                .maxFramePayloadLength(Math.max(limits.maxMessageBytes(), MAX_CONTROL_BYTES))
                .closeOnProtocolViolation(false)
                .build());
        this.parts = new MessageParts(limits.maxMessageBytes());
        this.keepAlive = new KeepAlive(limits.pingInterval(), loop, this::ping, this::lost);
    }

    void start(RequestHead request, ByteBuf rest) {
        assert loop.inEventLoop();
        channel.writeAndFlush(Unpooled.wrappedBuffer(WebSocketHandshake.answer(request, subprotocols)));
        // The first bytes go in behind whatever decrypts, and what the decoder throws at them must come to this
        // handler.
        ChannelHandler entrance = new ChannelInboundHandlerAdapter();
        ChannelPipeline pipeline = channel.pipeline()
                .addLast(entrance)
                .addLast(decoder)
                .addLast(new WebSocket13FrameEncoder(false))
                .addLast(this);
        keepAlive.start();
        tell(() -> {
            if (failedBefore != null) {
                throw failedBefore;
            }
            conversation.opened(this);
        });
        ChannelHandlerContext entry = pipeline.context(entrance);
        entry.fireChannelRead(rest);
        entry.fireChannelReadComplete();
        pipeline.remove(entrance);
        channel.config().setAutoRead(true);
        // Not at once: who opens an endpoint first hears that it runs, then that it ended.
        channel.closeFuture().addListener(closed -> loop.execute(this::end));
    }

    // ---- what comes

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        reading = true;
        try {
            if (message instanceof WebSocketFrame frame) {
                keepAlive.heard();
                received += frame.content().readableBytes();
                take(frame);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (reading) {
            reading = false;
            context.flush();
        }
    }

    /** The peer ended its side of the connection: where half-closure is allowed, this is all that says so. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        boolean told = event instanceof SslCloseCompletionEvent end && end.isSuccess();
        if (told || event instanceof ChannelInputShutdownEvent) {
            lost();
        }
        ReferenceCountUtil.release(event);
    }

    private void take(WebSocketFrame frame) {
        if (frame instanceof CloseWebSocketFrame close) {
            closeReceived(close);
        } else if (open) {
            switch (frame) {
                case TextWebSocketFrame text -> begin(text, true);
                case BinaryWebSocketFrame binary -> begin(binary, false);
                case ContinuationWebSocketFrame more -> add(more);
                case PingWebSocketFrame ping ->
                    send(
                            new PongWebSocketFrame(ping.content().retain()),
                            ping.content().readableBytes());
                default -> {} // a Pong, whose coming is all it says
            }
        }
    }

    /** The decoder has seen to it that fragments come in order. */
    private void begin(WebSocketFrame frame, boolean isText) {
        parts.start(isText);
        add(frame);
    }

    private void add(WebSocketFrame frame) {
        if (!parts.isStarted()) {
            fail(CloseCode.PROTOCOL_ERROR, "continuation of nothing");
        } else if (!parts.add(frame.content())) {
            fail(CloseCode.TOO_BIG, "message too big");
        } else if (frame.isFinalFragment()) {
            byte[] message = parts.finish();
            if (!parts.isText()) {
                tell(() -> conversation.binary(message));
                return;
            }
            String text = MessageParts.utf8(message);
            if (text == null) {
                fail(CloseCode.INVALID_DATA, "not UTF-8");
            } else {
                tell(() -> conversation.text(text));
            }
        }
    }

    private void closeReceived(CloseWebSocketFrame close) {
        if (!open) {
            channel.close(); // the answer to ours
            return;
        }
        int status = close.statusCode();
        if (status >= 0 && !CloseCode.isSendable(status)) {
            fail(CloseCode.PROTOCOL_ERROR, "close code not allowed");
            return;
        }
        beginEnd(status < 0 ? CloseCode.NO_STATUS : status, close.reasonText());
        channel.writeAndFlush(status < 0 ? new CloseWebSocketFrame() : new CloseWebSocketFrame(status, ""))
                .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException corrupt) {
            LOG.debug("websocket: {}", corrupt.getMessage());
            WebSocketCloseStatus status = corrupt.closeStatus();
            fail(status == null ? CloseCode.PROTOCOL_ERROR : status.code(), "");
        } else {
            LOG.debug("websocket: {} failed", channel, cause);
            lost();
        }
    }

    private void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            LOG.error("websocket: a conversation failed", e);
            fail(CloseCode.INTERNAL_ERROR, "internal error");
        }
    }

    // ---- what goes

    @Override
    public boolean text(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        return send(new TextWebSocketFrame(Unpooled.wrappedBuffer(bytes)), bytes.length);
    }

    /** Copies the message. */
    @Override
    public boolean binary(byte[] message) {
        return send(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(message.clone())), message.length);
    }

    private boolean send(WebSocketFrame frame, int length) {
        int cost = length + MAX_HEADER_BYTES;
        if (!open || !reserve(cost)) {
            frame.release();
            return false;
        }
        if (loop.inEventLoop()) {
            write(frame, length, cost);
            return true;
        }
        try {
            loop.execute(() -> write(frame, length, cost));
            return true;
        } catch (RejectedExecutionException e) {
            frame.release();
            return false;
        }
    }

    /** A peer that takes less than it is sent is let go, rather than the messages of others held up or lost. */
    private boolean reserve(int cost) {
        if (queued.addAndGet(cost) <= limits.maxQueuedBytes()) {
            return true;
        }
        queued.addAndGet(-cost);
        close(CloseCode.POLICY_VIOLATION, "too slow");
        return false;
    }

    private void write(WebSocketFrame frame, int length, int cost) {
        if (!open) {
            queued.addAndGet(-cost);
            frame.release();
            return;
        }
        sent += length;
        channel.write(frame).addListener(written -> queued.addAndGet(-cost));
        if (!reading) {
            channel.flush();
        }
    }

    private void ping() {
        send(new PingWebSocketFrame(), 0);
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    // ---- the end

    @Override
    public void close(int newCode, String newReason) {
        if (!CloseCode.isSendable(newCode)) {
            throw new IllegalArgumentException(
                    "close code: " + newCode + " (expected: 1000 to 1003, 1007 to 1014, 3000 to 4999)");
        }
        if (loop.inEventLoop()) {
            startClose(newCode, newReason);
        } else if (open) {
            try {
                loop.execute(() -> startClose(newCode, newReason));
            } catch (RejectedExecutionException e) {
                open = false; // the loop has stopped, and its channels with it
            }
        }
    }

    private void startClose(int newCode, String newReason) {
        if (open) {
            beginEnd(newCode, newReason);
            channel.writeAndFlush(new CloseWebSocketFrame(newCode, CloseCode.fitting(newReason)));
        }
    }

    /**
     * Section 7.1.7. What the peer has still under way is read and dropped, as bytes, until it closes too: closing on unread
     * bytes would reset the connection, and the reset overtake our Close.
     */
    private void fail(int newCode, String newReason) {
        if (open) {
            beginEnd(newCode, newReason);
            if (channel.pipeline().context(decoder) != null) {
                channel.pipeline().remove(decoder);
            }
            channel.writeAndFlush(new CloseWebSocketFrame(newCode, newReason)).addListener(flushed -> {
                if (flushed.isSuccess()) {
                    HalfClose.ofOutputForGood(channel);
                }
            });
        }
    }

    private void beginEnd(int newCode, String newReason) {
        open = false;
        code = newCode;
        reason = newReason;
        keepAlive.stop();
        deadline = loop.schedule(() -> channel.close(), CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Nothing is heard of the peer any more. */
    private void lost() {
        channel.close();
    }

    private void end() {
        if (ended) {
            return;
        }
        ended = true;
        open = false;
        keepAlive.stop();
        if (deadline != null) {
            deadline.cancel(false);
        }
        try {
            conversation.closed(code, reason);
        } catch (RuntimeException | Error e) {
            LOG.error("websocket: a conversation failed", e);
        }
        whenClosed.closed(received, sent);
    }
}
