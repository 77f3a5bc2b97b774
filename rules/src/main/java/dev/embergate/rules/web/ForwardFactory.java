package dev.embergate.rules.web;

import dev.embergate.engine.spi.HeadEdits;
import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestEdits;
import dev.embergate.engine.spi.ResponsePlan;
import dev.embergate.engine.spi.Route;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.spi.RuleFactory;
import dev.embergate.engine.spi.RuleServices;
import dev.embergate.rules.uri.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Type {@code forward}. */
public final class ForwardFactory implements RuleFactory<ForwardConfig> {
    @Override
    public String type() {
        return "forward";
    }

    @Override
    public String summary() {
        return "Sends the request to an upstream, with edits to its path and to the header fields of both ways.";
    }

    @Override
    public Class<ForwardConfig> config() {
        return ForwardConfig.class;
    }

    @Override
    public List<Route> routes(ForwardConfig config) {
        return List.of();
    }

    @Override
    public boolean conclusive(ForwardConfig config) {
        return true;
    }

    @Override
    public void check(ForwardConfig config, List<Route> routes) throws InvalidConfig {
        if (config.path().isEmpty()) {
            return;
        }
        String missing = Template.of(config.path().get()).missing(routes);
        if (missing != null) {
            throw new InvalidConfig("path", "path: " + missing);
        }
    }

    @Override
    public Rule create(ForwardConfig config, RuleServices services) throws InvalidConfig {
        UpstreamNames.check(config.upstream(), services);
        RequestEdits edits = edits(config.removeRequestHeaders(), headers(config.setRequestHeaders()));
        HeadEdits answer = new HeadEdits(0, config.removeResponseHeaders(), headers(config.setResponseHeaders()));
        boolean relay = answer.remove().isEmpty() && answer.set().isEmpty();
        ResponsePlan plan = relay ? ResponsePlan.RELAY : new ResponsePlan.EditHead(head -> answer);
        PathEdit path = PathEdit.of(config);
        if (path == PathEdit.NONE) {
            Outcome always = new Outcome.Forward(config.upstream(), edits, plan);
            return (request, context) -> always;
        }
        return (request, context) ->
                new Outcome.Forward(config.upstream(), edits.withTarget(path.target(request, context)), plan);
    }

    /** The body stays the client's: null, which NullAway does not see to be allowed for an array in a class file. */
    @SuppressWarnings("NullAway")
    private static RequestEdits edits(List<String> remove, Headers set) {
        return new RequestEdits(null, remove, set, null);
    }

    private static Headers headers(Map<String, String> fields) {
        List<Headers.Field> list = new ArrayList<>();
        fields.forEach((name, value) -> list.add(new Headers.Field(name, value)));
        return Headers.of(list);
    }
}
