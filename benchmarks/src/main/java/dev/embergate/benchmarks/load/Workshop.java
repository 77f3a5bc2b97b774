package dev.embergate.benchmarks.load;

import dev.embergate.rules.testkit.fake.Catalogue;
import dev.embergate.rules.testkit.fake.FakeAlist;
import dev.embergate.rules.testkit.fake.FakeDrive;
import dev.embergate.rules.testkit.fake.FakeEmby;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Starts the program, its peers and what lies behind them, all on loopback and in a folder of their own, and ends exactly those
 * that it started, also when the harness is interrupted. Not thread-safe but for the end.
 */
final class Workshop implements AutoCloseable {
    static final String SMALL = "/emby/System/small";
    static final String MEDIUM = "/emby/System/64k";
    static final String LARGE = "/emby/System/1g";
    static final long LARGE_BYTES = 1L << 30;
    static final String SOCKET = "/embywebsocket";
    static final int MAX_CONNECTIONS = 12_000;

    private static final String ALIST_TOKEN = "load-alist-token";

    /** The program may write its start archive then. */
    private static final int STOP_SECONDS = 40;

    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Options options;
    private final Path work;
    private final FakeDrive drive;
    private final FakeAlist alist;
    private final FakeEmby emby;
    private final EchoServer echo;
    private final Deque<Peer> started = new ArrayDeque<>();
    private final Thread end = new Thread(this::stopAll);
    private int nextPort;
    private String keepAlive = "75s";
    private String write = "60s";
    private int originPort;
    private int adminPort;

    Workshop(Options options) throws IOException {
        this.options = options;
        this.nextPort = options.firstPort();
        work = Files.createTempDirectory("embergate-load");
        Runtime.getRuntime().addShutdownHook(end);
        drive = FakeDrive.start();
        Catalogue.driveFiles().forEach(drive::put);
        alist = FakeAlist.start(drive, "/115", ALIST_TOKEN);
        emby = FakeEmby.start();
        echo = EchoServer.start();
        Path files = Files.createDirectories(work.resolve("files/emby/System"));
        Files.write(files.resolve("64k"), new byte[64 << 10]);
        try (RandomAccessFile large = new RandomAccessFile(files.resolve("1g").toFile(), "rw")) {
            large.setLength(LARGE_BYTES); // without blocks on the disk
        }
    }

    Path work() {
        return work;
    }

    FakeEmby emby() {
        return emby;
    }

    /** How long the program, once started, waits for clients that ask nothing or take nothing. */
    void patience(String duration) {
        keepAlive = duration;
        write = duration;
    }

    int adminPort() {
        return adminPort;
    }

    /** A path that alist-redirect answers from what it knows, once it has been asked for it. */
    String filmPath() {
        return "/emby/videos/" + Catalogue.FILM + "/original.mp4?DeviceId=load&MediaSourceId=mediasource_"
                + Catalogue.FILM + "&PlaySessionId=77&api_key=" + emby.token(FakeEmby.USER);
    }

    Peer peer(String name) {
        return started.stream()
                .filter(peer -> peer.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("peer: " + name + " (expected: one that runs)"));
    }

    /** Starts it and waits until it answers through to the origin. */
    Peer start(String name) throws IOException {
        Peer peer = launch(name);
        awaitReady(peer);
        return peer;
    }

    /** Starts it, no more. */
    Peer launch(String name) throws IOException {
        int port = freePort();
        Map<String, String> words = words(port);
        Path log = work.resolve(name + "-" + port + ".log");
        ProcessBuilder builder;
        switch (name) {
            case Peer.ORIGIN -> {
                originPort = port;
                words.put("ORIGIN", Integer.toString(port));
                builder = nginx("origin.conf", words);
                log = work.resolve("origin-access.log");
            }
            case Peer.NGINX -> builder = nginx("nginx-default.conf", withLog(words, log));
            case Peer.NGINX_TUNED -> builder = nginx("nginx-tuned.conf", withLog(words, log));
            case Peer.HAPROXY ->
                builder = new ProcessBuilder(
                        "haproxy", "-db", "-f", filled("haproxy.cfg", words).toString());
            case Peer.CADDY -> {
                builder = new ProcessBuilder(
                        "caddy",
                        "run",
                        "--adapter",
                        "caddyfile",
                        "--config",
                        filled("Caddyfile", words).toString());
                builder.environment().put("HOME", work.toString());
                builder.environment().put("XDG_DATA_HOME", work.toString());
                builder.environment().put("XDG_CONFIG_HOME", work.toString());
                log = work.resolve("caddy-access.log");
            }
            case Peer.EMBERGATE -> builder = embergate(words);
            default -> throw new IllegalArgumentException("peer: " + name + " (expected: one of those known)");
        }
        Path output = name.equals(Peer.EMBERGATE) || name.equals(Peer.HAPROXY) ? log : work.resolve(name + ".out");
        builder.directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        Peer peer = new Peer(name, builder.start(), port, log);
        synchronized (started) {
            started.addFirst(peer);
        }
        return peer;
    }

    private static Map<String, String> withLog(Map<String, String> words, Path log) {
        words.computeIfPresent("NGINX_LOG", (key, value) -> value.replace("@LOG@", log.toString()));
        return words;
    }

