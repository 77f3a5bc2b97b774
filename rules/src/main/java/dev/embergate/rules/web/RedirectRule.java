package dev.embergate.rules.web;

import dev.embergate.engine.spi.Outcome;
import dev.embergate.engine.spi.RequestHead;
import dev.embergate.engine.spi.Rule;
import dev.embergate.engine.spi.RuleContext;
import dev.embergate.rules.uri.Template;
import dev.embergate.rules.uri.WebAddress;
import java.net.URI;

/** Fills the address in, and the query where wanted. */
record RedirectRule(Template to, int status, boolean keepQuery) implements Rule {

    static Rule of(RedirectConfig config) {
        Template to = Template.of(config.to());
        if (to.hasParameters() || config.keepQuery()) {
            return new RedirectRule(to, config.status(), config.keepQuery());
        }
        Outcome always = new Outcome.Redirect(config.status(), address(to.start()));
        return (request, context) -> always;
    }

    @Override
    public Outcome decide(RequestHead request, RuleContext context) {
        String address = to.fill(context);
        String query = keepQuery ? request.rawQuery() : null;
        if (query != null && !query.isEmpty()) {
            address = address + (address.indexOf('?') < 0 ? '?' : '&') + query;
        }
        return new Outcome.Redirect(status, address(address));
    }

    private static URI address(String written) {
        if (!written.startsWith("/")) {
            URI absolute = WebAddress.of(written);
            if (absolute != null) {
                return absolute;
            }
        } else {
            String encoded = WebAddress.encoded(written);
            if (encoded != null) {
                return URI.create(encoded);
            }
        }
        throw new IllegalArgumentException("to: filled in, it is no address a client can be sent to");
    }
}
