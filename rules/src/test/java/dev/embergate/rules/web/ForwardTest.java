package dev.embergate.rules.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.embergate.engine.spi.HeadEdits;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestHead;
import dev.embergate.engine.spi.ResponseHead;
import dev.embergate.engine.spi.ResponsePlan;
import dev.embergate.engine.spi.RuleFactory.InvalidConfig;
import dev.embergate.engine.testkit.HeadOf;
import dev.embergate.rules.testkit.ContextOf;
import dev.embergate.rules.testkit.ServicesOf;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "/media,-,/media/a%20b?x=1,/a%20b?x=1",
                "/media,-,/MEDIA/a,/a",
                "/media,-,/media,/",
                "/media,-,/media/,/",
                "/media,-,/mediathek/a,/mediathek/a",
                "/a/b,-,/a/b/c%3Fd,/c%3Fd",
                "/ü,-,/%C3%BC/x,/x",
                "-,/emby,/x?,/emby/x?",
                "-,/é b,/x,/%C3%A9%20b/x",
                "/media,/emby,/media/x,/emby/x",
            })
    void prefixesComeOffAndGoOnByWholeSegments(String strip, String add, String target, String expected)
            throws Exception {
        assertThat(target(config(strip, add, null), HeadOf.get(target))).isEqualTo(expected);
    }

    @Test
    void dotSegmentsCannotClimbOutOfWhatWasMatched() throws Exception {
        RequestHead request = normalised("/media/../media/../admin", "/admin");
        assertThat(target(config("/media", null, null), request)).isEqualTo("/admin");

        RequestHead inside = normalised("/x/../media/a%20b", "/media/a b");
        assertThat(target(config("/media", null, null), inside)).isEqualTo("/a%20b");
    }

    @Test
    void aNewPathTakesParametersAndKeepsTheQuery() throws Exception {
        assertThat(target(config(null, null, "/videos/{id}/stream"), HeadOf.get("/old?x=1"), "id", "a/b"))
                .isEqualTo("/videos/a%2Fb/stream?x=1");
    }

    @Test
    void withoutEditsTheRequestGoesAsItCame() throws Exception {
        assertThat(decide(config(null, null, null), HeadOf.get("/x"))).isEqualTo(Outcome.Forward.plain());
    }

    @Test
    void fieldsAreEditedBothWays() throws Exception {
        ForwardConfig config = new ForwardConfig(
                "second",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of("Host", "other.example"),
                List.of("Cookie"),
                Map.of("X-A", "1"),
                List.of("Server"));

        Outcome.Forward forward = decide(config, HeadOf.get("/x"));

        assertThat(forward.upstream()).isEqualTo("second");
        assertThat(forward.edits().target()).isNull();
        assertThat(forward.edits().set()).isEqualTo(Headers.of("Host", "other.example"));
        assertThat(forward.edits().remove()).containsExactly("Cookie");
        assertThat(forward.response())
                .isInstanceOfSatisfying(
                        ResponsePlan.EditHead.class,
                        plan -> assertThat(plan.edit().apply(anyHead()))
                                .isEqualTo(new HeadEdits(0, List.of("Server"), Headers.of("X-A", "1"))));
    }

    @Test
    void anUpstreamThatIsNotConfiguredIsRefusedAtLoad() {
        ForwardConfig config = new ForwardConfig(
                "nowhere",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                List.of(),
                Map.of(),
                List.of());
        assertThatThrownBy(() -> decide(config, HeadOf.get("/x")))
                .isInstanceOfSatisfying(
                        InvalidConfig.class, e -> assertThat(e.key()).isEqualTo("upstream"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"media", "/media/", "/", "/a?b", "/a%20b"})
    void aPrefixHasOneWayToBeWritten(String prefix) {
        assertThatThrownBy(() -> config(prefix, null, null)).hasMessageStartingWith("strip-prefix: " + prefix);
        assertThatThrownBy(() -> config(null, prefix, null)).hasMessageStartingWith("add-prefix: " + prefix);
    }

    @Test
    void framingFieldsAndContradictionsAreRefused() {
        assertThatThrownBy(() -> config("/a", null, "/b")).hasMessageStartingWith("path:");
        assertThatThrownBy(() -> config(null, null, "b")).hasMessageStartingWith("path: b");
        assertThatThrownBy(() -> fields(Map.of("Transfer-Encoding", "x"), List.of()))
                .hasMessageStartingWith("set-request-headers: Transfer-Encoding");
        assertThatThrownBy(() -> fields(Map.of(), List.of("connection")))
                .hasMessageStartingWith("remove-request-headers: connection");
        assertThatThrownBy(() -> fields(Map.of(), List.of("a b"))).hasMessageStartingWith("remove-request-headers:");
    }

    private static ForwardConfig fields(Map<String, String> set, List<String> remove) {
        return new ForwardConfig(
                "", Optional.empty(), Optional.empty(), Optional.empty(), set, remove, Map.of(), List.of());
    }

    private static ForwardConfig config(String strip, String add, String path) {
        return new ForwardConfig(
                "",
                Optional.ofNullable(strip),
                Optional.ofNullable(add),
                Optional.ofNullable(path),
                Map.of(),
                List.of(),
                Map.of(),
                List.of());
    }

    private static String target(ForwardConfig config, RequestHead request, String... params) throws Exception {
        return decide(config, request, params).edits().target();
    }

    private static Outcome.Forward decide(ForwardConfig config, RequestHead request, String... params)
            throws Exception {
        return (Outcome.Forward) new ForwardFactory()
                .create(config, ServicesOf.none().upstream("second", "http://second.example"))
                .decide(request, ContextOf.params(params));
    }

    /** A head whose path the engine has freed of dot segments. */
    private static RequestHead normalised(String target, String path) {
        RequestHead head = HeadOf.get(target);
        return (RequestHead) Proxy.newProxyInstance(
                ForwardTest.class.getClassLoader(),
                new Class<?>[] {RequestHead.class},
                (proxy, method, arguments) -> method.getName().equals("path") ? path : method.invoke(head, arguments));
    }

    private static ResponseHead anyHead() {
        return (ResponseHead) Proxy.newProxyInstance(
                ForwardTest.class.getClassLoader(), new Class<?>[] {ResponseHead.class}, (proxy, method, arguments) -> {
                    throw new AssertionError("not asked");
                });
    }
}
