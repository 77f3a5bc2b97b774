package dev.embergate.engine.wire;

import static dev.embergate.engine.wire.CacheBed.answer;
import static dev.embergate.engine.wire.CacheBed.ask;
import static dev.embergate.engine.wire.CacheBed.get;
import static dev.embergate.engine.wire.CacheBed.proxy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.embergate.engine.EngineConfig;
import dev.embergate.engine.testkit.LeakCheck;
import dev.embergate.engine.testkit.Origin;
import dev.embergate.engine.testkit.Step;
import dev.embergate.engine.testkit.WireAnswer;
import dev.embergate.engine.testkit.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Answers on disk: found again after a restart, bounded, and never taken for whole when they are not. */
@ExtendWith(LeakCheck.class)
class CacheDiskTest {
    private static final String LARGE = "0123456789".repeat(50_000);

    @TempDir
    private Path temporary;

    private final Origin origin = Origin.start();

    @AfterEach
    void close() {
        origin.close();
    }

    /** Memory takes bodies up to 128 KiB, so that {@link #LARGE} lies on disk only. */
    private EngineConfig.Cache disk(long bytes) {
        return new EngineConfig.Cache(1 << 20, bytes, temporary.resolve("cache"));
    }

    private Proxy start() {
        return proxy(origin, CacheBed.PLAIN, disk(16 << 20)).start();
    }

    private List<Path> files(String ending) {
        try (Stream<Path> all = Files.list(temporary.resolve("cache"))) {
            return all.filter(file -> file.toString().endsWith(ending)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isHit(WireAnswer answer) {
        return "embergate; hit".equals(answer.field("Cache-Status"));
    }

    private static Step kept(String body) {
        return answer("200 OK", "Cache-Control: max-age=600\r\nETag: \"v1\"\r\n", body);
    }

    private void keepBoth() {
        origin.answers(answer("200 OK", "Cache-Control: max-age=600, public\r\n", "with a token"));
        origin.answers(kept("small"));
        origin.answers(kept(LARGE));
        try (Proxy proxy = start()) {
            get(proxy, "/small?api_key=secret-word");
            get(proxy, "/small");
            get(proxy, "/large");
            CacheBed.await(() -> files(".kept").size() == 3);
        }
    }

    @Test
    void whatIsOnDiskOutlivesARestart() {
        keepBoth();
        try (Proxy proxy = start()) {
            CacheBed.await(() -> isHit(ask(proxy, "GET", "/small", "Cache-Control: only-if-cached\r\n")));
            CacheBed.await(() -> isHit(ask(proxy, "HEAD", "/large", "Cache-Control: only-if-cached\r\n")));
            WireAnswer large = get(proxy, "/large");
            assertThat(large.field("Age")).isNotNull();
            assertThat(large.field("ETag")).isEqualTo("\"v1\"");
            assertThat(large.text().equals(LARGE)).isTrue();
            assertThat(ask(proxy, "GET", "/large", "Range: bytes=300001-300003\r\n")
                            .text())
                    .isEqualTo("123");
            assertThat(ask(proxy, "GET", "/large", "Range: bytes=0-1,499998-\r\n")
                            .text())
                    .contains("\r\n\r\n01\r\n", "\r\n\r\n89\r\n");
            assertThat(ask(proxy, "GET", "/large", "If-None-Match: \"v1\"\r\n").status())
                    .isEqualTo(304);
            assertThat(get(proxy, "/small").text()).isEqualTo("small");
            assertThat(origin.requests()).hasSize(3);
        }
    }

    @Test
    void filesTellNobodyWhatTheyAreAndAreTheOwnersOnly() throws Exception {
        keepBoth();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temporary.resolve("cache"))))
                .isEqualTo("rwx------");
        for (Path file : files(".kept")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
                    .doesNotContain("secret-word", "/small", "/large");
        }
    }

