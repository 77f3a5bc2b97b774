package dev.embergate.engine.upstream;

import dev.embergate.engine.decode.ParsedRequest;
import dev.embergate.engine.spi.Client;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.RequestEdits;
import dev.embergate.engine.telemetry.RequestIds;
import dev.embergate.engine.upstream.OutboundRequest.Body;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.URI;

/** The bytes an upstream gets for a client's request that no rule changes. */
public final class SentUpstream {
    /** With a path of its own, which stands before every target. */
    public static final String BASE_PATH = "/base";

    private static final UpstreamConfig UPSTREAM = UpstreamConfig.of("u", URI.create("http://origin:8096" + BASE_PATH));

    private final ChannelOutboundHandlerAdapter handler = new ChannelOutboundHandlerAdapter();
    private final EmbeddedChannel channel = new EmbeddedChannel(handler);
    private final ChannelHandlerContext context = channel.pipeline().context(handler);
    private final RequestFraming framing = new RequestFraming();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** @param upgrade whether the protocol it asks for is asked for, too */
    public SentUpstream(ParsedRequest request, boolean upgrade) {
        Body body = switch (request.framing()) {
            case NONE -> Body.NONE;
            case CHUNKED -> Body.CHUNKED;
            case LENGTH -> request.hasBody() ? Body.LENGTH : Body.NONE;
            case UNTIL_CLOSE -> throw new AssertionError("a request has an end");
        };
        request.client(new Client(InetAddress.getLoopbackAddress(), 49152, false, request.authority()));
        ByteBuf head = OutboundHead.write(
                UnpooledByteBufAllocator.DEFAULT,
                request,
                RequestEdits.NONE,
                UpstreamName.of(UPSTREAM),
                body,
                request.contentLength(),
                false,
                upgrade ? request.upgrade() : null,
                new RequestIds(),
                1);
        take(head);
        framing.begin(body);
    }

    /** Takes ownership. */
    public void body(ByteBuf piece) {
        framing.write(context, piece);
        drain();
    }

    public void end(Headers trailers) {
        framing.end(context, trailers);
        drain();
        channel.finishAndReleaseAll();
    }

    public byte[] bytes() {
        return bytes.toByteArray();
    }

    private void drain() {
        channel.flush();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            take(out);
        }
    }

    private void take(ByteBuf out) {
        bytes.writeBytes(ByteBufUtil.getBytes(out));
        out.release();
    }
}
