package dev.embergate.engine.decode;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What Netty's own codec, left as it comes, makes of the same octets; written down as {@link Transcript} does. */
final class NettyReading {
    final List<String> verdict = new ArrayList<>();
    /** Fields, one string for a message, in the words of {@link #ofHead}. */
    final List<String> details = new ArrayList<>();

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private boolean open;
    private boolean refused;

    static NettyReading requests(byte[] bytes) {
        NettyReading reading = new NettyReading();
        EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder());
        channel.writeInbound(Unpooled.copiedBuffer(bytes));
        reading.drain(channel);
        if (reading.open && !reading.refused) {
            reading.flushBody();
            reading.verdict.add("mid body");
        }
        channel.finishAndReleaseAll();
        return reading;
    }

    static NettyReading responses(String requestMethod, byte[] bytes) {
        NettyReading reading = new NettyReading();
        EmbeddedChannel channel = new EmbeddedChannel(new HttpResponseDecoder() {
            @Override
            protected boolean isContentAlwaysEmpty(HttpMessage message) {
                return requestMethod.equals("HEAD") || super.isContentAlwaysEmpty(message);
            }
        });
        channel.writeInbound(Unpooled.copiedBuffer(bytes));
        channel.finish();
        reading.drain(channel);
        if (!reading.refused && !reading.verdict.contains("end")) {
            reading.flushBody();
            reading.verdict.add("cut short");
        }
        channel.finishAndReleaseAll();
        return reading;
    }

    String verdict() {
        return String.join(", ", verdict);
    }

    private void drain(EmbeddedChannel channel) {
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (!refused) {
                take(message);
            }
            ReferenceCountUtil.release(message);
        }
    }

    private void take(Object message) {
        if (message instanceof ByteBuf rest) {
            verdict.add("rest " + rest.readableBytes());
            return;
        }
        if (message instanceof HttpObject object && object.decoderResult().isFailure()) {
            flushBody();
            boolean cut = object.decoderResult().cause() instanceof PrematureChannelClosureException;
            verdict.add(cut ? "cut short" : "refused");
            refused = true;
            return;
        }
        if (message instanceof HttpMessage head) {
            open = true;
            verdict.add(startLine(head));
            details.add(ofHead(head));
        }
        if (message instanceof HttpContent content) {
            body.writeBytes(ByteBufUtil.getBytes(content.content()));
            if (content instanceof LastHttpContent last) {
                end(last);
            }
        }
    }

    private void end(LastHttpContent last) {
        open = false;
        flushBody();
        // Interim answers have an end of their own here.
        if (isInterim()) {
            return;
        }
        verdict.add("end");
        details.add("end " + fields(last.trailingHeaders()));
    }

    private boolean isInterim() {
        return !verdict.isEmpty() && verdict.getLast().matches("1\\d\\d( .*)?");
    }

    private void flushBody() {
        if (body.size() > 0) {
            verdict.add("body " + body.size());
            details.add("body " + body.toString(StandardCharsets.ISO_8859_1));
            body.reset();
        }
    }

    private static String startLine(HttpMessage head) {
        if (head instanceof HttpRequest request) {
            return request.method().name() + " " + request.uri();
        }
        HttpResponse response = (HttpResponse) head;
        return (response.status().code() + " " + response.status().reasonPhrase()).stripTrailing();
    }

    private static String ofHead(HttpMessage head) {
        boolean chunked = HttpUtil.isTransferEncodingChunked(head);
        boolean unframed = head instanceof HttpResponse && !chunked && !HttpUtil.isContentLengthSet(head);
        return startLine(head)
                + (head.protocolVersion().equals(HttpVersion.HTTP_1_0) ? " 1.0 " : " 1.1 ")
                + (unframed ? "" : HttpUtil.isKeepAlive(head) ? "keep " : "close ")
                + (chunked ? -1 : HttpUtil.getContentLength(head, -1L))
                + fields(head.headers());
    }

    static String fields(HttpHeaders headers) {
        StringBuilder all = new StringBuilder();
        headers.forEach(
                field -> all.append('\n').append(field.getKey()).append('=').append(field.getValue()));
        return all.toString();
    }
}
