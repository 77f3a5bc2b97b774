package dev.embergate.rules.web;

import dev.embergate.engine.spi.RequestHead;
import dev.embergate.engine.spi.RuleContext;
import dev.embergate.rules.uri.PercentEncoding;
import dev.embergate.rules.uri.Template;
import dev.embergate.rules.uri.WebAddress;
import java.util.Optional;

/** A new target from a received one. */
sealed interface PathEdit {
    /** The whole target, encoded, query kept. */
    String target(RequestHead request, RuleContext context);

    PathEdit NONE = new Same();

    static PathEdit of(ForwardConfig config) {
        Optional<String> path = config.path();
        if (path.isPresent()) {
            return new Replaced(Template.of(path.get()));
        }
        String strip = config.stripPrefix().orElse("");
        String add = config.addPrefix().orElse("");
        return strip.isEmpty() && add.isEmpty() ? NONE : new Prefixes(strip, PercentEncoding.path(add));
    }

    private static String withQuery(String path, RequestHead request) {
        String query = request.rawQuery();
        String target = query == null ? path : path + "?" + query;
        String encoded = WebAddress.encoded(target);
        if (encoded == null) {
            throw new IllegalArgumentException("path: not Unicode text (expected: no unpaired surrogates)");
        }
        return encoded;
    }

    /** As received. */
    record Same() implements PathEdit {
        @Override
        public String target(RequestHead request, RuleContext context) {
            return request.target();
        }
    }

    /** Another path. */
    record Replaced(Template path) implements PathEdit {
        @Override
        public String target(RequestHead request, RuleContext context) {
            return withQuery(path.fill(context), request);
        }
    }

    /** Off with one prefix, on with the other. */
    record Prefixes(String strip, String add) implements PathEdit {
        @Override
        public String target(RequestHead request, RuleContext context) {
            String path = request.path();
            String raw = request.rawPath();
            // The rule was matched on the normalised path. Where the received one has the same segments its encoding is
            // kept;
            // where it has dot segments, cutting it would let it climb out of what was matched.
            String encoded = path.equals(PercentEncoding.decode(raw)) ? raw : PercentEncoding.path(path);
            String rest = begins(path) ? afterSegments(encoded) : encoded;
            return withQuery(add + rest, request);
        }

        private boolean begins(String path) {
            int length = strip.length();
            return path.regionMatches(true, 0, strip, 0, length)
                    && (path.length() == length || path.charAt(length) == '/');
        }

        /** {@code encoded} without as many segments as the prefix has; a slash when nothing is left. */
        private String afterSegments(String encoded) {
            int at = 0;
            for (int i = 0; i < strip.length(); i++) {
                if (strip.charAt(i) == '/') {
                    int next = encoded.indexOf('/', at + 1);
                    at = next < 0 ? encoded.length() : next;
                }
            }
            return at == encoded.length() ? "/" : encoded.substring(at);
        }
    }
}
