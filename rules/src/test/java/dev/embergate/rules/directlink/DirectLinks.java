package dev.embergate.rules.directlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.embergate.engine.spi.Fetcher;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RuleFactory.InvalidConfig;
import dev.embergate.engine.testkit.HeadOf;
import dev.embergate.rules.directlink.AlistRedirectConfig.Alist;
import dev.embergate.rules.directlink.AlistRedirectConfig.Cache;
import dev.embergate.rules.directlink.AlistRedirectConfig.Unmapped;
import dev.embergate.rules.testkit.ContextOf;
import dev.embergate.rules.testkit.ScriptedFetcher;
import dev.embergate.rules.testkit.ServicesOf;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An alist-redirect with an Emby and an Alist by script: items lie at /data/{id}.mkv, mapped to /Drive. */
final class DirectLinks {
    static final String EMBY = "/PlaybackInfo";
    static final String ALIST = "/api/fs/get";
    private static final Pattern ITEM = Pattern.compile("/(?:videos|audio|items)/([^/]*)/([^/]*)(?:/([^/]*))?", 2);

    final ScriptedFetcher fetcher = new ScriptedFetcher();
    final ServicesOf services = new ServicesOf(fetcher, Path.of("."));
    AlistRedirect rule;

    Duration acceptance = Duration.ofMinutes(1);
    Duration ttl = Duration.ofMinutes(1);
    Duration failure = Duration.ofMinutes(1);
    Duration timeout = Duration.ofSeconds(5);
    int maxEntries = 100;
    int status = 302;
    boolean bindUserAgent = true;

    DirectLinks() {
        source("{\"Id\":\"m1\",\"Path\":\"/data/a.mkv\",\"Container\":\"mkv\",\"Protocol\":\"File\"}");
        fetcher.on(ALIST, request -> link("http://drive.example/a.mkv?sign=1"));
        make();
    }

    /** A new rule, with the settings as they are now; nothing is known to it. */
    DirectLinks make() {
        AlistRedirectConfig config = new AlistRedirectConfig(
                new Alist("http://alist.example:5244", "alist-t0ken"),
                "",
                List.of(new PathRule("/data", "/Drive")),
                Unmapped.PASS,
                List.of("/local", "\\\\nas\\own"),
                false,
                status,
                bindUserAgent,
                timeout,
                new Cache(ttl, acceptance, failure, maxEntries));
        try {
            rule = (AlistRedirect) new AlistRedirectFactory().create(config, services);
        } catch (InvalidConfig e) {
            throw new AssertionError(e);
        }
        return this;
    }

    /** Emby has that one source. */
    DirectLinks source(String json) {
        fetcher.on(EMBY, 200, "{\"MediaSources\":[" + json + "]}");
        return this;
    }

    static Fetcher.Response link(String rawUrl) {
        return ScriptedFetcher.json(
                200, "{\"code\":200,\"message\":\"success\",\"data\":{\"size\":1000,\"raw_url\":\"" + rawUrl + "\"}}");
    }

    /** A play with a token and a User-Agent. */
    static HeadOf play(String target) {
        return HeadOf.get(target, "User-Agent", "Player/1", "X-Emby-Token", "t0k");
    }

    /** As the rule says it: perhaps not known yet. */
    Outcome said(HeadOf request) {
        Matcher item = ITEM.matcher(request.path());
        assertThat(item.find()).isTrue();
        String name = item.group(3);
        return rule.decide(
                request,
                name == null
                        ? ContextOf.params(fetcher, "id", item.group(1))
                        : ContextOf.params(fetcher, "id", item.group(1), "name", name));
    }

    Outcome decide(HeadOf request) {
        return known(said(request));
    }

    static Outcome known(Outcome outcome) {
        return outcome instanceof Outcome.Later later
                ? later.stage()
                        .toCompletableFuture()
                        .orTimeout(10, TimeUnit.SECONDS)
                        .join()
                : outcome;
    }

    String location(HeadOf request) {
        Outcome outcome = decide(request);
        assertThat(outcome).isInstanceOf(Outcome.Redirect.class);
        return ((Outcome.Redirect) outcome).location().toASCIIString();
    }

    void assertRelayed(Relayed why, HeadOf request) {
        assertThat(decide(request)).isSameAs(why.pass());
        assertThat(services.count("direct_link_relayed", why.label())).isPositive();
    }
}
