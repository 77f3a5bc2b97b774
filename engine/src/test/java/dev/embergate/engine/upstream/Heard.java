package dev.embergate.engine.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.embergate.engine.decode.ParsedResponse;
import dev.embergate.engine.spi.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A listener that writes down what it hears, and does at each word what a test wants done there. */
final class Heard implements UpstreamListener {
    /** In order: {@code writable, interim 100, head 200, body, end, complete, upgraded, failed KIND}; equal neighbours once. */
    final List<String> words = new CopyOnWriteArrayList<>();

    final AtomicLong bodyBytes = new AtomicLong();
    /** Of the buffers behind the pieces. */
    volatile int largestCapacity;

    final List<Integer> pieces = new CopyOnWriteArrayList<>();
    volatile @Nullable UpstreamFailure failure;
    volatile @Nullable Channel upgraded;
    volatile String rest = "";
    volatile Headers trailers = Headers.EMPTY;
    volatile int statusAtEnd;

    Runnable onWritable = () -> {};
    Runnable onInterim = () -> {};
    Runnable onHead = () -> {};
    Runnable onBody = () -> {};
    Runnable onEnd = () -> {};
    Consumer<UpstreamFailure> onFailed = failed -> {};

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final boolean keeps;
    private @Nullable ParsedResponse head;

    Heard() {
        this(true);
    }

    /** @param keeps whether the body is kept, or only counted */
    Heard(boolean keeps) {
        this.keeps = keeps;
    }

    private void word(String word) {
        if (words.isEmpty() || !words.getLast().equals(word)) {
            words.add(word);
        }
    }

    @Override
    public void writable() {
        word("writable");
        onWritable.run();
    }

    @Override
    public void interim(ParsedResponse interim) {
        word("interim " + interim.status());
        onInterim.run();
    }

    @Override
    public void head(ParsedResponse answer) {
        head = answer;
        word("head " + answer.status());
        onHead.run();
    }

    @Override
    public void body(ByteBuf piece) {
        try {
            bodyBytes.addAndGet(piece.readableBytes());
            largestCapacity = Math.max(largestCapacity, whole(piece).capacity());
            pieces.add(piece.readableBytes());
            if (keeps) {
                byte[] bytes = new byte[piece.readableBytes()];
                piece.readBytes(bytes);
                synchronized (body) {
                    body.writeBytes(bytes);
                }
            }
        } finally {
            piece.release();
        }
        word("body");
        onBody.run();
    }

    @Override
    public void end(Headers withTrailers) {
        trailers = withTrailers;
        ParsedResponse answer = head;
        statusAtEnd = answer == null ? 0 : answer.status();
        word("end");
        onEnd.run();
    }

    @Override
    public void readComplete() {
        word("complete");
    }

    @Override
    public void upgraded(ParsedResponse answer, Channel upstream, ByteBuf more) {
        rest = more.toString(StandardCharsets.ISO_8859_1);
        more.release();
        upgraded = upstream;
        word("upgraded");
    }

    @Override
    public void failed(UpstreamFailure why) {
        failure = why;
        word("failed " + why.kind());
        onFailed.accept(why);
    }

    private static ByteBuf whole(ByteBuf piece) {
        ByteBuf whole = piece;
        for (ByteBuf behind = whole.unwrap(); behind != null; behind = whole.unwrap()) {
            whole = behind;
        }
        return whole;
    }

    String text() {
        synchronized (body) {
            return body.toString(StandardCharsets.ISO_8859_1);
        }
    }

    /** Waits for that word, and fails at once when a failure came instead. */
    Heard awaits(String word) {
        await().until(() -> words.contains(word) || failure != null);
        assertThat(words).as("failure: %s", failure).contains(word);
        return this;
    }

    Heard awaitsEnd() {
        return awaits("end");
    }

    UpstreamFailure awaitsFailure(UpstreamFailure.Kind kind) {
        await().until(() -> failure != null || words.contains("end"));
        UpstreamFailure why = failure;
        assertThat(words).contains("failed " + kind);
        assertThat(why).isNotNull();
        return why;
    }
}
