package dev.embergate.rules.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Compares a member name, as it comes in pieces and perhaps with escapes, with the one that is looked for. */
final class MemberName {
    private static final JsonFactory NAMES = new JsonFactory();

    /** A quotation mark, the name as received, a quotation mark: what a parser needs to undo escapes. */
    private final byte[] quoted;

    private byte[] wanted = {};
    private int length;
    private boolean mayMatch;
    private boolean escaped;

    /** @param longest of the names looked for, in bytes */
    MemberName(int longest) {
        // Each byte of a name may come as an escape of six.
        quoted = new byte[6 * longest + 2];
    }

    /** A name begins that nobody looks for. */
    void ignore() {
        mayMatch = false;
    }

    /** A name begins. */
    void compareWith(byte[] name) {
        wanted = name;
        length = 0;
        mayMatch = true;
        escaped = false;
    }

    void append(ByteBuffer chunk, int from, int to) {
        int more = to - from;
        if (!mayMatch || more == 0) {
            return;
        }
        if (more > quoted.length - 2 - length) {
            mayMatch = false;
            return;
        }
        chunk.get(from, quoted, 1 + length, more);
        length += more;
    }

    /** The backslash and what follows belong to an escape. */
    void appendOfEscape(byte b) {
        escaped = true;
        if (mayMatch && length < quoted.length - 2) {
            quoted[1 + length++] = b;
        } else {
            mayMatch = false;
        }
    }

    /** The name is complete. */
    boolean matches() throws IOException {
        if (!mayMatch) {
            return false;
        }
        if (!escaped) {
            return Arrays.equals(quoted, 1, 1 + length, wanted, 0, wanted.length);
        }
        quoted[0] = '"';
        quoted[1 + length] = '"';
        try (JsonParser parser = NAMES.createParser(quoted, 0, length + 2)) {
            return new String(wanted, StandardCharsets.UTF_8).equals(parser.nextTextValue());
        }
    }
}
