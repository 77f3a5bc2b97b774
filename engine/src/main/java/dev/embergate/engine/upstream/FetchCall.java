package dev.embergate.engine.upstream;

import dev.embergate.engine.decode.FieldName;
import dev.embergate.engine.decode.ParsedResponse;
import dev.embergate.engine.spi.Fetcher;
import dev.embergate.engine.spi.Fetcher.FetchException;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.upstream.OutboundRequest.Body;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One fetch, from its request to the stage's completion. On one event loop, but for undoing a large content coding. */
final class FetchCall implements UpstreamListener {
    /** The fetcher's own: framing, routing, and what it can undo. */
    private static final Set<String> NOT_RELAYED = Set.of(
            "host",
            "content-length",
            "transfer-encoding",
            "accept-encoding",
            "connection",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "upgrade",
            "expect");

    /** Gone with the coding that is undone, or of one hop only. */
    private static final Set<String> NOT_HANDED_BACK =
            Set.of("content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive", "trailer");

    /** Beyond it a body is undone on a virtual thread: it would hold up the loop's exchanges. */
    private static final int MAX_UNDONE_ON_LOOP_BYTES = 32 << 10;

    private final Fetcher.Request request;
    private final FetchOrigin origin;
    private final EventLoop loop;
    private final CompletableFuture<Fetcher.Response> answer = new CompletableFuture<>();
    private final GatheredBody gathered;
    private @Nullable UpstreamCall call;
    private @Nullable ScheduledFuture<?> deadline;
    private int status;
    private Headers headers = Headers.EMPTY;
    private @Nullable String coding;

    FetchCall(Fetcher.Request request, FetchOrigin origin, EventLoop loop) {
        this.request = request;
        this.origin = origin;
        this.loop = loop;
        this.gathered = new GatheredBody(request.maxBytes());
    }

    /** Others may wait for it, none may complete it. */
    CompletionStage<Fetcher.Response> stage() {
        return answer.minimalCompletionStage();
    }

    /** The time-out runs from here. On the loop. */
    void startClock() {
        deadline = loop.schedule(this::timedOut, request.timeout().toNanos(), TimeUnit.NANOSECONDS);
    }

    /** On the loop. */
    void start(UpstreamPool pool) {
        if (answer.isDone()) {
            return;
        }
        Body framing = request.body().length == 0 ? Body.NONE : Body.LENGTH;
        call = pool.open(new OutboundRequest(head(), request.method(), framing, false), this);
    }

    private ByteBuf head() {
        StringBuilder text = new StringBuilder(256)
                .append(request.method())
                .append(' ')
                .append(target(request.uri()))
                .append(" HTTP/1.1\r\nHost: ")
                .append(origin.authority())
                .append("\r\nAccept-Encoding: gzip\r\n");
        for (Headers.Field field : request.headers().fields()) {
            if (!NOT_RELAYED.contains(field.name().toLowerCase(Locale.ROOT))) {
                text.append(field.name()).append(": ").append(field.value()).append("\r\n");
            }
        }
        if (request.body().length > 0 || expectsContent(request.method())) {
            text.append("Content-Length: ").append(request.body().length).append("\r\n");
        }
        text.append("\r\n");
        ByteBuf head = ByteBufAllocator.DEFAULT.directBuffer(text.length());
        head.writeCharSequence(text, StandardCharsets.ISO_8859_1);
        return head;
    }

    private static String target(URI uri) {
        URI ascii = URI.create(uri.toASCIIString());
        String path = ascii.getRawPath();
        String query = ascii.getRawQuery();
        String origin = path == null || path.isEmpty() ? "/" : path;
        return query == null ? origin : origin + "?" + query;
    }

    /** RFC 9110 section 8.6: such methods send a length even of nothing. */
    private static boolean expectsContent(String method) {
        return switch (method) {
            case "POST", "PUT", "PATCH" -> true;
            default -> false;
        };
    }

