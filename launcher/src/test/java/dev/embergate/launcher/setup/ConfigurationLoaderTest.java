package dev.embergate.launcher.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.embergate.engine.EngineConfig;
import dev.embergate.engine.decode.DecodeLimits;
import dev.embergate.engine.spi.Route;
import dev.embergate.engine.upstream.UpstreamConfig;
import dev.embergate.launcher.config.InvalidConfiguration;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationLoaderTest {
    private static final String MINIMAL = "upstreams: { emby: { url: http://127.0.0.1:8096 } }\n";

    @TempDir
    Path folder;

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private ConfigurationLoader loader(Map<String, String> environment, Overrides overrides) {
        return new ConfigurationLoader(folder.resolve("config.yml"), environment, overrides);
    }

    private Configuration load() throws InvalidConfiguration {
        return loader(Map.of(), Overrides.NONE).load((plugins, problems) -> TestTypes.catalogue());
    }

    private List<String> problems() {
        InvalidConfiguration refused = catchThrowableOfType(InvalidConfiguration.class, this::load);
        return refused.problems().stream()
                .map(line -> line.replace(folder + "/", ""))
                .toList();
    }

    @Test
    void aMinimalFileTakesTheEnginesOwnDefaults() throws Exception {
        write("config.yml", MINIMAL);
        Configuration read = load();
        EngineConfig engine = read.engine();
        assertThat(engine.limits()).isEqualTo(EngineConfig.Limits.DEFAULT);
        assertThat(engine.timeouts()).isEqualTo(EngineConfig.Timeouts.DEFAULT);
        assertThat(engine.decode()).isEqualTo(DecodeLimits.DEFAULT);
        assertThat(engine.upstreams()).containsExactly(UpstreamConfig.of("emby", URI.create("http://127.0.0.1:8096")));
        assertThat(engine.listeners())
                .containsExactly(
                        new EngineConfig.ListenerConfig("proxy", "0.0.0.0", 8095, "proxy", "emby"),
                        new EngineConfig.ListenerConfig("admin", "127.0.0.1", 8080, "admin", ""));
        assertThat(engine.cache())
                .isEqualTo(new EngineConfig.Cache(
                        16 << 20, 0, folder.resolve("data").resolve("cache")));
        assertThat(engine.dataDirectory()).isEqualTo(folder.resolve("data"));
        assertThat(engine.configDirectory()).isEqualTo(folder);
        assertThat(read.rules()).isEmpty();
    }

    @Test
    void whatStandsInFrontIsToldToTheEngine() throws Exception {
        write("config.yml", MINIMAL + """
                        listeners: [{ proxy-protocol: true }]
                        edge: { trusted-proxies: [127.0.0.1, "fd00::/8"] }
                        limits:
                          requests-per-second-per-address: 20
                          request-burst-per-address: 40
                          min-upload-bytes-per-second: 1024
                          min-download-bytes-per-second: 2048
                          max-queued-bytes: 64MiB
                        """);
        EngineConfig engine = load().engine();
        assertThat(engine.edge()).isEqualTo(new EngineConfig.Edge(List.of("127.0.0.1", "fd00::/8")));
        assertThat(engine.listeners())
                .extracting(EngineConfig.ListenerConfig::proxyProtocol)
                .containsExactly(true, false);
        assertThat(engine.limits())
                .isEqualTo(new EngineConfig.Limits(10_000, 0, 8 << 20, 256 << 10, 20, 40, 1024, 2048, 64 << 20));
    }

    @Test
    void anHttpsListenerHasItsCertificatesFromTheFolderOfTheFile() throws Exception {
        write("certs/chain.pem", "");
        write("certs/key.pem", "");
        write("config.yml", MINIMAL + """
                        listeners:
                          - redirect-to-https: 443
                          - name: https
                            port: 443
                            tls:
                              certificates:
                                - chain: certs/chain.pem
                                  key: certs/key.pem
                        """);
        List<EngineConfig.ListenerConfig> listeners = load().engine().listeners();
        assertThat(listeners.get(0).tls()).isNull();
        assertThat(listeners.get(0).redirectToHttps()).isEqualTo(443);
        assertThat(listeners.get(1).tls())
                .isEqualTo(new EngineConfig.Tls(
                        List.of(new EngineConfig.Tls.Certificate(
                                folder.resolve("certs/chain.pem"), folder.resolve("certs/key.pem"))),
                        EngineConfig.Tls.Version.TLS_1_2,
                        EngineConfig.Tls.Provider.AUTO,
                        java.time.Duration.ZERO));
    }

    @Test
    void anUpstreamMayHaveMoreAddresses() throws Exception {
        write(
                "config.yml",
                "upstreams: { emby: { url: http://emby_server:8096/emby, other-urls: [ \"http://[::1]:8096/emby\" ] } }\n");
        assertThat(load().engine().upstreams().getFirst().urls())
                .containsExactly(URI.create("http://emby_server:8096/emby"), URI.create("http://[::1]:8096/emby"));
    }

    @Test
    void addressesOfOneUpstreamHaveOnePath() throws Exception {
        write("config.yml", "upstreams: { emby: { url: http://a/emby, other-urls: [ http://b ] } }\n");
        assertThat(problems())
                .singleElement()
                .asString()
                .contains("other-urls: http://b (expected: another address of the same server");
    }

    @Test
    void keptAnswersLieWhereTheFileSays() throws Exception {
        write("config.yml", MINIMAL + "cache: { memory-bytes: 1MiB, disk-bytes: 1GB, folder: kept }\n");
        assertThat(load().engine().cache())
                .isEqualTo(new EngineConfig.Cache(1 << 20, 1_000_000_000, folder.resolve("data/kept")));
        write("config.yml", MINIMAL + "cache: { memory-bytes: -1, folder: \"\" }\n");
        assertThat(problems()).hasSize(1).first().asString().contains("cache");
    }

    @Test
    void theCommandLineWinsOverTheFile() throws Exception {
        write("config.yml", MINIMAL + "data: elsewhere\n");
        Configuration read = loader(Map.of(), new Overrides(0, Path.of("/tmp/here")))
                .load((plugins, problems) -> TestTypes.catalogue());
        assertThat(read.engine().listeners().getFirst().port()).isZero();
        assertThat(read.dataDirectory()).isEqualTo(Path.of("/tmp/here"));
    }

    @Test
    void rulesOfRuleFilesFollowThoseOfTheMainFileInOrderOfFileNames() throws Exception {
        write("config.yml", MINIMAL + "rules:\n  - { name: main, type: timed }\n");
        write("rules/20-b.yml", "rules: [{ name: b, type: timed }]");
        write("rules/10-a.yaml", "rules: [{ name: a1, type: timed }, { name: a2, type: timed }]");
        write("rules/.hidden.yml", "broken: [");
        write("rules/notes.txt", "broken: [");
        assertThat(load().rules()).extracting(PlannedRule::name).containsExactly("main", "a1", "a2", "b");
    }

    @Test
    void matchReplacesTheRoutesOfTheType() throws Exception {
        write("config.yml", MINIMAL + """
                        rules:
                          - { name: own, type: timed }
                          - name: other
                            type: timed
                            match: { path: ["/a/{id}", "/b/**"], methods: [GET, HEAD], ignore-case: true, query: { x: "*" }, host: "*.example.org" }
                          - { name: socket, type: hello, match: { path: /ws, upgrade: WebSocket }, with: { text: hi } }
                          - { name: "off", type: timed, enabled: false, with: { ttl: "${NOT_SET}" } }
                        """);
        List<PlannedRule<?>> rules = load().rules();
        assertThat(rules).extracting(PlannedRule::name).containsExactly("own", "other", "socket");
        assertThat(rules.get(0).routes()).containsExactly(Route.path("/wait"));
        assertThat(rules.get(1).routes())
                .containsExactly(
                        new Route(
                                java.util.Set.of("GET", "HEAD"),
                                "/a/{id}",
                                true,
                                "*.example.org",
                                Map.of("x", "*"),
                                null),
                        new Route(
                                java.util.Set.of("GET", "HEAD"),
                                "/b/**",
                                true,
                                "*.example.org",
                                Map.of("x", "*"),
                                null));
        assertThat(rules.get(2).routes())
                .containsExactly(new Route(java.util.Set.of(), "/ws", false, null, Map.of(), "websocket"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing yet\n"})
    void aFileThatSaysNothingIsNotTakenForAConfiguration(String text) throws Exception {
        write("config.yml", text);
        assertThat(problems())
                .singleElement()
                .asString()
                .contains("config.yml")
                .contains("neither upstreams nor rules");
    }

    static List<List<String>> broken() {
        return List.of(
                List.of("upstream: {}", "config.yml:1:1 upstream: unknown key (did you mean upstreams?)"),
                List.of(
                        "rules: [{ name: a, type: helo, match: { path: / } }]",
                        "config.yml:2:26 rules[0].type: \"helo\" is no type of rule (did you mean hello?)"),
                List.of(
                        "rules: [{ name: a, type: zzzzz }]",
                        "config.yml:2:26 rules[0].type: \"zzzzz\" is no type of rule (expected: hello, timed)"),
                List.of(
                        "rules: [{ name: a, type: timed, with: { ttl: tenm } }]",
                        "config.yml:2:46 rules[0].with.ttl: \"tenm\" (expected: a duration such as 10m)"),
                List.of(
                        "rules: [{ name: a, type: hello, with: { text: x } }]",
                        "config.yml:2:9 rules[0].match: missing (expected: a path; rules of type hello apply nowhere by"
                                + " themselves)"),
                List.of(
                        "rules: [{ name: a, type: hello, match: { path: x }, with: { text: x } }]",
                        "config.yml:2:48 rules[0].match.path: x (expected: begins with /)"),
                List.of(
                        "rules: [{ name: a, type: hello, match: { path: /, methods: get }, with: { text: x } }]",
                        "config.yml:2:60 rules[0].match.methods: get (expected: upper case, such as GET)"),
                List.of(
                        "rules: [{ name: a, type: hello, match: { path: / } }]",
                        "config.yml:2:9 rules[0].with.text: missing (expected: text)"),
                List.of(
                        "rules:\n  - { name: a, type: timed }\n  - { name: a, type: timed }",
                        "config.yml:4:13 rules[1].name: \"a\" again (expected: each name once; first at config.yml:3:13)"),
                List.of("rules: [{ type: timed }]", "config.yml:2:9 rules[0].name: missing (expected: text)"),
                List.of("rules: { a: b }", "config.yml:2:8 rules: a mapping (expected: a list)"),
                List.of("default-upstream: ember", "config.yml:2:19 default-upstream: \"ember\" (expected: emby)"),
                List.of(
                        "listeners: [{ port: 70000 }]",
                        "config.yml:2:21 listeners[0].port: 70000 (expected: 0 to 65535)"),
                List.of(
                        "listeners: [{ tls: { certificates: [{ chain: config.yml, key: absent.pem }] } }]",
                        "config.yml:2:63 listeners[0].tls.certificates[0].key: *** (expected: a PEM file that can be read)"),
                List.of(
                        "listeners: [{ tls: { certificates: [{ chain: absent.pem, key: config.yml }] } }]",
                        "config.yml:2:46 listeners[0].tls.certificates[0].chain: absent.pem (expected: a PEM file that can be"
                                + " read)"),
                List.of(
                        "listeners: [{ tls: {} }]",
                        "config.yml:2:20 listeners[0].tls.certificates: none (expected: at least one)"),
                List.of(
                        "listeners: [{ tls: { min-version: \"1.2\" } }]",
                        "config.yml:2:35 listeners[0].tls.min-version: \"1.2\" (expected: tls-1-2, tls-1-3)"),
                List.of(
                        "listeners: [{ redirect-to-https: 8094, tls: { certificates: [{ chain: config.yml, key: config.yml"
                                + " }] } }]",
                        "config.yml:2:34 listeners[0].redirect-to-https: 8094 (expected: a port, on a listener without tls)"),
                List.of(
                        "listeners: [{}, {}]",
                        "config.yml:2:12 listeners: two of the same name (expected: a name of its own for each)"),
                List.of(
                        "admin: { host: 0.0.0.0 }",
                        "config.yml:2:16 admin.host: \"0.0.0.0\" (expected: a loopback address such as 127.0.0.1, or"
                                + " admin.token set)"),
                List.of(
                        "admin: { token: s3cr3t }",
                        "config.yml:2:17 admin.token: *** (expected: at least 16 visible ASCII characters)"),
                List.of(
                        "engine: { transport: kqueue }",
                        "config.yml:2:22 engine.transport: \"kqueue\" (expected: auto, epoll, io-uring, nio)"),
                List.of("limits: { max-connections: 0 }", "config.yml:2:28 limits.max-connections: 0 (expected: > 0)"),
                List.of(
                        "limits: { request-burst-per-address: 0 }",
                        "config.yml:2:38 limits.request-burst-per-address: 0 (expected: > 0)"),
                List.of(
                        "limits: { min-upload-bytes-per-second: -1 }",
                        "config.yml:2:40 limits.min-upload-bytes-per-second: -1 (expected: >= 0)"),
                List.of(
                        "edge: { trusted-proxies: [127.0.0.1, 10.0.0.1/8] }",
                        "config.yml:2:26 edge.trusted-proxies: \"10.0.0.1/8\" (expected: zeros behind the first 8 bits, or no"
                                + " prefix)"),
                List.of(
                        "edge: { trusted-proxies: nginx }",
                        "config.yml:2:26 edge.trusted-proxies: \"nginx\" (expected: an address, or a network such as 10.0.0.0/8"
                                + " or 2001:db8::/32)"),
                List.of(
                        "listeners: [{ proxy-protocol: true }]",
                        "config.yml:2:12 listeners: proxy-protocol without edge.trusted-proxies (expected: the addresses it"
                                + " comes from)"),
                List.of("timeouts: { head: 0 }", "config.yml:2:19 timeouts.head: PT0S (expected: > 0)"),
                List.of(
                        "decode: { max-line-bytes: 1 }",
                        "config.yml:2:9 decode: decode limits: line 1, head 65536, fields 128, chunk line 256, trailers 8192"
                                + " (expected: line >= 64, head >= line, fields >= 1, chunk line >= 16, trailers >= 0)"),
                List.of("upstreams: {}", "config.yml:2:1 upstreams: duplicate key (first at line 1)"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void aBrokenFileNamesLineKeyAndExpectation(List<String> yamlAndProblem) throws IOException {
        String yaml = yamlAndProblem.getFirst();
        write("config.yml", yaml.startsWith("upstream:") ? yaml : MINIMAL + yaml);
        assertThat(problems()).contains(yamlAndProblem.getLast());
    }

    @Test
    void problemsOfAllFilesAreToldTogether() throws IOException {
        write("config.yml", "upstreams: { Emby: { url: ftp://a } }\nprot: 1\nrules: [{ name: a, type: tmed }]\n");
        write("rules/a.yml", "rules:\n  - name: b\n    type: timed\n    with: { ttl: soon, tll: 1s }\n");
        write("rules/b.yml", "rules:\n\t- name: c\n");
        assertThat(problems())
                .containsExactly(
                        "config.yml:2:1 prot: unknown key (did you mean port?)"
                                .replace(
                                        "(did you mean port?)",
                                        "(expected: listeners, admin, default-upstream, edge, limits, timeouts, cache, decode,"
                                                + " engine, data, plugins, log)"),
                        "config.yml:1:27 upstreams.Emby.url: ftp address (expected: http://host[:port][/path], without user"
                                + " or query)",
                        "config.yml:3:26 rules[0].type: \"tmed\" is no type of rule (did you mean timed?)",
                        "rules/a.yml:4:24 rules[0].with.tll: unknown key (expected: none)",
                        "rules/a.yml:4:18 rules[0].with.ttl: \"soon\" (expected: a duration such as 10m)",
                        "rules/b.yml:2:1 tab (expected: spaces for indentation)");
    }

    @Test
    void aMissingFileSaysWhatToDo() {
        assertThat(problems()).singleElement().asString().contains("no such file", "config-example.yml", "--config");
    }

    @Test
    void severalUpstreamsNeedADefault() throws IOException {
        write("config.yml", "upstreams: { a: { url: http://a }, b: { url: http://b } }\n");
        assertThat(problems()).containsExactly("config.yml:1:1 default-upstream: missing (expected: one of a, b)");
    }
}
