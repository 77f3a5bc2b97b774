package dev.embergate.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embergate.engine.decode.ParsedRequest;
import dev.embergate.engine.encode.BodySource;
import dev.embergate.engine.encode.ClientHead;
import dev.embergate.engine.encode.Replies;
import dev.embergate.engine.encode.Reply;
import dev.embergate.engine.encode.StrictTransport;
import dev.embergate.engine.spi.Body;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A JSON answer given here: the document to bytes, the reply with its head, sockets left out. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class JsonOutputBenchmark {
    /** Rows of about 150 bytes. */
    @Param({"10", "1000"})
    public int rows;

    private final ObjectMapper mapper = new ObjectMapper();
    private final ParsedRequest request = Wire.request("GET", "/api/status");
    private final EventLoop loop = new DefaultEventLoop();
    private ObjectNode document;
    private long sent;

    @Setup
    public void makeDocument() throws IOException {
        document = mapper.createObjectNode();
        ArrayNode items = document.putArray("Items");
        for (int i = 0; i < rows; i++) {
            items.addObject()
                    .put("Id", "100" + i)
                    .put("Name", "Ember 余烬 " + i)
                    .put("Type", "Movie")
                    .put("RunTimeTicks", 72_000_000_000L + i)
                    .put("CommunityRating", 7.5)
                    .put("Played", i % 2 == 0);
        }
        if (answered() < rows * 100L) {
            throw new IllegalStateException("answer: shorter than its rows");
        }
    }

    @TearDown
    public void stop() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Benchmark
    public byte[] written() throws IOException {
        return mapper.writeValueAsBytes(document);
    }

    @Benchmark
    public long answered() throws IOException {
        byte[] json = mapper.writeValueAsBytes(document);
        sent = 0;
        Replies.prepare(
                request,
                new Outcome.Respond(200, Headers.EMPTY, new Body.Bytes(json, "application/json; charset=utf-8")),
                loop,
                this::send);
        return sent;
    }

    private void send(Reply reply) {
        ByteBuf head = ClientHead.reply(
                PooledByteBufAllocator.DEFAULT,
                request,
                StrictTransport.NONE,
                reply.status(),
                reply.headers(),
                reply.contentLength(),
                true);
        sent += head.readableBytes();
        head.release();
        BodySource source = reply.source();
        if (source == null) {
            throw new IllegalStateException("reply: no body");
        }
        source.next(loop, new BodySource.Receiver() {
            @Override
            public void piece(ByteBuf piece, boolean last) {
                sent += piece.readableBytes();
                piece.release();
            }

            @Override
            public void failed(Exception cause) {
                throw new IllegalStateException(cause);
            }
        });
        source.close();
    }
}
