package dev.embergate.engine.encode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.Body;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome.Respond;
import dev.embergate.engine.testkit.HeadOf;
import dev.embergate.engine.testkit.LeakCheck;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers from memory. */
@ExtendWith(LeakCheck.class)
class RepliesTest {
    private static final byte[] DIGITS = "0123456789".getBytes(StandardCharsets.US_ASCII);
    private static final Respond TAGGED = new Respond(
            200,
            Headers.of("Cache-Control", "max-age=60", "Vary", "Accept", "X-Rule", "a", "Content-Language", "en"),
            new Body.Bytes(DIGITS, "text/plain", "\"v1\""));
    private static EventLoop loop;

    @BeforeAll
    static void startLoop() {
        loop = new DefaultEventLoop();
    }

    @AfterAll
    static void stopLoop() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void bytesAreSentWithTypeTagAndLength() {
        Drained answer = Drained.of(loop, HeadOf.get("/"), TAGGED);
        assertThat(answer.reply())
                .extracting(Reply::status, Reply::contentLength)
                .containsExactly(200, 10L);
        assertThat(answer.text()).isEqualTo("0123456789");
        assertThat(answer.reply().headers())
                .isEqualTo(Headers.of(
                        "Cache-Control", "max-age=60",
                        "Vary", "Accept",
                        "X-Rule", "a",
                        "Content-Language", "en",
                        "Content-Type", "text/plain",
                        "ETag", "\"v1\"",
                        "Accept-Ranges", "bytes"));
    }

    /** RFC 9110 section 9.3.2; Range is for GET only (section 14.2). */
    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-4", "bytes=0-1,4-5", "bytes=99-"})
    void headIsAnsweredAsGetWouldBeWithoutRangeAndBody(String range) {
        Drained get = Drained.of(loop, HeadOf.get("/"), TAGGED);
        Drained head = Drained.of(loop, HeadOf.of("HEAD", "/", "Range", range), TAGGED);
        assertThat(head.reply()).isEqualTo(new Reply(200, get.reply().headers(), 10, null));
    }

    @Test
    void whatFramesAMessageIsTakenFromTheRuleAndDateToo() {
        Headers headers = Headers.of(
                "Content-Length", "3",
                "transfer-encoding", "chunked",
                "CONNECTION", "close",
                "Keep-Alive", "timeout=5",
                "Trailer", "X-Sum",
                "Date", "Sun, 06 Nov 1994 08:49:37 GMT",
                "X-Kept", "1");
        Respond respond = new Respond(404, headers, Body.EMPTY);
        Drained answer = Drained.of(loop, HeadOf.get("/"), respond);
        assertThat(answer.reply()).isEqualTo(new Reply(404, Headers.of("X-Kept", "1"), 0, null));
    }

    @Test
    void aRuleMayNameTypeTagAndDateItself() {
        Headers own = Headers.of(
                "content-type", "text/x-own", "etag", "\"own\"", "last-modified", "Sun, 06 Nov 1994 08:49:37 GMT");
        Respond respond = new Respond(200, own, new Body.Bytes(DIGITS, "text/plain", "\"v1\""));
        assertThat(Drained.of(loop, HeadOf.get("/"), respond).reply().headers())
                .isEqualTo(own.with("Accept-Ranges", "bytes"));
        assertThat(status(respond, "If-None-Match", "\"own\"")).isEqualTo(304);
        assertThat(status(respond, "If-None-Match", "\"v1\"")).isEqualTo(200);
        assertThat(status(respond, "If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"))
                .isEqualTo(304);
    }

