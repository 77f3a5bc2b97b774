package dev.embergate.benchmarks.load;

import dev.embergate.benchmarks.load.Talk.Answer;
import dev.embergate.rules.testkit.fake.Catalogue;
import dev.embergate.rules.testkit.fake.FakeEmby;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients of every kind, each a thread that does its piece of work again and again until told to stop, and that knows what should
 * come of it. Anything else is kept as a fault.
 */
final class SoakLoad {
    private static final int MOST_FAULTS = 100;
    private static final int REQUESTS_A_CONNECTION = 200;
    private static final int ROUND_TRIPS = 20;
    private static final int IDLE_TUNNELS = 50;
    private static final long RANGE_BYTES = 8 << 20;
    private static final List<String> BAD_REQUESTS = List.of(
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: \u0001\r\n\r\n",
            "\u0016\u0003\u0001\u0002\r\n\r\n");

    private interface Work {
        /** One connection's life. */
        void run() throws IOException;
    }

    private final int port;
    private final Tempo tempo;
    private final String film;
    private final String playbackInfo;
    private final Map<String, LongAdder> done = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
    private final List<Thread> workers = new ArrayList<>();
    private final PingPong idleTunnels;
    private volatile boolean stopping;

    SoakLoad(Workshop workshop, Peer ours, Tempo tempo) throws Exception {
        port = ours.port();
        this.tempo = tempo;
        film = workshop.filmPath();
        playbackInfo = "/emby/Items/" + Catalogue.FILM + "/PlaybackInfo?UserId="
                + workshop.emby().userId(FakeEmby.USER) + "&api_key="
                + workshop.emby().token(FakeEmby.USER);
        idleTunnels = new PingPong(port, IDLE_TUNNELS, true);
        start("small", 8, this::small);
        start("medium", 2, this::medium);
        start("range", 1, this::range);
        start("redirect", 3, this::redirect);
        start("rewrite", 2, this::rewrite);
        start("tunnel", 2, this::tunnel);
        start("leave", 2, this::leave);
        start("leave-upload", 1, this::leaveUpload);
        start("bad", 1, this::bad);
    }

    private void start(String name, int threads, Work work) {
        for (int i = 0; i < threads; i++) {
            workers.add(Thread.ofPlatform().name("soak-" + name).start(() -> repeat(name, work)));
        }
    }

    private void repeat(String name, Work work) {
        while (!stopping) {
            try {
                work.run();
            } catch (IOException | RuntimeException e) {
                if (!stopping) {
                    fault(name + ": " + e);
                }
                pause();
            }
        }
    }

    private void pause() {
        LockSupport.parkNanos(tempo.pauseNanos());
    }

    private void fault(String fault) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(fault);
        }
    }

    /** What the load did not ask for. */
    List<String> faults() {
        List<String> all = new ArrayList<>(faults);
        if (idleTunnels.lost() > 0) {
            all.add("idle tunnels: " + idleTunnels.lost() + " lost (expected: none)");
        }
        return all;
    }

    /** Pieces of work done, by name. */
    Map<String, LongAdder> done() {
        return done;
    }

    private void did(String name) {
        done.computeIfAbsent(name, key -> new LongAdder()).increment();
        pause();
    }

    private void expect(String name, Answer answer, int status, long bytes, String part) {
        if (answer.status() != status
                || (bytes >= 0 && answer.bodyBytes() != bytes)
                || !(answer.head() + answer.text()).contains(part)) {
            fault("%s: %d, %d bytes (expected: %d, %d bytes, with %s)%n%s%s"
                    .formatted(
                            name,
                            answer.status(),
                            answer.bodyBytes(),
                            status,
                            bytes,
                            part,
                            answer.head(),
                            answer.text()));
        }
        did(name);
    }

    private void asks(String name, String request, int times, int status, long bytes, String part) throws IOException {
        try (Talk talk = new Talk(port)) {
            for (int i = 0; i < times && !stopping; i++) {
                expect(name, talk.ask(request), status, bytes, part);
            }
        }
    }

    private void small() throws IOException {
        asks("small", Talk.get(Workshop.SMALL), REQUESTS_A_CONNECTION, 200, 1024, "kkkk");
    }

    private void medium() throws IOException {
        asks("medium", Talk.get(Workshop.MEDIUM), REQUESTS_A_CONNECTION, 200, 64 << 10, "");
    }

    private void range() throws IOException {
        String range = "Range: bytes=1000-" + (1000 + RANGE_BYTES - 1);
        asks("range", Talk.get(Workshop.LARGE, range), 3, 206, RANGE_BYTES, "");
    }

    private void redirect() throws IOException {
        asks("redirect", Talk.get(film, "User-Agent: Player/1"), REQUESTS_A_CONNECTION, 302, -1, "/d/");
    }

    private void rewrite() throws IOException {
        asks("rewrite", Talk.get(playbackInfo, "Accept-Encoding: gzip"), 20, 200, -1, "\"SupportsTranscoding\":false");
    }

    private void tunnel() throws IOException {
        try (Talk talk = new Talk(port)) {
            Answer answer = talk.ask(Talk.get(
                    Workshop.SOCKET,
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: ZW1iZXJnYXRlLXNvYWshIQ=="));
            if (answer.status() != 101) {
                fault("tunnel: " + answer + " (expected: 101)");
                return;
            }
            byte[] message = new byte[125];
            for (int i = 0; i < ROUND_TRIPS && !stopping; i++) {
                java.util.Arrays.fill(message, (byte) i);
                talk.send(message);
                if (!java.util.Arrays.equals(talk.bytes(message.length), message)) {
                    fault("tunnel: other bytes (expected: those sent)");
                }
                did("tunnel");
            }
        }
    }

    /** Asks for a film, takes a little of it and goes: with a reset, or properly. */
    private void leave() throws IOException {
        Talk talk = new Talk(port);
        try {
            talk.send(Talk.get(Workshop.LARGE));
            talk.bytes(100_000);
            did("leave");
        } finally {
            if (System.nanoTime() % 2 == 0) {
                talk.reset();
            } else {
                talk.close();
            }
        }
    }

    /** Goes in the middle of a head, or of a body that it announced. */
    private void leaveUpload() throws IOException {
        try (Talk talk = new Talk(port)) {
            talk.send("POST " + Workshop.SMALL + " HTTP/1.1\r\nHost: localhost\r\nContent-Le");
            if (System.nanoTime() % 2 == 0) {
                talk.send("ngth: 1000000\r\n\r\n" + "x".repeat(50_000));
            }
            did("leave-upload");
        }
    }

    private void bad() throws IOException {
        for (String request : BAD_REQUESTS) {
            try (Talk talk = new Talk(port)) {
                Answer answer = talk.ask(request);
                if (answer.status() != 400) {
                    fault("bad: " + answer.status() + " to " + request + " (expected: 400)");
                }
                did("bad");
            }
        }
    }

    void stop() throws InterruptedException {
        stopping = true;
        for (Thread worker : workers) {
            worker.join(60_000);
            if (worker.isAlive()) {
                fault(worker.getName() + ": still at work after a minute (expected: ended)");
            }
        }
        idleTunnels.close();
    }
}
