package dev.embergate.rules.uri;

import dev.embergate.engine.spi.Route;
import dev.embergate.engine.spi.RuleContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Text of an address with {@code {name}} where the parameter of that name of the matched route goes in, percent-encoded as one
 * segment or value.
 */
public final class Template {
    /** Literal texts at even places, names of parameters at odd ones. */
    private final List<String> parts;

    private Template(List<String> parts) {
        this.parts = List.copyOf(parts);
    }

    /** Throws {@link IllegalArgumentException} for a brace without its partner or an empty name. */
    public static Template of(String text) {
        List<String> parts = new ArrayList<>();
        int at = 0;
        while (true) {
            int open = text.indexOf('{', at);
            String literal = open < 0 ? text.substring(at) : text.substring(at, open);
            if (literal.indexOf('}') >= 0) {
                throw new IllegalArgumentException(text + " (expected: every } closes a {)");
            }
            parts.add(literal);
            if (open < 0) {
                return new Template(parts);
            }
            int close = text.indexOf('}', open);
            if (close < 0
                    || close == open + 1
                    || text.substring(open + 1, close).indexOf('{') >= 0) {
                throw new IllegalArgumentException(text + " (expected: parameters like {id})");
            }
            parts.add(text.substring(open + 1, close));
            at = close + 1;
        }
    }

    /** The text before the first parameter. */
    public String start() {
        return parts.getFirst();
    }

    /**
     * Names a parameter that one of the routes does not have, for it would fail on every request there; null when all have all.
     */
    public @Nullable String missing(List<Route> routes) {
        for (int i = 1; i < parts.size(); i += 2) {
            for (Route route : routes) {
                if (!route.params().contains(parts.get(i))) {
                    return "{" + parts.get(i) + "} (expected: a parameter of " + route.path() + ")";
                }
            }
        }
        return null;
    }

    public boolean hasParameters() {
        return parts.size() > 1;
    }

    /** Throws {@link IllegalArgumentException} for a parameter the matched route does not have. */
    public String fill(RuleContext context) {
        if (!hasParameters()) {
            return start();
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            out.append(i % 2 == 0 ? parts.get(i) : PercentEncoding.component(context.param(parts.get(i))));
        }
        return out.toString();
    }
}