    private ProcessBuilder nginx(String config, Map<String, String> words) throws IOException {
        String file = filled(config, words).toString();
        return new ProcessBuilder(
                "nginx", "-p", work.toString(), "-e", work.resolve("nginx.err").toString(), "-c", file);
    }

    private ProcessBuilder embergate(Map<String, String> words) throws IOException {
        adminPort = freePort();
        words.put("ADMIN", Integer.toString(adminPort));
        Files.createDirectories(work.resolve("plugins"));
        ProcessBuilder builder = new ProcessBuilder(
                options.distribution().resolve("bin/embergate").toString(),
                "run",
                "--config",
                filled("embergate.yml", words).toString());
        builder.environment().put("EMBERGATE_JAVA_HOME", System.getProperty("java.home"));
        builder.environment()
                .put("EMBERGATE_CACHE", options.results().resolve("cache").toString());
        builder.environment().put("EMBERGATE_OPTS", options.javaFlags());
        return builder;
    }

    private Map<String, String> words(int port) throws IOException {
        long files = openFilesLimit();
        Map<String, String> words = new HashMap<>();
        words.put("PORT", Integer.toString(port));
        words.put("ORIGIN", Integer.toString(originPort));
        words.put("ECHO", Integer.toString(echo.port()));
        words.put("EMBY", emby.origin().toString());
        words.put("ALIST", alist.origin().toString());
        words.put("ALIST_TOKEN", ALIST_TOKEN);
        words.put("WORK", work.toString());
        words.put("USER", System.getProperty("user.name"));
        words.put("FILES", Long.toString(files));
        words.put("CONNECTIONS", Long.toString(files - 500));
        words.put("MAXCONN", Long.toString((files - 200) / 2));
        words.put("MAX_CONNECTIONS", Integer.toString(MAX_CONNECTIONS));
        words.put("KEEP_ALIVE", keepAlive);
        words.put("WRITE", write);
        words.put("KILOBYTE", "k".repeat(1024));
        words.put("LOCATION", drive.origin() + "/d/" + "x".repeat(120) + "?sign=" + "y".repeat(60));
        boolean logs = options.peerLogs();
        words.put("NGINX_LOG", logs ? "@LOG@ combined buffer=64k flush=1s" : "off");
        words.put("HAPROXY_LOG", logs ? "log stderr format raw local0" : "");
        words.put("HAPROXY_LOG_USE", logs ? "log global\n    option httplog" : "");
        words.put("CADDY_LOG", logs ? "log {\n\t\toutput file " + work.resolve("caddy-access.log") + "\n\t}" : "");
        return words;
    }

    private static long openFilesLimit() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/limits"))) {
            return lines.filter(line -> line.startsWith("Max open files"))
                    .mapToLong(line -> Long.parseLong(line.split("\\s+")[3]))
                    .findFirst()
                    .orElse(1024);
        }
    }

    /** A template of {@code benchmarks/load/peers}, filled in. */
    private Path filled(String template, Map<String, String> words) throws IOException {
        String text = Files.readString(options.load().resolve("peers").resolve(template));
        for (Map.Entry<String, String> word : words.entrySet()) {
            text = text.replace("@" + word.getKey() + "@", word.getValue());
        }
        return Files.writeString(work.resolve(words.get("PORT") + "-" + template), text);
    }

    private int freePort() throws IOException {
        for (int tries = 0; tries < 500; tries++) {
            int port = nextPort++;
            try (ServerSocket probe = new ServerSocket()) {
                probe.setReuseAddress(true);
                probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException taken) {
                // The next one.
            }
        }
        throw new IOException("ports: none free from " + options.firstPort() + " on (expected: one among 500)");
    }

    /** Until it answers 200; the origin has a page of its own for that. */
    void awaitReady(Peer peer) throws IOException {
        long until = System.nanoTime() + START_NANOS;
        while (!HttpProbe.answers(peer.port(), SMALL)) {
            if (!peer.process().isAlive() || System.nanoTime() > until) {
                String said = Files.exists(peer.log()) ? Files.readString(peer.log()) : "";
                Path output = work.resolve(peer.name() + ".out");
                throw new IOException(peer.name() + ": does not answer (expected: 200 within 30 s)\n" + said
                        + (Files.exists(output) ? Files.readString(output) : ""));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    /** Runs the program once, to its proper end: then it leaves the archive that later starts read. */
    void fillStartArchive(String name) throws IOException {
        if (name.equals(Peer.EMBERGATE)) {
            stop(start(name));
        }
    }

    void stop(Peer peer) {
        synchronized (started) {
            started.remove(peer);
        }
        end(peer);
    }

    private static void end(Peer peer) {
        List<ProcessHandle> below = peer.process().descendants().toList();
        peer.process().destroy();
        try {
            if (!peer.process().waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                peer.process().destroyForcibly().waitFor(5, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            peer.process().destroyForcibly();
            Thread.currentThread().interrupt();
        }
        below.forEach(ProcessHandle::destroyForcibly);
    }

    private void stopAll() {
        synchronized (started) {
            started.forEach(Workshop::end);
            started.clear();
        }
        deleteWork();
    }

    private void deleteWork() {
        if (!Files.exists(work)) {
            return;
        }
        try (Stream<Path> files = Files.walk(work)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stopAll();
        echo.close();
        emby.close();
        alist.close();
        drive.close();
        try {
            Runtime.getRuntime().removeShutdownHook(end);
        } catch (IllegalStateException e) {
            // Ending already.
        }
    }
}
