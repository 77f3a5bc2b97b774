package dev.embergate.engine.encode;

import dev.embergate.engine.spi.Conversation;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** A conversation that writes down what it hears and answers as told. */
final class Recorded implements Conversation {
    final CompletableFuture<Peer> peer = new CompletableFuture<>();
    final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final Limits limits;
    private final BiConsumer<Peer, String> answer;

    Recorded() {
        this(Limits.DEFAULT, (peer, message) -> {});
    }

    Recorded(Limits limits, BiConsumer<Peer, String> answer) {
        this.limits = limits;
        this.answer = answer;
    }

    static Limits limits(int maxMessageBytes, int maxQueuedBytes, Duration ping) {
        return new Limits(maxMessageBytes, maxQueuedBytes, ping);
    }

    Peer peer() {
        return Drained.await(peer);
    }

    String next() throws InterruptedException {
        String event = heard.poll(10, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("nothing heard");
        }
        return event;
    }

    @Override
    public void opened(Peer newPeer) {
        peer.complete(newPeer);
        answer.accept(newPeer, "opened");
    }

    @Override
    public void text(String message) {
        heard.add("text " + message);
        answer.accept(peer.join(), message);
    }

    @Override
    public void binary(byte[] message) {
        heard.add("binary "
                + (message.length > 32 ? message.length : HexFormat.of().formatHex(message)));
        answer.accept(peer.join(), "binary");
    }

    @Override
    public void closed(int code, String reason) {
        heard.add("closed " + code + (reason.isEmpty() ? "" : " " + reason));
    }

    @Override
    public Limits limits() {
        return limits;
    }

    @Override
    public List<String> subprotocols() {
        return List.of("v2.room", "v1.room");
    }
}