    @Test
    void damagedFilesAndLeftoversAreGoneAfterTheStart() throws Exception {
        keepBoth();
        for (Path file : files(".kept")) {
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length - 20] ^= 1; // in the body
            Files.write(file, bytes);
        }
        Files.writeString(temporary.resolve("cache/1-1-1.part"), "half of an answer");
        Files.writeString(temporary.resolve("cache/1-1-2.kept"), "no answer at all");
        Files.writeString(temporary.resolve("cache/1-1-3.kept"), "");
        origin.answers(kept("anew"));
        try (Proxy proxy = start()) {
            CacheBed.await(() -> files(".kept").isEmpty() && files(".part").isEmpty());
            assertThat(get(proxy, "/large").text()).isEqualTo("anew");
        }
    }

    @Test
    void anAnswerThatIsCutLeavesNothingOnDisk() {
        origin.answers(
                Step.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 500000\r\n\r\n"
                        + LARGE.substring(1)),
                Step.close());
        try (Proxy proxy = start();
                WireClient client = proxy.client()) {
            client.get("/large").readToEnd();
            CacheBed.await(() -> files(".part").isEmpty() && files(".kept").isEmpty());
            CacheBed.await(
                    () -> CacheBed.metric(proxy.engine.metricsText(), "embergate_cache_bytes{store=\"disk\"}") == 0);
        }
    }

    @Test
    void diskHoldsNoMoreThanItsBytes() {
        origin.otherwise(kept(LARGE));
        try (Proxy proxy = proxy(origin, CacheBed.PLAIN, disk(2_400_000)).start()) {
            for (int i = 0; i < 12; i++) {
                int before = i;
                get(proxy, "/" + i);
                CacheBed.await(() ->
                        CacheBed.metric(proxy.engine.metricsText(), "embergate_cache_stored_total{store=\"disk\"}")
                                == before + 1);
            }
            CacheBed.await(() -> files(".kept").size() == 4);
            assertThat(CacheBed.metric(proxy.engine.metricsText(), "embergate_cache_bytes{store=\"disk\"}"))
                    .isBetween(2_000_000d, 2_400_000d);
            assertThat(isHit(get(proxy, "/11"))).isTrue();
            assertThat(isHit(get(proxy, "/0"))).isFalse();
        }
    }

    @Test
    void aFileThatIsGoneIsAskedForAnew() throws Exception {
        origin.answers(kept(LARGE));
        origin.answers(kept("anew"));
        try (Proxy proxy = start()) {
            get(proxy, "/large");
            CacheBed.await(() -> files(".kept").size() == 1);
            assertThat(isHit(get(proxy, "/large"))).isTrue();
            Files.delete(files(".kept").getFirst());
            assertThat(get(proxy, "/large").text()).isEqualTo("anew");
            assertThat(isHit(get(proxy, "/large"))).isTrue();
        }
    }

    @Test
    void invalidationReachesTheDisk() {
        origin.answers(kept(LARGE));
        origin.answers(answer("200 OK", "", ""));
        try (Proxy proxy = start()) {
            get(proxy, "/large");
            CacheBed.await(() -> files(".kept").size() == 1);
            ask(proxy, "DELETE", "/large", "");
            CacheBed.await(() -> files(".kept").isEmpty());
        }
    }

    @Test
    void whatIsNotOursInTheFolderStaysAsItIs() throws Exception {
        Path folder = Files.createDirectory(temporary.resolve("cache"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path film = Files.writeString(folder.resolve("film.mkv.part"), "half a film");
        Path mine = Files.writeString(folder.resolve("mine.kept"), "mine");
        Path elsewhere = Files.writeString(temporary.resolve("elsewhere"), "elsewhere");
        Path link = Files.createSymbolicLink(folder.resolve("1-1-1.kept"), elsewhere);
        Path inner = Files.createDirectory(folder.resolve("1-1-2.part"));
        Path leftover = Files.writeString(folder.resolve("1-1-3.part"), "ours");
        try (Proxy proxy = start()) {
            assertThat(proxy.port()).isPositive();
            CacheBed.await(() -> Files.notExists(leftover));
        }
        start().close();
        assertThat(film).hasContent("half a film");
        assertThat(mine).hasContent("mine");
        assertThat(link).isSymbolicLink();
        assertThat(inner).isDirectory();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwxr-xr-x");
    }

    @Test
    void aFolderBelongsToOneProcess() {
        try (Proxy first = start()) {
            assertThat(first.port()).isPositive();
            assertThatThrownBy(this::start)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("in use (expected: a folder for this process alone)");
        }
        start().close();
    }

    @Test
    void aClientThatLeavesWhileADiskAnswerIsGivenLeavesNoFileOpen() {
        origin.answers(kept(LARGE));
        try (Proxy proxy = start()) {
            get(proxy, "/large");
            CacheBed.await(() -> files(".kept").size() == 1);
            for (int i = 0; i < 5; i++) {
                try (WireClient client = proxy.slowClient(4096)) {
                    client.get("/large").readHead();
                    client.reset();
                }
            }
            CacheBed.await(() -> proxy.engine.status().exchanges() == 0);
            CacheBed.await(() -> openKept() == 0);
        }
    }

    private static long openKept() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(each -> {
                        try {
                            return Files.readSymbolicLink(each).toString().contains(".kept");
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whoWaitsForALargeAnswerGetsItFromDisk() {
        CountDownLatch go = new CountDownLatch(1);
        origin.answers(Step.hold(go), kept(LARGE));
        try (Proxy proxy = start();
                WireClient leader = proxy.client().get("/large")) {
            origin.take();
            try (WireClient second = proxy.client().get("/large")) {
                CacheBed.await(() -> proxy.engine.status().exchanges() == 2);
                go.countDown();
                assertThat(leader.readAnswer().text().equals(LARGE)).isTrue();
                assertThat(second.readAnswer().text().equals(LARGE)).isTrue();
                assertThat(origin.requests()).hasSize(1);
            }
        }
    }
}
