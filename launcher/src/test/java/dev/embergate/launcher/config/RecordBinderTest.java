package dev.embergate.launcher.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.Setting;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecordBinderTest {
    enum Colour {
        RED,
        DARK_BLUE
    }

    record Cache(
            @Setting(value = "How long.", defaultValue = "10m")
            Duration ttl,

            @Setting(value = "How much.", defaultValue = "8MiB")
            long maxBytes) {
        Cache {
            if (ttl.isZero()) {
                throw new IllegalArgumentException("ttl: 0s (expected: > 0)");
            }
        }
    }

    record Server(
            URI url,
            @Nullable String token,
            @Setting(value = "Cache.", defaultValue = "{}") Cache cache) {
        Server {
            if (!"http".equals(url.getScheme())) {
                throw new IllegalArgumentException("url: " + url + " (expected: http)");
            }
            if (token != null && token.length() < 4) {
                throw new IllegalArgumentException("token: " + token + " (expected: at least 4 characters)");
            }
        }
    }

    record Everything(
            String text,
            int count,
            double ratio,
            boolean on,
            Colour colour,
            Path folder,
            Pattern pattern,
            Optional<Duration> pause,
            List<String> words,
            Set<Colour> colours,
            Map<String, String> paths,
            Map<String, Server> servers,
            @Nullable Object anything) {}

    record Small(
            @Setting(value = "A port.", defaultValue = "80") int port, List<Cache> caches) {}

    private final Problems problems = new Problems();

    private <T extends Record> @Nullable T bind(Class<T> type, String yaml, Map<String, String> environment) {
        Value value = new YamlReader(problems).read(yaml, "c.yml");
        return value == null
                ? null
                : new RecordBinder(environment, Path.of("/etc/gate"), problems).bind(type, value, "");
    }

    private List<String> told(Class<? extends Record> type, String yaml, Map<String, String> environment) {
        bind(type, yaml, environment);
        return problems.list().stream().map(Problem::toString).toList();
    }

    @Test
    void everyTypeIsReadFromYaml() {
        Everything bound = bind(Everything.class, """
                text: yes
                count: -12
                ratio: 0.5
                on: true
                colour: dark-blue
                folder: rules/../data
                pattern: "a+b"
                pause: 1h30m
                words: [on, 010, 12:30:45, "~"]
                colours: red
                paths: { /z: /1, /a: /2, /m: /3 }
                servers:
                  home: &home
                    url: http://a
                    cache: { max-bytes: 256KB }
                  away: { <<: *home, token: "${TOKEN}" }
                anything: { a: [1, 0.5, true, yes, null, "1", 010] }
                """, Map.of("TOKEN", "s3cr3t: }"));

        assertThat(problems.list()).isEmpty();
        assertThat(bound).isNotNull();
        assertThat(bound.text()).isEqualTo("yes");
        assertThat(bound.count()).isEqualTo(-12);
        assertThat(bound.colour()).isEqualTo(Colour.DARK_BLUE);
        assertThat(bound.folder()).isEqualTo(Path.of("/etc/gate/data"));
        assertThat(bound.pattern().pattern()).isEqualTo("a+b");
        assertThat(bound.pause()).contains(Duration.ofMinutes(90));
        assertThat(bound.words()).containsExactly("on", "010", "12:30:45", "~");
        assertThat(bound.colours()).containsExactly(Colour.RED);
        assertThat(bound.paths().keySet()).containsExactly("/z", "/a", "/m");
        assertThat(bound.servers().get("home").cache()).isEqualTo(new Cache(Duration.ofMinutes(10), 256_000));
        assertThat(bound.servers().get("away").token()).isEqualTo("s3cr3t: }");
        assertThat(bound.servers().get("away").cache().maxBytes()).isEqualTo(256_000);
        assertThat(bound.anything())
                .isEqualTo(Map.of("a", java.util.Arrays.asList(1L, 0.5, true, "yes", null, "1", "010")));
    }

    @Test
    void leftOutKeysTakeTheirDefaults() {
        assertThat(bind(Small.class, "", Map.of())).isEqualTo(new Small(80, List.of()));
        assertThat(bind(Server.class, "url: http://a", Map.of()))
                .isEqualTo(new Server(URI.create("http://a"), null, new Cache(Duration.ofMinutes(10), 8 << 20)));
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void severalProblemsAreToldAtOnceEachAtItsPlace() {
        assertThat(told(Server.class, """
                        urll: http://a
                        token: "${NOT_THERE}"
                        cache:
                          ttl: tenm
                          max-bytes: 8 MegaBytes
                        """, Map.of()))
                .containsExactly(
                        "c.yml:1:1 urll: unknown key (did you mean url?)",
                        "c.yml:1:1 url: missing (expected: an address such as http://192.168.0.10:8096)",
                        "c.yml:2:8 token: ${NOT_THERE} is not set (expected: that environment variable, or"
                                + " ${NOT_THERE:-a default})",
                        "c.yml:4:8 cache.ttl: \"tenm\" (expected: a duration such as 10m)",
                        "c.yml:5:14 cache.max-bytes: \"8 MegaBytes\" (expected: a size such as 256KB or 8MiB)");
    }

    static List<List<String>> broken() {
        return List.of(
                List.of("port: 8O80", "c.yml:1:7 port: \"8O80\" (expected: a whole number such as 10)"),
                List.of("port: 080", "c.yml:1:7 port: \"080\" (expected: a whole number such as 10)"),
                List.of("port: 99999999999", "c.yml:1:7 port: \"99999999999\" (expected: a whole number such as 10)"),
                List.of("port: [80]", "c.yml:1:7 port: a list (expected: a whole number such as 10)"),
                List.of("port:", "c.yml:1:6 port: empty (expected: a whole number such as 10)"),
                List.of("port: 80\nport: 81", "c.yml:2:1 port: duplicate key (first at line 1)"),
                List.of("prot: 80", "c.yml:1:1 prot: unknown key (did you mean port?)"),
                List.of("zzz: 80", "c.yml:1:1 zzz: unknown key (expected: port, caches)"),
                List.of("caches: { a: 1 }", "c.yml:1:9 caches: a mapping (expected: a list)"),
                List.of("caches: [ 5 ]", "c.yml:1:11 caches[0]: \"5\" (expected: a mapping)"),
                List.of("caches: 5", "c.yml:1:9 caches: \"5\" (expected: a list)"),
                List.of("caches:\n  - ttl: 0s", "c.yml:2:10 caches[0].ttl: 0s (expected: > 0)"),
                List.of("- 1", "c.yml:1:1 a list (expected: a mapping)"),
                List.of("caches:\n\t- ttl: 1s", "c.yml:2:1 tab (expected: spaces for indentation)"),
                List.of("port: !!int 80", "c.yml:1:7 port: tag tag:yaml.org,2002:int (expected: no tags)"),
                List.of("port: !env PORT", "c.yml:1:7 port: tag !env (expected: no tags)"),
                List.of("? [a]\n: 1", "c.yml:1:3 a key that is not text (expected: text)"),
                List.of("<<: 5", "c.yml:1:5 [\"<<\"]: not a mapping (expected: an alias of a mapping)"),
                List.of(
                        "port: \"${A\"",
                        "c.yml:1:7 port: ${ without } (expected: ${NAME}, or $${ for the characters themselves)"),
                List.of(
                        "port: ${A B}",
                        "c.yml:1:7 port: ${A B} (expected: letters, digits and _ between the braces, or $${ for the"
                                + " characters themselves)"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void aBrokenFileNamesPlaceKeyAndExpectation(List<String> yamlAndProblem) {
        assertThat(told(Small.class, yamlAndProblem.getFirst(), Map.of())).containsExactly(yamlAndProblem.getLast());
    }

    @Test
    void brokenSyntaxNamesThePlace() {
        assertThat(told(Small.class, "port: [1, 2\ncaches: x\n", Map.of()))
                .singleElement()
                .asString()
                .startsWith("c.yml:2:7 not YAML: ");
    }

    @Test
    void secretsAreNeverRepeated() {
        List<String> told = told(Server.class, """
                url: "ftp://user:pw@host/?api_key=k1"
                token: abc
                cache: { ttl: { password: hunter2 } }
                """, Map.of());
        told = new java.util.ArrayList<>(told);
        told.addAll(told(Server.class, "url: http://a\ntoken: abc", Map.of()));
        told.addAll(told(Server.class, "url: \"${URL}\"", Map.of("URL", "gopher://internal.example/s3cr3t")));
        told.addAll(told(Server.class, "url: http://a\ntoken: [hidden]", Map.of()));
        told.addAll(told(Server.class, "url: http://a\ncache: { ttl: \"${TTL}\" }", Map.of("TTL", "s3cr3t")));

        assertThat(told).hasSizeGreaterThan(4);
        assertThat(String.join("\n", told))
                .doesNotContain("hunter2", "pw@", "k1", "abc", "s3cr3t", "hidden")
                .contains("c.yml:2:8 token: *** (expected: at least 4 characters)")
                .contains("cache.ttl: \"${TTL}\" (expected: a duration such as 10m)");
    }

    @Test
    void variablesDefaultsAndEscapesAreResolved() {
        record Texts(List<String> texts) {}
        assertThat(bind(
                        Texts.class,
                        "texts: [\"${A}-${B:-b}\", \"${EMPTY:-x}\", \"$${A}\", \"$1 {A}\", \"${B:-}\", \"${NEST}\"]",
                        Map.of("A", "a", "EMPTY", "", "NEST", "${A}")))
                .isEqualTo(new Texts(List.of("a-b", "x", "${A}", "$1 {A}", "", "${A}")));
    }

    @ParameterizedTest
    @CsvSource({"10m,600000", "1h30m,5400000", "500ms,500", "7d,604800000", "0,0", "30s,30000"})
    void durationsAreRead(String text, long millis) {
        assertThat(Quantity.duration(text)).isEqualTo(Duration.ofMillis(millis));
        assertThat(Quantity.duration(Quantity.show(Duration.ofMillis(millis)))).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource({"256KB,256000", "8MB,8000000", "1GiB,1073741824", "512,512", "4 KiB,4096"})
    void sizesAreRead(String text, long bytes) {
        assertThat(Quantity.bytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "firstByteTimeout,first-byte-timeout",
        "verifyTLS,verify-tls",
        "default_,default",
        "URLPath,url-path",
        "ttl,ttl"
    })
    void componentsBecomeKeys(String component, String key) {
        assertThat(Keys.ofComponent(component)).isEqualTo(key);
    }
}
