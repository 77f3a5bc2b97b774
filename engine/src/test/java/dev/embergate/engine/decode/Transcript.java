package dev.embergate.engine.decode;

import dev.embergate.engine.spi.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a decoder tells, body pieces joined, so that two runs can be compared as texts. */
final class Transcript<H extends ParsedHead> implements MessageSink<H> {
    /** One line for each event, with everything a head holds. */
    final List<String> events = new ArrayList<>();
    /** The same, with as little as a verdict needs. */
    final List<String> verdict = new ArrayList<>();

    /** Where in memory the pieces began. */
    final List<Long> addresses = new ArrayList<>();

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    Runnable onEnd = () -> {};

    static <H extends ParsedHead> Transcript<H> of() {
        return new Transcript<>();
    }

    @Override
    public void head(H head) {
        String line = startLine(head);
        verdict.add(line);
        StringBuilder all = new StringBuilder(line);
        for (int i = 0; i < head.fieldCount(); i++) {
            all.append('\n').append(fieldLine(head, i)).append(head.namedByConnection(i) ? " (hop)" : "");
        }
        all.append("\n-> ").append(head.framing()).append(' ').append(head.contentLength());
        all.append(head.isHttp10() ? " 1.0" : " 1.1").append(head.keepsAlive() ? " keep" : " close");
        all.append(' ').append(head.sizeBytes());
        if (head instanceof ParsedRequest request) {
            all.append(' ').append(request.path()).append(' ').append(request.authority());
            all.append(' ').append(request.upgrade()).append(' ').append(request.expectsContinue());
        }
        events.add(all.toString());
    }

    private static String fieldLine(ParsedHead head, int index) {
        ByteBuf out = Unpooled.buffer();
        head.copyField(index, out);
        return out.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    private static String startLine(ParsedHead head) {
        return switch (head) {
            case ParsedRequest request -> request.method() + " " + request.target();
            case ParsedResponse response -> (response.status() + " " + response.reason()).stripTrailing();
            default -> throw new AssertionError(head);
        };
    }

    @Override
    public void body(ByteBuf piece) {
        addresses.add(piece.memoryAddress() + piece.readerIndex());
        body.writeBytes(ByteBufUtil.getBytes(piece));
        piece.release();
    }

    private void flushBody() {
        if (body.size() > 0) {
            verdict.add("body " + body.size());
            events.add("body " + body.toString(StandardCharsets.ISO_8859_1));
            body.reset();
        }
    }

    @Override
    public void end(Headers trailers) {
        flushBody();
        verdict.add("end");
        StringBuilder all = new StringBuilder("end");
        trailers.forEach(
                (name, value) -> all.append('\n').append(name).append(": ").append(value));
        events.add(all.toString());
        onEnd.run();
    }

    @Override
    public void rejected(Rejection rejection) {
        flushBody();
        verdict.add(Integer.toString(rejection.status()));
        events.add("rejected " + rejection.status() + " " + rejection.reason());
    }

    void note(String what) {
        flushBody();
        verdict.add(what);
        events.add(what);
    }

    String verdict() {
        return String.join(", ", verdict);
    }

    String all() {
        return String.join("\n", events);
    }
}
