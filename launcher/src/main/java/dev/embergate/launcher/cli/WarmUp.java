package dev.embergate.launcher.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs the program for a moment against an upstream of its own, so that the virtual machine learns for its start-up archive which
 * classes a start takes. Only those: whatever lies in the archive lies in memory, too. Called by {@code bin/embergate}, which has
 * the archive written; loopback only, over in a second or two.
 */
final class WarmUp {
    private static final int REQUESTS = 3;
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final byte[] ANSWER = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private WarmUp() {}

    /** @return the exit code */
    static int run(PrintWriter out, PrintWriter err) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("embergate-warm-up");
        try (ServerSocket upstream = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> serve(upstream));
            int proxy = freePort();
            int admin = freePort();
            Path config =
                    Files.writeString(folder.resolve("config.yml"), config(upstream.getLocalPort(), proxy, admin));
            int[] code = {0};
            Thread running = Thread.ofPlatform()
                    .daemon()
                    .start(() -> code[0] =
                            new CommandLineProgram(Map.of(), out, err).execute("run", "--config", config.toString()));
            try {
                for (int i = 0; i < REQUESTS; i++) {
                    ask(proxy, "/warm/up?n=" + i);
                }
            } finally {
                running.interrupt();
                running.join(TIMEOUT_MILLIS);
            }
            return code[0];
        } finally {
            delete(folder);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static String config(int upstream, int proxy, int admin) {
        return """
                listeners: [{ host: 127.0.0.1, port: %d }]
                admin: { port: %d }
                upstreams: { emby: { url: "http://127.0.0.1:%d" } }
                data: data
                timeouts: { stop: 1s }
                rules:
                  - name: links
                    type: alist-redirect
                    with: { alist: { url: "http://127.0.0.1:%d" }, paths: [{ from: /a, to: /b }] }
                  - { name: playback, type: playback-info }
                  - { name: static, type: static-redirect, with: { to: "http://127.0.0.1" } }
                  - { name: socket, type: tunnel }
                  - { name: home, type: redirect, match: { path: / }, with: { to: /web/index.html } }
                """.formatted(proxy, admin, upstream, upstream);
    }

    private static void serve(ServerSocket upstream) {
        try {
            while (true) {
                Socket socket = upstream.accept();
                Thread.ofVirtual().start(() -> answer(socket));
            }
        } catch (IOException e) {
            // Closed: the end.
        }
    }

    private static void answer(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            while (readHead(in)) {
                socket.getOutputStream().write(ANSWER);
            }
        } catch (IOException e) {
            // The proxy has stopped.
        }
    }

    private static boolean readHead(InputStream in) throws IOException {
        int matched = 0;
        while (matched < END.length) {
            int b = in.read();
            if (b < 0) {
                return false;
            }
            matched = b == END[matched] ? matched + 1 : b == END[0] ? 1 : 0;
        }
        return true;
    }

    /** Until it is answered: the program may still be starting. */
    private static void ask(int port, String path) throws IOException, InterruptedException {
        long end = System.nanoTime() + TIMEOUT_MILLIS * 1_000_000L;
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(TIMEOUT_MILLIS);
                OutputStream out = socket.getOutputStream();
                out.write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                socket.getInputStream().readAllBytes();
                return;
            } catch (IOException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                Thread.yield();
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(folder)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path one : all) {
            Files.deleteIfExists(one);
        }
    }

    static boolean isAsked(String[] args) {
        return args.length == 1 && args[0].equals("warm-up");
    }
}
