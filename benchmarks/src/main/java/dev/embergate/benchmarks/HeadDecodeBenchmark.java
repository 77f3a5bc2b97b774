package dev.embergate.benchmarks;

import dev.embergate.engine.decode.DecodeLimits;
import dev.embergate.engine.decode.ParsedRequest;
import dev.embergate.engine.decode.ParsedResponse;
import dev.embergate.engine.decode.RequestDecoder;
import dev.embergate.engine.decode.ResponseDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One head from bytes, with no body: a browser's request, a server's answer, and for comparison Netty's request decoder. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HeadDecodeBenchmark {
    private static final String REQUEST = """
            GET /emby/Items/12345/Images/Primary?tag=0123456789abcdef0123456789abcdef&maxWidth=300&quality=90 HTTP/1.1
            Host: media.example.org:8096
            Connection: keep-alive
            sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24"
            sec-ch-ua-mobile: ?0
            User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36
            sec-ch-ua-platform: "Linux"
            Accept: image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8
            Sec-Fetch-Site: same-origin
            Sec-Fetch-Mode: no-cors
            Sec-Fetch-Dest: image
            Referer: http://media.example.org:8096/web/index.html
            Accept-Encoding: gzip, deflate, br, zstd
            Accept-Language: en-GB,en;q=0.9,de;q=0.8

            """.replace("\n", "\r\n");

    private static final String ANSWER = """
            HTTP/1.1 200 OK
            Access-Control-Allow-Headers: Accept, Accept-Language, Authorization, Cache-Control, Content-Language, Content-Type
            Access-Control-Allow-Methods: GET, POST, PUT, DELETE, PATCH, OPTIONS
            Access-Control-Allow-Origin: *
            Cache-Control: public, max-age=31536000
            Content-Type: image/jpeg
            Date: Fri, 20 Nov 2026 10:52:49 GMT
            ETag: "0123456789abcdef0123456789abcdef"
            Last-Modified: Mon, 02 Nov 2026 20:17:03 GMT
            Server: Kestrel
            Vary: Accept
            Content-Length: 0

            """.replace("\n", "\r\n");

    private final Wire.Sink<ParsedRequest> requests = new Wire.Sink<>();
    private final Wire.Sink<ParsedResponse> answers = new Wire.Sink<>();
    private ByteBuf requestBytes;
    private ByteBuf answerBytes;
    private RequestDecoder requestDecoder;
    private ResponseDecoder responseDecoder;
    private EmbeddedChannel netty;

    @Setup
    public void makeDecoders() {
        requestBytes = Unpooled.unreleasableBuffer(Wire.bytes(REQUEST));
        answerBytes = Unpooled.unreleasableBuffer(Wire.bytes(ANSWER));
        requestDecoder = new RequestDecoder(DecodeLimits.DEFAULT, requests);
        responseDecoder = new ResponseDecoder(DecodeLimits.DEFAULT, answers);
        netty = new EmbeddedChannel(new HttpRequestDecoder());
        if (request() != 1 || answer() != 1) {
            throw new IllegalStateException("decoders: one message each expected");
        }
    }

    @TearDown
    public void close() {
        requestDecoder.close();
        responseDecoder.close();
        netty.finishAndReleaseAll();
    }

    @Benchmark
    public long request() {
        requestDecoder.feed(requestBytes.duplicate());
        requestDecoder.resume();
        return requests.ends;
    }

    /** And what every exchange asks of it besides: the normalised path. */
    @Benchmark
    public String requestWithPath() {
        requestDecoder.feed(requestBytes.duplicate());
        String path = requests.head.path();
        requestDecoder.resume();
        return path;
    }

    @Benchmark
    public long answer() {
        responseDecoder.expect("GET");
        responseDecoder.feed(answerBytes.duplicate());
        return answers.ends;
    }

    @Benchmark
    public Object requestByNetty() {
        netty.writeInbound(requestBytes.duplicate());
        Object head = netty.readInbound();
        ReferenceCountUtil.release(netty.readInbound());
        return head;
    }
}
