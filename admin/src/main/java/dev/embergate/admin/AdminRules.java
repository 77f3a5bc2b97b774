package dev.embergate.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embergate.engine.control.EngineControl;
import dev.embergate.engine.control.Reload;
import dev.embergate.engine.control.RuleEntry;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.Route;
import dev.embergate.engine.spi.Rule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rule table of the admin port. */
public final class AdminRules {
    private static final List<String> READ = List.of("GET", "HEAD");
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final EngineControl engine;
    private final Reload reload;
    private final String defaultUpstream;

    private AdminRules(EngineControl engine, Reload reload, String defaultUpstream) {
        this.engine = engine;
        this.reload = reload;
        this.defaultUpstream = defaultUpstream;
    }

    /**
     * Health, readiness, metrics, status and reload; any other path answers 404.
     *
     * @param defaultUpstream what must be reachable for the program to be ready; empty for nothing
     */
    public static List<RuleEntry> table(
            EngineControl engine, Reload reload, AdminAccess access, String defaultUpstream) {
        AdminRules rules = new AdminRules(engine, reload, defaultUpstream);
        return List.of(
                entry("health", "/health", READ, null, (request, context) -> rules.health()),
                entry("ready", "/ready", READ, null, (request, context) -> rules.ready()),
                entry("metrics", "/metrics", READ, access, (request, context) -> context.offload(rules::metrics)),
                entry("status", "/api/status", READ, access, (request, context) -> context.offload(rules::status)),
                entry(
                        "reload",
                        "/api/reload",
                        List.of("POST"),
                        access,
                        (request, context) -> context.offload(rules::reloaded)),
                new RuleEntry(
                        "unknown",
                        "admin",
                        List.of(Route.path("/**")),
                        (request, context) -> Answers.problem(
                                404,
                                "Not found",
                                "There are /health, /ready, /metrics, /api/status and /api/reload.",
                                Headers.EMPTY),
                        true));
    }

    private static RuleEntry entry(
            String name, String path, List<String> methods, @Nullable AdminAccess access, Rule action) {
        return new RuleEntry(name, "admin", List.of(Route.path(path)), new Endpoint(methods, access, action), true);
    }

    private Outcome health() {
        return Answers.json(200, Answers.object().put("status", "up"));
    }

    private Outcome ready() {
        List<String> reasons = Readiness.reasonsAgainst(engine.status(), defaultUpstream);
        ObjectNode document = Answers.object().put("ready", reasons.isEmpty());
        ArrayNode list = document.putArray("reasons");
        reasons.forEach(list::add);
        return Answers.json(reasons.isEmpty() ? 200 : 503, document);
    }

    private Outcome metrics() {
        return Answers.text(engine.metricsText(), METRICS_TYPE);
    }

    private Outcome status() {
        return Answers.json(200, StatusDocument.of(engine.status()));
    }

    private Outcome reloaded() {
        Reload.Result result = reload.reload();
        ObjectNode members = Answers.object();
        if (!result.applied()) {
            ArrayNode problems = members.putArray("problems");
            result.problems().forEach(problems::add);
            return Answers.problem(
                    422, "The configuration has problems", "Nothing has changed.", Headers.EMPTY, members);
        }
        members.put("applied", true);
        ArrayNode restartNeeded = members.putArray("restartNeeded");
        result.restartNeeded().forEach(restartNeeded::add);
        return Answers.json(200, members);
    }
}