    @Test
    void aRuleMayTurnRangesOff() {
        Respond respond = new Respond(200, Headers.of("Accept-Ranges", "none"), new Body.Bytes(DIGITS, "text/plain"));
        Drained answer = Drained.of(loop, HeadOf.get("/", "Range", "bytes=0-1"), respond);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.reply().headers().all("Accept-Ranges")).containsExactly("none");
    }

    @ParameterizedTest
    @CsvSource({"204, -1", "205, 0", "304, -1"})
    void aStatusWithoutContentHasNone(int status, long length) {
        Respond respond = new Respond(status, Headers.of("X-Kept", "1"), new Body.Bytes(DIGITS, "text/plain"));
        assertThat(Drained.of(loop, HeadOf.get("/"), respond).reply())
                .isEqualTo(new Reply(status, Headers.of("X-Kept", "1"), length, null));
    }

    /** RFC 9110 section 15.4.5. */
    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void notModifiedCarriesOnlyWhatUpdatesAStoredAnswer(String method) {
        Drained answer = Drained.of(loop, HeadOf.of(method, "/", "If-None-Match", "W/\"v1\""), TAGGED);
        assertThat(answer.reply())
                .isEqualTo(new Reply(
                        304, Headers.of("Cache-Control", "max-age=60", "Vary", "Accept", "ETag", "\"v1\""), -1, null));
    }

    @Test
    void notModifiedByDateSaysTheDateWhereThereIsNoTag() {
        String date = "Sun, 06 Nov 1994 08:49:37 GMT";
        Respond respond = new Respond(200, Headers.of("Last-Modified", date), new Body.Bytes(DIGITS, "text/plain"));
        Drained answer = Drained.of(loop, HeadOf.get("/", "If-Modified-Since", date), respond);
        assertThat(answer.reply()).isEqualTo(new Reply(304, Headers.of("Last-Modified", date), -1, null));
    }

    /** RFC 9110 section 15.5.13. */
    @Test
    void aFailedPreconditionIs412WithoutTheContentsFields() {
        Drained answer = Drained.of(loop, HeadOf.get("/", "If-Match", "\"v0\""), TAGGED);
        assertThat(answer.reply()).isEqualTo(new Reply(412, Headers.of("Vary", "Accept", "X-Rule", "a"), 0, null));
    }

    @Test
    void preconditionsAreForSuccessfulGetAndHeadOnly() {
        Respond missing = new Respond(404, Headers.EMPTY, new Body.Bytes(DIGITS, "text/plain", "\"v1\""));
        assertThat(status(missing, "If-None-Match", "\"v1\"")).isEqualTo(404);
        assertThat(status(missing, "Range", "bytes=0-1")).isEqualTo(404);
        Drained post = Drained.of(loop, HeadOf.of("POST", "/", "If-None-Match", "*", "Range", "bytes=0-1"), TAGGED);
        assertThat(post.status()).isEqualTo(200);
        assertThat(post.text()).isEqualTo("0123456789");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    bytes=0-4   | bytes 0-4/10 | 01234
                    bytes=3-3   | bytes 3-3/10 | 3
                    bytes=7-    | bytes 7-9/10 | 789
                    bytes=-2    | bytes 8-9/10 | 89
                    bytes=0-    | bytes 0-9/10 | 0123456789
                    bytes=0-99  | bytes 0-9/10 | 0123456789
                    bytes=1-2,3-4 | bytes 1-4/10 | 1234
                    bytes=1-2,50-60 | bytes 1-2/10 | 12
                    """)
    void oneRangeIsPartialContent(String range, String contentRange, String text) {
        Drained answer = Drained.of(loop, HeadOf.get("/", "Range", range), TAGGED);
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.header("Content-Range")).isEqualTo(contentRange);
        assertThat(answer.header("Content-Type")).isEqualTo("text/plain");
        assertThat(answer.header("ETag")).isEqualTo("\"v1\"");
        assertThat(answer.header("Cache-Control")).isEqualTo("max-age=60");
        assertThat(answer.text()).isEqualTo(text);
        assertThat(answer.reply().contentLength()).isEqualTo(text.length());
    }

    /** RFC 9110 section 15.5.17. */
    @Test
    void aRangeBeyondTheEndIs416AndSaysTheLength() {
        Drained answer = Drained.of(loop, HeadOf.get("/", "Range", "bytes=10-"), TAGGED);
        assertThat(answer.reply())
                .isEqualTo(new Reply(
                        416, Headers.of("Vary", "Accept", "X-Rule", "a", "Content-Range", "bytes */10"), 0, null));
    }

    @Test
    void anEmptyBodyHasNoRange() {
        Respond empty = new Respond(200, Headers.EMPTY, new Body.Bytes(new byte[0], "text/plain"));
        Drained answer = Drained.of(loop, HeadOf.get("/", "Range", "bytes=0-"), empty);
        assertThat(answer.status()).isEqualTo(416);
        assertThat(answer.header("Content-Range")).isEqualTo("bytes */0");
        assertThat(Drained.of(loop, HeadOf.get("/"), empty).reply())
                .extracting(Reply::status, Reply::contentLength, Reply::source)
                .containsExactly(200, 0L, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=5-4", "lines=1-2", "bytes=0-5,5-6"})
    void aRangeWeDoNotServeGetsTheWhole(String range) {
        Drained answer = Drained.of(loop, HeadOf.get("/", "Range", range), TAGGED);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Range")).isNull();
        assertThat(answer.text()).isEqualTo("0123456789");
    }

    @Test
    void twoLinesOfRangeAreIgnored() {
        Drained answer = Drained.of(loop, HeadOf.get("/", "Range", "bytes=0-1", "Range", "bytes=2-3"), TAGGED);
        assertThat(answer.status()).isEqualTo(200);
    }

    /** RFC 9110 section 13.2.2: preconditions come before Range, If-Range decides on it. */
    @ParameterizedTest(name = "{0}: {1} -> {2}")
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "If-Range, \"v1\", 206",
                "If-Range, \"v0\", 200",
                "If-Range, W/\"v1\", 200",
                "If-Range, Sun| 06 Nov 1994 08:49:37 GMT, 200",
                "If-Match, \"v1\", 206",
                "If-Match, \"v0\", 412",
                "If-None-Match, \"v1\", 304",
                "If-None-Match, \"v0\", 206"
            })
    void preconditionsStandAboveRange(String name, String value, int status) {
        HeadOf request = HeadOf.get("/", "Range", "bytes=0-1", name, value.replace('|', ','));
        assertThat(Drained.of(loop, request, TAGGED).status()).isEqualTo(status);
    }

    /** RFC 9110 section 14.6. */
    @Test
    void severalRangesAreMultipartToTheByte() {
        Drained answer = Drained.of(loop, HeadOf.get("/", "Range", "bytes=7-8,0-1,-1"), TAGGED);
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.header("Content-Range")).isNull();
        assertThat(answer.reply().headers().all("Content-Type")).hasSize(1);
        String type = answer.header("Content-Type");
        assertThat(type).matches("multipart/byteranges; boundary=[0-9a-f]{32}");
        String boundary = type.substring(type.indexOf('=') + 1);
        assertThat(answer.text()).isEqualTo("""
                        --B\r
                        Content-Type: text/plain\r
                        Content-Range: bytes 7-8/10\r
                        \r
                        78\r
                        --B\r
                        Content-Type: text/plain\r
                        Content-Range: bytes 0-1/10\r
                        \r
                        01\r
                        --B\r
                        Content-Type: text/plain\r
                        Content-Range: bytes 9-9/10\r
                        \r
                        9\r
                        --B--\r
                        """.replace("--B", "--" + boundary));
        assertThat(answer.reply().contentLength()).isEqualTo(answer.body().length);
    }

    @Test
    void longBytesComeInPiecesThatHaveABound() {
        byte[] bytes = new byte[3 * WindowSource.PIECE_BYTES + 1];
        new Random(1).nextBytes(bytes);
        Respond respond = new Respond(200, Headers.EMPTY, new Body.Bytes(bytes, "video/mp4"));
        Drained answer = Drained.of(loop, HeadOf.get("/"), respond);
        assertThat(answer.body()).isEqualTo(bytes);
        assertThat(answer.pieces()).isEqualTo(4);
        assertThat(Drained.of(loop, HeadOf.get("/", "Range", "bytes=1-"), respond)
                        .body())
                .isEqualTo(java.util.Arrays.copyOfRange(bytes, 1, bytes.length));
    }

    @Test
    void aTagThatIsNoneIsTheRulesFaultAndAnswers500() {
        Respond respond = new Respond(200, Headers.EMPTY, new Body.Bytes(DIGITS, "text/plain", "v1"));
        assertThat(Drained.of(loop, HeadOf.get("/"), respond).status()).isEqualTo(500);
    }

    @Test
    void aTypeThatWouldSplitTheAnswerIsTheRulesFaultAndAnswers500() {
        Respond respond = new Respond(200, Headers.EMPTY, new Body.Bytes(DIGITS, "text/plain\r\nX: y"));
        Drained answer = Drained.of(loop, HeadOf.get("/"), respond);
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text()).isEqualTo("internal error\n");
    }

    @Test
    void aResourceIsLoadedOnceAndTaggedByItsContent() {
        Body.Resource body = new Body.Resource(RepliesTest.class, "style.css", null);
        Respond respond = new Respond(200, Headers.EMPTY, body);
        Drained first = Drained.of(loop, HeadOf.get("/"), respond);
        assertThat(first.text()).isEqualTo("body { color: teal }\n");
        assertThat(first.header("Content-Type")).isEqualTo("text/css; charset=utf-8");
        assertThat(first.header("ETag")).matches("\"[A-Za-z0-9_-]{43}\"");
        assertThat(ResourceCache.cached(body)).isNotNull().isSameAs(ResourceCache.cached(body));
        assertThat(status(respond, "If-None-Match", first.header("ETag"))).isEqualTo(304);
        assertThat(Drained.of(loop, HeadOf.get("/", "Range", "bytes=0-3"), respond)
                        .text())
                .isEqualTo("body");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "missing.css",
                "folder",
                "folder/",
                "",
                "../encode/style.css",
                "./style.css",
                "folder/../style.css",
                "folder//file.txt",
                "/java/lang"
            })
    void whatIsNoResourceIs404AndNotRemembered(String name) {
        Body.Resource body = new Body.Resource(RepliesTest.class, name, null);
        Drained answer = Drained.of(loop, HeadOf.get("/"), new Respond(200, Headers.EMPTY, body));
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(ResourceCache.cached(body)).isNull();
    }

    @Test
    void aFolderInAJarIsNoResource() {
        Body.Resource body = new Body.Resource(Test.class, "/org/junit/jupiter/api", null);
        assertThat(Drained.of(loop, HeadOf.get("/"), new Respond(200, Headers.EMPTY, body))
                        .status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "film.MKV, video/x-matroska",
        "a/b.c/film.mp4, video/mp4",
        "live.m3u8, application/vnd.apple.mpegurl",
        "seg.ts, video/mp2t",
        "seg.m4s, video/iso.segment",
        "de.vtt, text/vtt; charset=utf-8",
        "font.woff2, font/woff2",
        "app.wasm, application/wasm",
        "noending, application/octet-stream",
        "a.mp4/noending, application/octet-stream",
        "what.ever, application/octet-stream",
        "dot., application/octet-stream"
    })
    void theEndingNamesTheType(String name, String type) {
        assertThat(MediaTypes.of(name)).isEqualTo(type);
    }

    private static int status(Respond respond, String name, String value) {
        return Drained.of(loop, HeadOf.get("/", name, value), respond).status();
    }
}
