package dev.embergate.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embergate.engine.decode.ParsedResponse;
import dev.embergate.engine.rewrite.RewritingBody;
import dev.embergate.engine.spi.BodyTransform;
import dev.embergate.rules.text.JsonElements;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One JSON answer on its way through a transform that changes each media source, in pieces of 16 KB; and for comparison the same
 * change on a tree of the whole document.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RewriteBenchmark {
    private static final int PIECE_BYTES = 16 << 10;

    @Param({"5000", "200000", "5000000"})
    public int bytes;

    private final ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
    private final ObjectMapper mapper = new ObjectMapper();
    private final Consumer<ByteBuf> out = this::take;
    private final BodyTransform transform =
            new JsonElements("MediaSources", 1 << 20, element -> List.of(edit(element)));
    private ByteBuf document;
    private byte[] documentBytes;
    private ParsedResponse head;
    private long written;

    @Setup
    public void makeDocument() throws Exception {
        StringBuilder text = new StringBuilder(bytes + 4096).append("{\"MediaSources\":[");
        for (int i = 0; text.length() < bytes - 60; i++) {
            text.append(i == 0 ? "" : ",").append(source(i));
        }
        documentBytes = text.append("],\"PlaySessionId\":\"0123456789abcdef\"}")
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        document = Unpooled.unreleasableBuffer(
                Unpooled.directBuffer(documentBytes.length).writeBytes(documentBytes));
        head = Wire.response(
                "GET",
                "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: "
                        + documentBytes.length + "\r\n\r\n");
        long streamed = streamed();
        long whole = wholeTree();
        if (streamed != whole || streamed == documentBytes.length) {
            throw new IllegalStateException("output: " + streamed + " bytes (expected: " + whole + ", changed)");
        }
    }

    @Benchmark
    public long streamed() throws Exception {
        written = 0;
        RewritingBody body = RewritingBody.open(transform, "GET", head, allocator);
        if (body == null) {
            throw new IllegalStateException("transform: relayed (expected: rewritten)");
        }
        try (body) {
            int length = document.readableBytes();
            for (int from = 0; from < length; from += PIECE_BYTES) {
                body.offer(document.slice(from, Math.min(PIECE_BYTES, length - from)));
                pump(body);
            }
            body.complete();
            pump(body);
        }
        return written;
    }

    @Benchmark
    public long wholeTree() throws Exception {
        ObjectNode tree = (ObjectNode) mapper.readTree(documentBytes);
        for (JsonNode source : tree.withArray("MediaSources")) {
            edit((ObjectNode) source);
        }
        return mapper.writeValueAsBytes(tree).length;
    }

    private void pump(RewritingBody body) throws Exception {
        while (!body.pump(out)) {
            // The client of a benchmark is always writable.
        }
    }

    private void take(ByteBuf piece) {
        written += piece.readableBytes();
        piece.release();
    }

    private static ObjectNode edit(ObjectNode source) {
        source.put("SupportsDirectPlay", true).put("SupportsDirectStream", true).put("SupportsTranscoding", false);
        source.remove("TranscodingUrl");
        source.put(
                "DirectStreamUrl",
                "/videos/12345/stream?Static=true&MediaSourceId="
                        + source.path("Id").asText());
        return source;
    }

    /** About 1.5 KB, as media servers describe a file with three streams. */
    private static String source(int number) {
        StringBuilder text = new StringBuilder(1600).append("""
                {"Protocol":"File","Id":"mediasource_%d","Path":"/mnt/films/A Film (2020)/A Film (2020) - %d.mkv","Type":"Default",\
                "Container":"mkv","Size":7516192768,"Name":"A Film","IsRemote":false,"RunTimeTicks":72000000000,\
                "SupportsTranscoding":true,"SupportsDirectStream":false,"SupportsDirectPlay":false,\
                "TranscodingUrl":"/videos/12345/master.m3u8?DeviceId=d&MediaSourceId=mediasource_%d","MediaStreams":[""".formatted(number, number, number));
        for (int stream = 0; stream < 3; stream++) {
            text.append(stream == 0 ? "" : ",").append("""
                    {"Codec":"hevc","Language":"eng","TimeBase":"1/1000","DisplayTitle":"4K HEVC","IsInterlaced":false,\
                    "BitRate":18000000,"BitDepth":10,"RefFrames":1,"IsDefault":true,"IsForced":false,"Height":2160,"Width":3840,\
                    "AverageFrameRate":23.976025,"RealFrameRate":23.976025,"Profile":"Main 10","Type":"Video","Index":%d}""".formatted(stream));
        }
        return text.append("],\"Formats\":[],\"Bitrate\":20000000,\"RequiredHttpHeaders\":{}}")
                .toString();
    }
}
