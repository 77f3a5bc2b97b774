package dev.embergate.engine.cache;

import static dev.embergate.engine.cache.CacheTables.fields;
import static dev.embergate.engine.cache.CacheTables.get;
import static dev.embergate.engine.cache.CacheTables.pairs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.Client;
import dev.embergate.engine.spi.RequestEdits;
import dev.embergate.engine.testkit.HeadOf;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111 sections 2 and 4.1: which answer is whose. */
class SelectingTest {
    private static final Client CLIENT = new Client(InetAddress.getLoopbackAddress(), 1, false, "front");

    @Test
    void namesAreReadFromAllLinesWithoutCaseAndOrder() {
        assertThat(Selecting.names(fields("Vary: B, a |Vary: b,, C"))).containsExactly("a", "b", "c");
        assertThat(Selecting.names(fields("X: y"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Vary: *", "Vary: a, *", "Vary: a |Vary: *", "Vary: X-Request-Id", "Vary: traceparent"})
    void whatVariesWithEachRequestMatchesNone(String vary) {
        assertThat(Selecting.names(fields(vary))).isNull();
    }

    @Test
    void moreNamesThanTheLimitMatchNone() {
        StringBuilder vary = new StringBuilder("Vary: x0");
        for (int i = 1; i < Selecting.MAX_NAMES; i++) {
            vary.append(",x").append(i);
        }
        assertThat(Selecting.names(fields(vary.toString()))).hasSize(Selecting.MAX_NAMES);
        assertThat(Selecting.names(fields(vary + ",more"))).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "X-A: a, b; X-A: a, b; true",
                "X-A: a, b; X-A: a,b; false",
                "X-A: a | X-A: b; X-A: a | X-A: b; true",
                "X-A: a | X-A: b; X-A: a, b; false",
                "X-A: a | X-A: b; X-A: b | X-A: a; false",
                "X-A: ,a; X-A: a; false",
                "X-A: | X-A: a; X-A: a; false",
                "X-A: \"a, b\"; X-A: \"a,b\"; false",
                "X-A: a; X-A: b; false",
                "X-A: a; X-B: a; false",
                "X-A: ; X-B: a; false",
                "X-A: a, b; X-A: b, a; false",
                "X-A: A; X-A: a; false",
                "Accept-Encoding: GZIP, br; Accept-Encoding: gzip, br; true",
                "Accept-Encoding: gzip, br; Accept-Encoding: br, gzip; false",
                "X-Other: a; X-Other: b; true",
            })
    void requestsAreTheSameWhenTheySayTheSameInThoseFields(String one, String other, boolean same) {
        List<String> names = List.of("accept-encoding", "x-a");
        assertThat(Selecting.fingerprint(names, get("/a", pairs(one)))
                        .equals(Selecting.fingerprint(names, get("/a", pairs(other)))))
                .isEqualTo(same);
    }

    @Test
    void fieldsCountAsTheyGoUpstream() {
        List<String> names = List.of("x-a");
        SentRequest edited = new SentRequest(HeadOf.get("/a", "X-A", "1"), RequestEdits.NONE.setting("x-a", "2"));
        SentRequest dropped = new SentRequest(HeadOf.get("/a", "X-A", "1"), RequestEdits.NONE.without("X-A"));
        assertThat(Selecting.fingerprint(names, edited)).isEqualTo(Selecting.fingerprint(names, get("/a", "X-A", "2")));
        assertThat(Selecting.fingerprint(names, dropped)).isEqualTo(Selecting.fingerprint(names, get("/a")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-A: 1 |Connection: X-A",
                "X-A: 1 |Connection: close, x-a ,y",
                "X-A: 1 |Connection: close |Connection: X-a",
                "TE: trailers",
                "Keep-Alive: 1",
                "Proxy-Authorization: x",
                "Upgrade: x",
                "Forwarded: for=x",
                "X-Forwarded-Port: 1",
            })
    void whatIsMeantForOneHopCountsAsAbsent(String fields) {
        List<String> names =
                List.of("forwarded", "keep-alive", "proxy-authorization", "te", "upgrade", "x-a", "x-forwarded-port");
        assertThat(Selecting.fingerprint(names, get("/a", pairs(fields))))
                .isEqualTo(Selecting.fingerprint(names, get("/a")));
        assertThat(Selecting.fingerprint(names, get("/a", "X-A", "1", "Connection", "X-B")))
                .isNotEqualTo(Selecting.fingerprint(names, get("/a")));
    }

    @Test
    void whatTheRuleSetsGoesUpstreamWhateverConnectionNames() {
        List<String> names = List.of("te", "x-a");
        SentRequest set = new SentRequest(HeadOf.get("/a", "Connection", "X-A"), RequestEdits.NONE.setting("X-A", "2"));
        assertThat(Selecting.fingerprint(names, set)).isEqualTo(Selecting.fingerprint(names, get("/a", "X-A", "2")));
        SentRequest engines = new SentRequest(HeadOf.get("/a"), RequestEdits.NONE.setting("TE", "x"));
        assertThat(Selecting.fingerprint(names, engines)).isEqualTo(Selecting.fingerprint(names, get("/a")));
    }

    @Test
    void theFieldsTheEngineSetsAreTheEnginesWhateverTheClientSays() {
        List<String> names = List.of("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto");
        assertThat(Selecting.fingerprint(names, get("/a", "X-Forwarded-For", "1.2.3.4")))
                .isEqualTo(Selecting.fingerprint(names, get("/a")));
        Client https = new Client(InetAddress.getLoopbackAddress(), 1, true, "front");
        SentRequest secure = new SentRequest(HeadOf.get("/a").from(https), RequestEdits.NONE);
        SentRequest plain = new SentRequest(HeadOf.get("/a").from(CLIENT), RequestEdits.NONE);
        assertThat(Selecting.fingerprint(names, secure)).isNotEqualTo(Selecting.fingerprint(names, plain));
    }

    @Test
    void theKeyIsUpstreamSchemeHostTargetAndEdits() {
        String key = key("up", CLIENT, "/a?b", RequestEdits.NONE);
        assertThat(key).hasSize(64).isEqualTo(key("up", CLIENT, "/a?b", RequestEdits.NONE));
        assertThat(List.of(
                        key("other", CLIENT, "/a?b", RequestEdits.NONE),
                        key("up", new Client(CLIENT.address(), 1, true, "front"), "/a?b", RequestEdits.NONE),
                        key("up", new Client(CLIENT.address(), 1, false, "evil"), "/a?b", RequestEdits.NONE),
                        key("up", CLIENT, "/a", RequestEdits.NONE),
                        key("up", CLIENT, "/A?b", RequestEdits.NONE),
                        CacheKey.of("up", "https://up", CLIENT, "/a?b", RequestEdits.NONE, Set.of()),
                        CacheKey.of("up", "http://up/base", CLIENT, "/a?b", RequestEdits.NONE, Set.of()),
                        key("up", CLIENT, "/a?b", RequestEdits.NONE.setting("Host", "h")),
                        key("up", CLIENT, "/a?b", RequestEdits.NONE.setting("X-A", "h")),
                        key("up", CLIENT, "/a?b", RequestEdits.NONE.setting("X-A", "i")),
                        key("up", CLIENT, "/a?b", RequestEdits.NONE.without("X-A")),
                        key("up", CLIENT, "/a?b", RequestEdits.NONE.without("X-B"))))
                .doesNotHaveDuplicates()
                .doesNotContain(key);
        assertThat(key("up", new Client(CLIENT.address(), 2, false, "FRONT"), "/a?b", RequestEdits.NONE))
                .isEqualTo(key);
        assertThat(key("up", CLIENT, "/" + "x".repeat(16_000), RequestEdits.NONE))
                .hasSize(64);
    }

    private static String key(String upstream, Client client, String target, RequestEdits edits) {
        return CacheKey.of(upstream, "http://up", client, target, edits, Set.of());
    }

    @ParameterizedTest
    @CsvSource({
        "/a,/a",
        "/a?x=1,/a",
        "/a?x=1&b=2,/a?b=2",
        "/a?b=2&x,/a?b=2",
        "/a?%78=1,/a",
        "/a?X=1,/a?X=1",
        "/a?xx=1,/a?xx=1",
        "/a?,/a?"
    })
    void ignoredParametersAreNoPartOfIt(String target, String without) {
        assertThat(CacheKey.without(target, Set.of("x"))).isEqualTo(without);
    }
}
