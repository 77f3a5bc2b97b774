package dev.embergate.admin;

import dev.embergate.engine.spi.Headers;
import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestHead;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.spi.RuleContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One path of the admin port: checks who asks, then the method (RFC 9110 section 15.5.6), then answers.
 *
 * @param access null where anyone may ask
 */
record Endpoint(List<String> methods, @Nullable AdminAccess access, Rule action) implements Rule {
    @Override
    public Outcome decide(RequestHead request, RuleContext context) throws Exception {
        Outcome refused = access == null ? null : access.refuse(request);
        if (refused != null) {
            return refused;
        }
        if (!methods.contains(request.method())) {
            String allowed = String.join(", ", methods);
            return Answers.problem(
                    405, "Method not allowed", "Allowed here: " + allowed + ".", Headers.of("Allow", allowed));
        }
        return action.decide(request, context);
    }
}
