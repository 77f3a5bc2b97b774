package dev.embergate.engine.decode;

import org.jspecify.annotations.Nullable;

/**
 * Reads {@code chunk-size [ chunk-ext ] CRLF} octet by octet (RFC 9112 section 7.1). Extensions mean nothing here, but their
 * grammar is checked: what hides in them, a lone LF above all, ends the line for another reader.
 */
final class ChunkLine {
    enum Progress {
        MORE,
        COMPLETE,
        REJECTED
    }

    private enum State {
        SIZE,
        /** White space before a semicolon, which then has to come. */
        BEFORE_EXTENSION,
        BEFORE_NAME,
        NAME,
        AFTER_NAME,
        BEFORE_VALUE,
        VALUE,
        QUOTED,
        ESCAPED,
        AFTER_QUOTED,
        LF
    }

    /** Fifteen hexadecimal digits fit a long with room to spare. */
    private static final int MAX_DIGITS = 15;

    private final int maxBytes;
    private State state = State.SIZE;
    private int digits;
    private int length;
    private long size;
    private @Nullable String fault;

    ChunkLine(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    void begin() {
        state = State.SIZE;
        digits = 0;
        length = 0;
        size = 0;
        fault = null;
    }

    long size() {
        return size;
    }

    /** Octets of the line that are not the size. */
    int extensionLength() {
        return length - digits;
    }

    String fault() {
        return fault == null ? "" : fault;
    }

    Progress accept(byte b) {
        if (state == State.LF) {
            return b == '\n' ? Progress.COMPLETE : reject("chunk line: CR without LF (expected: CRLF)");
        }
        if (b == '\r') {
            return end();
        }
        if (++length > maxBytes) {
            return reject("chunk line: longer than allowed (expected: at most " + maxBytes + " bytes)");
        }
        return state == State.SIZE ? size(b) : extension(b);
    }

    private Progress size(byte b) {
        int digit = Octets.hex(b);
        if (digit >= 0) {
            if (++digits > MAX_DIGITS) {
                return reject("chunk size: too large (expected: at most " + MAX_DIGITS + " hexadecimal digits)");
            }
            size = size << 4 | digit;
            return Progress.MORE;
        }
        if (digits == 0) {
            return reject("chunk size: missing (expected: hexadecimal digits)");
        }
        return extensionOr(b, "chunk size: illegal character (expected: hexadecimal digits, then CRLF)");
    }

    /** What may follow a size, a name or a value. */
    private Progress extensionOr(byte b, String otherwise) {
        if (b == ';') {
            return to(State.BEFORE_NAME);
        }
        return Octets.isBlank(b) ? to(State.BEFORE_EXTENSION) : reject(otherwise);
    }

    private Progress extension(byte b) {
        return switch (state) {
            case BEFORE_EXTENSION -> Octets.isBlank(b) ? Progress.MORE : b == ';' ? to(State.BEFORE_NAME) : malformed();
            case BEFORE_NAME -> Octets.isBlank(b) ? Progress.MORE : Octets.isToken(b) ? to(State.NAME) : malformed();
            case NAME -> Octets.isToken(b) ? Progress.MORE : afterName(b);
            case AFTER_NAME -> afterName(b);
            case BEFORE_VALUE ->
                Octets.isBlank(b)
                        ? Progress.MORE
                        : b == '"' ? to(State.QUOTED) : Octets.isToken(b) ? to(State.VALUE) : malformed();
            case VALUE -> Octets.isToken(b) ? Progress.MORE : extensionOr(b, MALFORMED);
            case QUOTED ->
                b == '"'
                        ? to(State.AFTER_QUOTED)
                        : b == '\\' ? to(State.ESCAPED) : Octets.isControl(b) ? malformed() : Progress.MORE;
            case ESCAPED -> Octets.isControl(b) ? malformed() : to(State.QUOTED);
            case AFTER_QUOTED -> extensionOr(b, MALFORMED);
            case SIZE, LF -> throw new AssertionError(state);
        };
    }

    private Progress afterName(byte b) {
        if (b == '=') {
            return to(State.BEFORE_VALUE);
        }
        if (b == ';') {
            return to(State.BEFORE_NAME);
        }
        return Octets.isBlank(b) ? to(State.AFTER_NAME) : malformed();
    }

    private Progress end() {
        boolean complete = switch (state) {
            case SIZE -> digits > 0;
            case NAME, VALUE, AFTER_QUOTED -> true;
            case BEFORE_EXTENSION, BEFORE_NAME, AFTER_NAME, BEFORE_VALUE, QUOTED, ESCAPED, LF -> false;
        };
        return complete ? to(State.LF) : reject("chunk line: ends too early (expected: size, extensions, CRLF)");
    }

    private static final String MALFORMED =
            "chunk extension: malformed (expected: ;name, ;name=token or ;name=\"text\")";

    private Progress malformed() {
        return reject(MALFORMED);
    }

    private Progress to(State next) {
        state = next;
        return Progress.MORE;
    }

    private Progress reject(String why) {
        fault = why;
        return Progress.REJECTED;
    }
}
