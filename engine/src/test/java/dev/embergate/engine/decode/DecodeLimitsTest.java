package dev.embergate.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.embergate.engine.testkit.EveryCut;
import dev.embergate.engine.testkit.LeakCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each bound of the parser, met and passed by one octet, at every cut. */
@ExtendWith(LeakCheck.class)
class DecodeLimitsTest {
    private static final DecodeLimits SMALL = new DecodeLimits(64, 160, 4, 16, 30);
    private static final String HOST = "Host: h\r\n";

    @Test
    void aRequestLineUpToTheLimitPasses() {
        assertVerdict(line(64) + HOST + "\r\n", "GET " + "/" + "a".repeat(50) + ", end");
        assertVerdict(line(65) + HOST + "\r\n", "414");
    }

    @Test
    void aRequestLineWithoutEndIsRefusedAtTheLimit() {
        assertVerdict("GET /" + "a".repeat(60), "mid head");
        assertVerdict("GET /" + "a".repeat(61), "414");
    }

    @Test
    void aLineMayNotOutgrowTheHead() {
        DecodeLimits same = new DecodeLimits(64, 64, 4, 16, 30);
        EveryCut.of(
                Feeding.bytes("GET /" + "a".repeat(70)),
                pieces -> assertThat(Feeding.requests(same, pieces).verdict()).isEqualTo("414"));
    }

    @Test
    void aHeadUpToTheLimitPasses() {
        assertVerdict(head(160), "GET /, end");
        assertVerdict(head(161), "431");
    }

    @Test
    void aHeadWithoutEndIsRefusedAtTheLimit() {
        String cut = head(200).substring(0, 159);
        assertVerdict(cut, "mid head");
        assertVerdict(head(200).substring(0, 160), "431");
    }

    @Test
    void asManyFieldsAsAllowedPass() {
        assertVerdict("GET / HTTP/1.1\r\n" + HOST + "a: b\r\n".repeat(3) + "\r\n", "GET /, end");
        assertVerdict("GET / HTTP/1.1\r\n" + HOST + "a: b\r\n".repeat(4) + "\r\n", "431");
    }

    @Test
    void aChunkLineUpToTheLimitPasses() {
        String start = "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n";
        assertVerdict(start + "1;" + "e".repeat(14) + "\r\nx\r\n0\r\n\r\n", "POST /, body 1, end");
        assertVerdict(start + "1;" + "e".repeat(15) + "\r\nx\r\n0\r\n\r\n", "POST /, 400");
    }

    @Test
    void aChunkSizeUpToFifteenDigitsPasses() {
        String start = "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n";
        assertVerdict(start + "fffffffffffffff\r\nx", "POST /, body 1, mid body");
        assertVerdict(start + "0fffffffffffffff\r\nx", "POST /, 400");
    }

    @Test
    void trailersUpToTheLimitPass() {
        String start = "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n0\r\n";
        assertVerdict(start + "t: " + "v".repeat(25) + "\r\n\r\n", "POST /, end");
        assertVerdict(start + "t: " + "v".repeat(26) + "\r\n\r\n", "POST /, 431");
        assertVerdict(start + "a: b\r\n".repeat(5) + "\r\n", "POST /, 431");
    }

    @Test
    void withoutRoomForTrailersAChunkedBodyStillEnds() {
        DecodeLimits none = new DecodeLimits(64, 160, 4, 16, 0);
        String start = "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n0\r\n";
        EveryCut.of(
                Feeding.bytes(start + "\r\n"),
                pieces -> assertThat(Feeding.requests(none, pieces).verdict()).isEqualTo("POST /, end"));
        EveryCut.of(
                Feeding.bytes(start + "a: b\r\n\r\n"),
                pieces -> assertThat(Feeding.requests(none, pieces).verdict()).isEqualTo("POST /, 431"));
    }

    /** RFC 9112 section 7.1.1: extensions that outweigh the data are an attack on whoever has to skip them. */
    @Test
    void extensionsMayNotOutweighTheData() {
        String start = "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n";
        String chunk = "1;" + "e".repeat(198) + "\r\nx\r\n";
        assertThat(Feeding.requests(start + chunk.repeat(82) + "0\r\n\r\n").verdict())
                .isEqualTo("POST /, body 82, end");
        assertThat(Feeding.requests(start + chunk.repeat(84) + "0\r\n\r\n").verdict())
                .endsWith(", 400");
        String signed = "3e8;" + "e".repeat(198) + "\r\n" + "x".repeat(1000) + "\r\n";
        assertThat(Feeding.requests(start + signed.repeat(200) + "0\r\n\r\n").verdict())
                .isEqualTo("POST /, body 200000, end");
    }

    @Test
    void anUpstreamThatPassesALimitIsAtFault() {
        assertResponse(
                "HTTP/1.1 200 " + "a".repeat(51) + "\r\nContent-Length: 0\r\n\r\n", "200 " + "a".repeat(51) + ", end");
        assertResponse("HTTP/1.1 200 " + "a".repeat(52) + "\r\nContent-Length: 0\r\n\r\n", "502");
        assertResponse("HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(5) + "\r\n", "502");
        assertResponse("HTTP/1.1 200 OK\r\na: " + "b".repeat(160) + "\r\n\r\n", "502");
    }

    /** RFC 9110 section 15.2 allows one or more; a flood of them would be relayed without end. */
    @Test
    void interimAnswersHaveALimit() {
        String interim = "HTTP/1.1 102 Processing\r\n\r\n";
        String last = "HTTP/1.1 204 Done\r\n\r\n";
        assertThat(Feeding.responses("GET", interim.repeat(64) + last).verdict())
                .endsWith("102 Processing, 204 Done, end");
        assertThat(Feeding.responses("GET", interim.repeat(65) + last).verdict())
                .endsWith("102 Processing, 502");
    }

    @Test
    void limitsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new DecodeLimits(64, 63, 1, 16, 0)).hasMessageContaining("head 63");
        assertThatThrownBy(() -> new DecodeLimits(63, 64, 1, 16, 0)).hasMessageContaining("line 63");
        assertThatThrownBy(() -> new DecodeLimits(64, 64, 0, 16, 0)).hasMessageContaining("fields 0");
    }

    private static String line(int length) {
        return "GET /" + "a".repeat(length - 14) + " HTTP/1.1\r\n";
    }

    private static String head(int length) {
        String start = "GET / HTTP/1.1\r\n" + HOST + "x: ";
        return start + "v".repeat(length - start.length() - 4) + "\r\n\r\n";
    }

    private static void assertVerdict(String message, String verdict) {
        EveryCut.of(
                Feeding.bytes(message),
                pieces -> assertThat(Feeding.requests(SMALL, pieces).verdict()).isEqualTo(verdict));
    }

    private static void assertResponse(String message, String verdict) {
        EveryCut.of(
                Feeding.bytes(message),
                pieces -> assertThat(Feeding.responses(SMALL, "GET", pieces).verdict())
                        .isEqualTo(verdict));
    }
}