    @Override
    public void writable() {
        UpstreamCall current = call;
        if (current != null && current.isWritable()) {
            current.body(Unpooled.wrappedBuffer(request.body()));
            current.endBody(Headers.EMPTY);
        }
    }

    @Override
    public void interim(ParsedResponse head) {
        // The final one is what was asked for.
    }

    @Override
    public void head(ParsedResponse head) {
        status = head.status();
        coding = head.value(FieldName.CONTENT_ENCODING);
        List<Headers.Field> fields = new ArrayList<>(head.fieldCount());
        for (int i = 0; i < head.fieldCount(); i++) {
            String name = head.fieldNameText(i);
            if (!NOT_HANDED_BACK.contains(name.toLowerCase(Locale.ROOT))) {
                fields.add(new Headers.Field(name, head.fieldValue(i)));
            }
        }
        headers = Headers.of(fields);
        boolean bodyComes = !request.method().equals("HEAD") && status != 204 && status != 304;
        if (bodyComes && !gathered.expect(head.contentLength())) {
            abandon(GatheredBody.tooLarge(origin.toString(), request.maxBytes()));
        }
    }

    @Override
    public void body(ByteBuf piece) {
        try {
            if (!gathered.add(piece)) {
                abandon(GatheredBody.tooLarge(origin.toString(), request.maxBytes()));
            }
        } finally {
            piece.release();
        }
    }

    @Override
    public void end(Headers trailers) {
        call = null;
        if (coding == null || gathered.size() <= MAX_UNDONE_ON_LOOP_BYTES) {
            finish();
            return;
        }
        Thread.ofVirtual().name("fetch-undo").start(() -> {
            Runnable completion = undone();
            try {
                loop.execute(completion);
            } catch (RejectedExecutionException e) {
                completion.run();
            }
        });
    }

    private void finish() {
        undone().run();
    }

    /** How the call ends, to be run where its listeners are to be. */
    private Runnable undone() {
        try {
            Fetcher.Response response =
                    new Fetcher.Response(status, headers, gathered.undone(origin.toString(), coding));
            return () -> {
                stopClock();
                answer.complete(response);
            };
        } catch (FetchException e) {
            return () -> fail(e);
        }
    }

    @Override
    public void readComplete() {
        // Pieces are gathered as they come.
    }

    @Override
    public void upgraded(ParsedResponse head, Channel upstream, ByteBuf rest) {
        // Never asked for.
        rest.release();
        upstream.close();
        fail(new FetchException(FetchException.Kind.MALFORMED, origin + ": upgrade that was not asked for"));
    }

    @Override
    public void failed(UpstreamFailure failure) {
        call = null;
        fail(new FetchException(kind(failure.kind()), failure.message()));
    }

    private static FetchException.Kind kind(UpstreamFailure.Kind kind) {
        return switch (kind) {
            case UNRESOLVED, REFUSED, TLS -> FetchException.Kind.CONNECT;
            case CONNECT_TIMEOUT, FIRST_BYTE_TIMEOUT, IDLE_TIMEOUT -> FetchException.Kind.TIMEOUT;
            case BUSY, STALLED, STOPPING -> FetchException.Kind.BUSY;
            case CLOSED_BEFORE_HEAD, CLOSED_MID_BODY -> FetchException.Kind.CLOSED;
            case MALFORMED -> FetchException.Kind.MALFORMED;
        };
    }

    private void timedOut() {
        abandon(new FetchException(
                FetchException.Kind.TIMEOUT, origin + ": no whole answer within " + request.timeout()));
    }

    private void abandon(FetchException why) {
        UpstreamCall running = call;
        call = null;
        if (running != null) {
            running.abort();
        }
        fail(why);
    }

    /** On the loop, or after its end. */
    void fail(FetchException why) {
        stopClock();
        answer.completeExceptionally(why);
    }

    private void stopClock() {
        ScheduledFuture<?> running = deadline;
        if (running != null) {
            running.cancel(false);
        }
    }
}
