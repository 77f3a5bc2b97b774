package dev.embergate.rules.web;

import dev.embergate.engine.spi.Setting;
import dev.embergate.rules.uri.Template;
import dev.embergate.rules.uri.WebAddress;

/** Settings of {@code redirect}. */
public record RedirectConfig(
        @Setting(
                "Where to: an absolute http or https address, or a path that begins with a slash. `{name}` in its path or"
                        + " query stands for that parameter of the matched path.")
        String to,

        @Setting(value = "Status of the answer: 301, 302, 303, 307 or 308.", defaultValue = "302")
        int status,

        @Setting(
                value =
                        "Whether the request's query is added to the address. It may hold tokens, which the other side then"
                                + " sees.",
                defaultValue = "false")
        boolean keepQuery) {

    public RedirectConfig {
        RedirectStatus.check(status);
        String start;
        try {
            start = Template.of(to).start();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("to: " + e.getMessage(), e);
        }
        boolean path = start.startsWith("/") && !start.startsWith("//") && WebAddress.encoded(start) != null;
        boolean absolute = WebAddress.of(start) != null && start.indexOf('/', "https://".length()) > 0;
        boolean whole = start.equals(to) && WebAddress.of(to) != null;
        if (!path && !absolute && !whole) {
            throw new IllegalArgumentException("to: " + to
                    + " (expected: a path like /web/index.html, or an http or https address without user, parameters only in"
                    + " its path or query)");
        }
    }
}
