package dev.embergate.rules.testkit.fake;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import org.jspecify.annotations.Nullable;

/** The messages of one WebSocket of a fake. */
final class FakeFrames extends SimpleChannelInboundHandler<WebSocketFrame> {
    private record Wire(Channel channel) implements FakeSocket.Peer {
        @Override
        public void text(String message) {
            channel.writeAndFlush(new TextWebSocketFrame(message));
        }

        @Override
        public void binary(byte[] message) {
            channel.writeAndFlush(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(message)));
        }
    }

    private final FakeSocket socket;
    private @Nullable Wire peer;

    FakeFrames(FakeSocket socket) {
        this.socket = socket;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete) {
            Wire opened = new Wire(ctx.channel());
            peer = opened;
            socket.opened(opened);
        }
        super.userEventTriggered(ctx, event);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
        Wire from = peer;
        if (from == null) {
            return;
        }
        if (frame instanceof TextWebSocketFrame text) {
            socket.text(from, text.text());
        } else if (frame instanceof BinaryWebSocketFrame) {
            byte[] message = new byte[frame.content().readableBytes()];
            frame.content().readBytes(message);
            socket.binary(from, message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        Wire from = peer;
        peer = null;
        if (from != null) {
            socket.closed(from);
        }
        super.channelInactive(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, @Nullable Throwable cause) {
        ctx.close();
    }
}
