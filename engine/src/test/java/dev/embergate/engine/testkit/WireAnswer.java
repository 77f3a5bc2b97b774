package dev.embergate.engine.testkit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An answer as a {@link WireClient} read it.
 *
 * @param head up to and including the empty line
 * @param body with chunked coding undone
 * @param rawBody as it was on the wire
 * @param trailers the trailer section, lines ending in CRLF; empty when there was none
 */
public record WireAnswer(String head, byte[] body, byte[] rawBody, String trailers) {
    public int status() {
        return Integer.parseInt(head.substring(9, 12));
    }

    public String statusLine() {
        return head.substring(0, head.indexOf("\r\n"));
    }

    /** First value of that field, in any letter case; null when absent. */
    public @Nullable String field(String name) {
        return WireReader.field(head, name);
    }

    /** All values of that field. */
    public List<String> fields(String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                .map(line -> line.substring(prefix.length()).trim())
                .toList();
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
