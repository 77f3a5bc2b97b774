package dev.embergate.benchmarks;

import dev.embergate.engine.control.RuleEntry;
import dev.embergate.engine.decode.DecodeLimits;
import dev.embergate.engine.decode.ParsedRequest;
import dev.embergate.engine.decode.RequestDecoder;
import dev.embergate.engine.encode.ClientHead;
import dev.embergate.engine.encode.StrictTransport;
import dev.embergate.engine.match.Match;
import dev.embergate.engine.match.RuleTable;
import dev.embergate.engine.spi.Client;
import dev.embergate.engine.spi.Fetcher;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.spi.RuleContext;
import dev.embergate.engine.spi.RuleFactory.InvalidConfig;
import dev.embergate.engine.spi.RuleServices;
import dev.embergate.rules.directlink.AlistRedirectConfig;
import dev.embergate.rules.directlink.AlistRedirectConfig.Alist;
import dev.embergate.rules.directlink.AlistRedirectConfig.Cache;
import dev.embergate.rules.directlink.AlistRedirectConfig.Unmapped;
import dev.embergate.rules.directlink.AlistRedirectFactory;
import dev.embergate.rules.directlink.PathRule;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A play whose link is known: from the bytes of the request to the bytes of the redirect, sockets left out. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RedirectBenchmark {
    private static final String REQUEST = """
            GET /emby/videos/1001/original.mkv?DeviceId=a1b2&MediaSourceId=m1&PlaySessionId=77&api_key=0123456789abcdef HTTP/1.1
            Host: media.example.org:8095
            User-Agent: VLC/3.0.20 LibVLC/3.0.20
            Accept: */*
            Range: bytes=0-

            """.replace("\n", "\r\n");

    private static final String SOURCES =
            "{\"MediaSources\":[{\"Id\":\"m1\",\"Path\":\"/data/a.mkv\",\"Container\":\"mkv\",\"Protocol\":\"File\"}]}";
    private static final String LINK =
            "{\"code\":200,\"message\":\"success\",\"data\":{\"size\":1000,\"raw_url\":\"http://drive.example/a.mkv?sign=1\"}}";

    private final Client client = new Client(InetAddress.getLoopbackAddress(), 50_000, false, "media.example.org:8095");
    private final Wire.Sink<ParsedRequest> requests = new Wire.Sink<>();
    private final Match match = new Match();
    private final Servers servers = new Servers();
    private ByteBuf bytes;
    private RequestDecoder decoder;
    private RuleTable table;
    private Asked asked;

    /** Emby and Alist, who answer at once. */
    private static final class Servers implements Fetcher, RuleServices {
        @Override
        public CompletionStage<Response> fetch(Request request) {
            String json = request.uri().getPath().endsWith("/api/fs/get") ? LINK : SOURCES;
            return CompletableFuture.completedFuture(new Response(
                    200, Headers.of("Content-Type", "application/json"), json.getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public Fetcher fetcher() {
            return this;
        }

        @Override
        public URI upstream(String name) {
            return URI.create("http://emby.example:8096");
        }

        @Override
        public Duration decisionTimeout() {
            return Duration.ofSeconds(20);
        }

        @Override
        public Path configDirectory() {
            return Path.of("");
        }

        @Override
        public Path dataDirectory() {
            return Path.of("");
        }

        @Override
        public Counter counter(String name, String help, List<String> labelNames) {
            return (amount, labels) -> {};
        }
    }

    /** What the exchange lends to the rule. */
    private record Asked(Match match, Fetcher fetcher) implements RuleContext {
        @Override
        public String param(String name) {
            return paramOr(name, "");
        }

        @Override
        public String paramOr(String name, String otherwise) {
            String value = match.param(name);
            return value == null ? otherwise : value;
        }

        @Override
        public Outcome offload(Callable<? extends Outcome> work) {
            throw new IllegalStateException("a known link needs no other thread");
        }

        @Override
        public String requestId() {
            return "benchmark";
        }
    }

    @Setup
    public void askOnce() throws Exception {
        AlistRedirectFactory factory = new AlistRedirectFactory();
        AlistRedirectConfig config = config();
        Rule rule = rule(factory, config);
        table = RuleTable.of(List.of(new RuleEntry("play", factory.type(), factory.routes(config), rule, false)));
        asked = new Asked(match, servers);
        bytes = Unpooled.unreleasableBuffer(Wire.bytes(REQUEST));
        decoder = new RequestDecoder(DecodeLimits.DEFAULT, requests);
        Outcome first = decide();
        if (first instanceof Outcome.Later later) {
            later.stage().toCompletableFuture().get(5, TimeUnit.SECONDS);
        }
        if (!(decide() instanceof Outcome.Redirect)) {
            throw new IllegalStateException("outcome: no redirect from memory");
        }
    }

    private static AlistRedirectConfig config() {
        Duration hour = Duration.ofHours(1);
        return new AlistRedirectConfig(
                new Alist("http://alist.example:5244", "token"),
                "",
                List.of(new PathRule("/data", "/Drive")),
                Unmapped.PASS,
                List.of(),
                false,
                302,
                true,
                Duration.ofSeconds(10),
                new Cache(hour, hour, Duration.ofSeconds(3), 10_000));
    }

    private Rule rule(AlistRedirectFactory factory, AlistRedirectConfig config) throws InvalidConfig {
        return factory.create(config, servers);
    }

    private Outcome decide() throws Exception {
        decoder.feed(bytes.duplicate());
        ParsedRequest head = requests.head;
        head.client(client);
        int index = table.next(head, 0, match);
        Outcome outcome = table.rules().get(index).rule().decide(head, asked);
        decoder.resume();
        return outcome;
    }

    @TearDown
    public void close() {
        decoder.close();
    }

    @Benchmark
    public Outcome decided() throws Exception {
        return decide();
    }

    @Benchmark
    public int answered() throws Exception {
        ByteBuf answer = ClientHead.redirect(
                PooledByteBufAllocator.DEFAULT, requests.head, StrictTransport.NONE, (Outcome.Redirect) decide(), true);
        int size = answer.readableBytes();
        answer.release();
        return size;
    }
}
