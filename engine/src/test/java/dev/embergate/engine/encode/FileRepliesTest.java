package dev.embergate.engine.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.embergate.engine.spi.Body;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome.Respond;
import dev.embergate.engine.testkit.HeadOf;
import dev.embergate.engine.testkit.LeakCheck;
import io.netty.buffer.ByteBuf;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Answers from disk. After each test no handle of the folder is open. */
@ExtendWith(LeakCheck.class)
class FileRepliesTest {
    private static final Path HANDLES = Path.of("/proc/self/fd");
    private static EventLoop loop;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startLoop() {
        loop = new DefaultEventLoop();
    }

    @AfterAll
    static void stopLoop() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @AfterEach
    void nothingStaysOpen() {
        if (Files.isDirectory(HANDLES)) {
            await().untilAsserted(() -> assertThat(openHandles()).isZero());
        }
    }

    private long openHandles() throws IOException {
        try (Stream<Path> handles = Files.list(HANDLES)) {
            return handles.filter(this::isInFolder).count();
        }
    }

    private boolean isInFolder(Path handle) {
        try {
            return Files.readSymbolicLink(handle).startsWith(folder);
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    @Test
    void aFileIsSentWithTypeLengthAndValidators() throws IOException {
        byte[] bytes = random(2 * WindowSource.PIECE_BYTES + 1000);
        Path file = written("film.mp4", bytes);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("1994-11-06T08:49:37.5Z")));
        Drained answer = Drained.of(loop, HeadOf.get("/"), respond(file));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.reply().contentLength()).isEqualTo(bytes.length);
        assertThat(answer.body()).isEqualTo(bytes);
        assertThat(answer.pieces()).isEqualTo(3);
        assertThat(answer.header("Content-Type")).isEqualTo("video/mp4");
        assertThat(answer.header("Last-Modified")).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
        assertThat(answer.header("ETag")).matches("\"[0-9a-f-]+\"");
        assertThat(answer.header("Accept-Ranges")).isEqualTo("bytes");
    }

    @Test
    void theRulesTypeStandsAboveTheEnding() throws IOException {
        Body.File body = new Body.File(written("film.bin", random(10)), "video/mp4");
        Drained answer = Drained.of(loop, HeadOf.get("/"), new Respond(200, Headers.EMPTY, body));
        assertThat(answer.header("Content-Type")).isEqualTo("video/mp4");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "bytes=0-0, 0, 1",
        "bytes=131071-131072, 131071, 131073",
        "bytes=5-262200, 5, 262201",
        "bytes=262100-, 262100, 263144",
        "bytes=-3, 263141, 263144"
    })
    void aRangeOfAFileIsCutExactly(String range, int from, int to) throws IOException {
        byte[] bytes = random(2 * WindowSource.PIECE_BYTES + 1000);
        Drained answer = Drained.of(loop, HeadOf.get("/", "Range", range), respond(written("film.mkv", bytes)));
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.header("Content-Range")).isEqualTo("bytes " + from + "-" + (to - 1) + "/" + bytes.length);
        assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(bytes, from, to));
    }

    @Test
    void severalRangesOfAFileLongerThanAPieceAreMultipart() throws IOException {
        byte[] bytes = random(3 * WindowSource.PIECE_BYTES);
        Path file = written("film.mkv", bytes);
        Drained answer = Drained.of(loop, HeadOf.get("/", "Range", "bytes=200001-390000,0-140000"), respond(file));
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.reply().contentLength()).isEqualTo(answer.body().length);
        String boundary = answer.header("Content-Type").split("=")[1];
        String head = "--" + boundary + "\r\nContent-Type: video/x-matroska\r\nContent-Range: bytes ";
        byte[] first = (head + "200001-390000/393216\r\n\r\n").getBytes();
        byte[] second = ("\r\n" + head + "0-140000/393216\r\n\r\n").getBytes();
        int at = 0;
        for (byte[] part : new byte[][] {
            first, Arrays.copyOfRange(bytes, 200_001, 390_001), second, Arrays.copyOfRange(bytes, 0, 140_001)
        }) {
            assertThat(Arrays.copyOfRange(answer.body(), at, at + part.length)).isEqualTo(part);
            at += part.length;
        }
        assertThat(new String(answer.body(), at, answer.body().length - at)).isEqualTo("\r\n--" + boundary + "--\r\n");
    }

    @Test
    void anEmptyFileIsSentAndHasNoRange() throws IOException {
        Path file = written("empty.txt", new byte[0]);
        Drained answer = Drained.of(loop, HeadOf.get("/"), respond(file));
        assertThat(answer.reply())
                .extracting(Reply::status, Reply::contentLength, Reply::source)
                .containsExactly(200, 0L, null);
        assertThat(Drained.of(loop, HeadOf.get("/", "Range", "bytes=0-"), respond(file))
                        .header("Content-Range"))
                .isEqualTo("bytes */0");
    }

    @Test
    void headPreconditionsAnd416LeaveTheFileClosed() throws IOException {
        Path file = written("film.mp4", random(1000));
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("1994-11-06T08:49:37Z")));
        Drained whole = Drained.of(loop, HeadOf.of("HEAD", "/"), respond(file));
        assertThat(whole.reply())
                .extracting(Reply::status, Reply::contentLength, Reply::source)
                .containsExactly(200, 1000L, null);
        String etag = whole.header("ETag");
        String date = whole.header("Last-Modified");
        assertThat(status(file, "If-None-Match", etag)).isEqualTo(304);
        assertThat(status(file, "If-Modified-Since", date)).isEqualTo(304);
        assertThat(status(file, "If-Match", "\"other\"")).isEqualTo(412);
        assertThat(status(file, "Range", "bytes=1000-")).isEqualTo(416);
        assertThat(Drained.of(loop, HeadOf.get("/", "Range", "bytes=0-1", "If-Range", etag), respond(file))
                        .status())
                .isEqualTo(206);
        assertThat(Drained.of(loop, HeadOf.get("/", "Range", "bytes=0-1", "If-Range", date), respond(file))
                        .status())
                .isEqualTo(206);
    }

    @Test
    void aChangedFileHasAnotherTag() throws IOException {
        Path file = written("a.txt", random(10));
        String before = Drained.of(loop, HeadOf.of("HEAD", "/"), respond(file)).header("ETag");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusMillis(1)));
        String touched = Drained.of(loop, HeadOf.of("HEAD", "/"), respond(file)).header("ETag");
        Files.write(file, random(11));
        String longer = Drained.of(loop, HeadOf.of("HEAD", "/"), respond(file)).header("ETag");
        assertThat(Stream.of(before, touched, longer).distinct()).hasSize(3);
    }

    /** RFC 9110 section 8.8.2.1. */
    @Test
    void aFileFromTheFutureWasChangedNow() throws IOException {
        Path file = written("a.txt", random(10));
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(3600)));
        String date = Drained.of(loop, HeadOf.get("/"), respond(file)).header("Last-Modified");
        assertThat(HttpDates.parse(date)).isLessThanOrEqualTo(System.currentTimeMillis() / 1000);
    }

    @Test
    void whatIsNoFileIs404() throws IOException {
        Path file = written("a.txt", random(10));
        assertThat(Drained.of(loop, HeadOf.get("/"), respond(folder)).status()).isEqualTo(404);
        assertThat(Drained.of(loop, HeadOf.get("/"), respond(folder.resolve("missing")))
                        .status())
                .isEqualTo(404);
        assertThat(Drained.of(loop, HeadOf.get("/"), respond(file.resolve("below")))
                        .status())
                .isEqualTo(404);
        assertThat(Drained.of(loop, HeadOf.get("/"), respond(folder.resolve("x".repeat(300))))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aFifoIs404AndDoesNotWaitForItsWriter() throws Exception {
        Path fifo = folder.resolve("fifo");
        assumeTrue(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor() == 0);
        assertThat(Drained.of(loop, HeadOf.get("/"), respond(fifo)).status()).isEqualTo(404);
    }

    @Test
    void anUnreadableFileIs500AndTheLogNamesIt() throws IOException {
        Path circle = folder.resolve("circle.mp4");
        Files.createSymbolicLink(circle, circle);
        Logger logger = (Logger) LoggerFactory.getLogger(Replies.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try {
            Drained answer = Drained.of(loop, HeadOf.get("/"), respond(circle));
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.text()).isEqualTo("internal error\n");
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARN);
            assertThat(line.getFormattedMessage()).contains(circle.toString());
        });
    }

    @Test
    void aFileThatShrinksFailsInsteadOfWaiting() throws IOException {
        Path file = written("film.mp4", random(2 * WindowSource.PIECE_BYTES));
        Reply reply = Drained.prepared(loop, HeadOf.get("/"), respond(file));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(WindowSource.PIECE_BYTES + 10);
        }
        Drained answer = Drained.of(loop, reply);
        assertThat(answer.pieces()).isEqualTo(1);
        assertThat(answer.failure()).isInstanceOf(EOFException.class).hasMessageContaining("film.mp4");
    }

    @Test
    void aFileThatGrowsIsSentAsLongAsItWas() throws IOException {
        byte[] bytes = random(1000);
        Path file = written("film.mp4", bytes);
        Reply reply = Drained.prepared(loop, HeadOf.get("/"), respond(file));
        Files.write(file, random(500), StandardOpenOption.APPEND);
        assertThat(Drained.of(loop, reply).body()).isEqualTo(bytes);
    }

    @Test
    void closeWhileAPieceIsReadGivesItBackAndTellsNobody() throws Exception {
        Path file = written("film.mp4", random(WindowSource.PIECE_BYTES));
        for (int i = 0; i < 50; i++) {
            Reply reply = Drained.prepared(loop, HeadOf.get("/"), respond(file));
            AtomicInteger calls = new AtomicInteger();
            loop.submit(() -> {
                        reply.source().next(loop, counting(calls));
                        reply.source().close();
                        reply.source().close();
                    })
                    .get(10, TimeUnit.SECONDS);
            nothingStaysOpen();
            loop.submit(() -> {}).get(10, TimeUnit.SECONDS);
            assertThat(calls).hasValue(0);
        }
    }

    @Test
    void aLoopThatStopsWhileAFileIsOpenedLeavesNothingOpen() throws Exception {
        Path file = written("film.mp4", random(10));
        for (int i = 0; i < 20; i++) {
            EventLoop stopping = new DefaultEventLoop();
            stopping.submit(() -> {
                        Replies.prepare(
                                HeadOf.get("/"),
                                respond(file),
                                stopping,
                                reply -> reply.source().close());
                        stopping.shutdownGracefully(0, 1, TimeUnit.SECONDS);
                    })
                    .get(10, TimeUnit.SECONDS);
            stopping.terminationFuture().syncUninterruptibly();
        }
        nothingStaysOpen();
    }

    @Test
    void aLoopThatStopsWhileAPieceIsReadLeavesNothingOpen() throws Exception {
        HeldFile file = new HeldFile();
        EventLoop stopping = new DefaultEventLoop();
        AtomicInteger calls = new AtomicInteger();
        FileSource source = new FileSource(file, "held", 1000);
        stopping.submit(() -> source.next(stopping, counting(calls))).get(10, TimeUnit.SECONDS);
        assertThat(file.reading.await(10, TimeUnit.SECONDS)).isTrue();
        stopping.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        file.released.countDown();
        assertThat(file.closed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(calls).hasValue(0);
    }

    @Test
    void closeDoesNotWaitForTheDiskAndTheFileIsClosedAfterTheRead() throws Exception {
        HeldFile file = new HeldFile();
        AtomicInteger calls = new AtomicInteger();
        FileSource source = new FileSource(file, "held", 1000);
        loop.submit(() -> {
                    source.next(loop, counting(calls));
                    source.close();
                })
                .get(10, TimeUnit.SECONDS);
        assertThat(file.reading.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(file.isOpen()).isTrue();
        file.released.countDown();
        assertThat(file.closed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(calls).hasValue(0);
    }

    @Test
    void aSecondCallBeforeTheAnswerIsRefused() throws Exception {
        Path file = written("film.mp4", random(10));
        Reply reply = Drained.prepared(loop, HeadOf.get("/"), respond(file));
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            reply.source().next(loop, counting(new AtomicInteger()));
            assertThatThrownBy(() -> reply.source().next(loop, counting(new AtomicInteger())))
                    .isInstanceOf(IllegalStateException.class);
            reply.source().close();
            done.complete(null);
        });
        Drained.await(done);
    }

    private static BodySource.Receiver counting(AtomicInteger calls) {
        return new BodySource.Receiver() {
            @Override
            public void piece(ByteBuf piece, boolean last) {
                piece.release();
                calls.incrementAndGet();
            }

            @Override
            public void failed(Exception cause) {
                calls.incrementAndGet();
            }
        };
    }

    private Path written(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private static Respond respond(Path file) {
        return new Respond(200, Headers.EMPTY, new Body.File(file, null));
    }

    private static int status(Path file, String name, String value) {
        return Drained.of(loop, HeadOf.get("/", name, value), respond(file)).status();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
