package dev.embergate.rules.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.testkit.HeadOf;
import dev.embergate.rules.testkit.ContextOf;
import dev.embergate.rules.testkit.ServicesOf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectTest {
    @ParameterizedTest
    @CsvSource({
        "/web/index.html,/web/index.html",
        "/web/#!/home,/web/%23!/home",
        "https://cdn.example,https://cdn.example",
        "https://cdn.example/{id}.mkv,https://cdn.example/a%20b%3F%26%2F%E7%94%B5.mkv",
        "/go?to={id}&x=1,/go?to=a%20b%3F%26%2F%E7%94%B5&x=1",
    })
    void parametersAreEncodedWhereTheyGoIn(String to, String location) throws Exception {
        assertThat(location(to, false, "/x", "id", "a b?&/电")).isEqualTo(location);
    }

    @Test
    void theQueryIsKeptOnlyWhenWanted() throws Exception {
        assertThat(location("/y", false, "/x?a=1")).isEqualTo("/y");
        assertThat(location("/y", true, "/x?a=1|2&b=%7c")).isEqualTo("/y?a=1%7C2&b=%7c");
        assertThat(location("/y?z=0", true, "/x?a=1")).isEqualTo("/y?z=0&a=1");
        assertThat(location("/y", true, "/x")).isEqualTo("/y");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "web/index.html",
                "//evil.example/",
                "{host}",
                "/{",
                "/}",
                "/{}",
                "https://{host}/x",
                "https://cdn.example{x}",
                "https://user@cdn.example/{x}",
                "ftp://cdn.example/",
                "/{a{b}}",
            })
    void anAddressThatCouldLeadAnywhereIsRefused(String to) {
        assertThatThrownBy(() -> new RedirectConfig(to, 302, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("to:")
                .hasMessageContaining("expected:");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 300, 304, 305, 309})
    void onlyRedirectingStatusesAreTaken(int status) {
        assertThatThrownBy(() -> new RedirectConfig("/x", status, false)).hasMessageStartingWith("status: " + status);
    }

    @Test
    void aParameterTheRouteDoesNotHaveIsAThrow() {
        assertThatThrownBy(() -> location("/{other}", false, "/x", "id", "1"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static String location(String to, boolean keepQuery, String target, String... params) throws Exception {
        Outcome outcome = new RedirectFactory()
                .create(new RedirectConfig(to, 307, keepQuery), ServicesOf.none())
                .decide(HeadOf.get(target), ContextOf.params(params));
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Redirect.class,
                        redirect -> assertThat(redirect.status()).isEqualTo(307));
        return ((Outcome.Redirect) outcome).location().toASCIIString();
    }
}
