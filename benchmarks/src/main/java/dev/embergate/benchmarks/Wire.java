package dev.embergate.benchmarks;

import dev.embergate.engine.decode.DecodeLimits;
import dev.embergate.engine.decode.MessageSink;
import dev.embergate.engine.decode.ParsedHead;
import dev.embergate.engine.decode.ParsedRequest;
import dev.embergate.engine.decode.ParsedResponse;
import dev.embergate.engine.decode.Rejection;
import dev.embergate.engine.decode.RequestDecoder;
import dev.embergate.engine.decode.ResponseDecoder;
import dev.embergate.engine.spi.Client;
import dev.embergate.engine.spi.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/** Heads as the engine's own decoder makes them. */
final class Wire {
    private Wire() {}

    static ParsedRequest request(String method, String target) {
        Sink<ParsedRequest> sink = new Sink<>();
        new RequestDecoder(DecodeLimits.DEFAULT, sink)
                .feed(bytes(method + " " + target + " HTTP/1.1\r\nHost: media.example.org:8096\r\n\r\n"));
        sink.head.detach();
        sink.head.client(new Client(InetAddress.getLoopbackAddress(), 50_000, false, "media.example.org:8096"));
        return sink.head;
    }

    static ParsedResponse response(String requestMethod, String head) {
        Sink<ParsedResponse> sink = new Sink<>();
        ResponseDecoder decoder = new ResponseDecoder(DecodeLimits.DEFAULT, sink);
        decoder.expect(requestMethod);
        decoder.feed(bytes(head));
        sink.head.detach();
        return sink.head;
    }

    static ByteBuf bytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Unpooled.directBuffer(bytes.length).writeBytes(bytes);
    }

    /** Remembers the last head, counts ends, and fails on a rejection: a benchmark of one would measure the wrong thing. */
    static final class Sink<H extends ParsedHead> implements MessageSink<H> {
        H head;
        long ends;

        @Override
        public void head(H head) {
            this.head = head;
        }

        @Override
        public void body(ByteBuf piece) {
            piece.release();
        }

        @Override
        public void end(Headers trailers) {
            ends++;
        }

        @Override
        public void rejected(Rejection rejection) {
            throw new IllegalStateException(rejection.reason());
        }
    }
}
