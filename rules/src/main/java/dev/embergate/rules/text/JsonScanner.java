package dev.embergate.rules.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON document (RFC 8259) as it comes, checks its grammar, and tells where the elements of one array begin and end.
 * Holds a nesting stack and part of one member name, never a value. Whether strings are valid UTF-8 is not checked.
 */
final class JsonScanner {
    static final int MAX_DEPTH = 128;

    /** What {@link #scan} came upon at {@link #position}. */
    enum Event {
        /** The end of what there is. */
        NONE,
        /** Behind the opening bracket of the array. */
        ARRAY_BEGINS,
        /** Before the first byte of an element. */
        ELEMENT_BEGINS,
        /** Behind the last byte of an element. */
        ELEMENT_ENDED,
        /** Before the closing bracket of the array. */
        ARRAY_ENDS
    }

    private enum State {
        START,
        MARK_2,
        MARK_3,
        VALUE,
        VALUE_OR_END,
        NAME,
        NAME_OR_END,
        COLON,
        AFTER_VALUE,
        STRING,
        ESCAPE,
        HEX,
        LITERAL,
        NUMBER
    }

    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private final ArrayPath path;
    private final int targetDepth;
    private final boolean[] inObject = new boolean[MAX_DEPTH];
    private final MemberName name;
    private boolean nameMatches;
    private int depth;
    /** How many of the open containers lie on the way to the array; it itself included once inside. */
    private int onPath;

    private State state = State.START;
    private boolean stringIsName;
    private byte[] literal = NULL;
    private NumberPart number = NumberPart.ZERO;
    private int step;
    private boolean announced;
    private long readBefore;
    private int position;

    JsonScanner(ArrayPath path) {
        this.path = path;
        this.targetDepth = path.length() + 1;
        int longest = 0;
        for (int i = 0; i < path.length(); i++) {
            longest = Math.max(longest, path.name(i).length);
        }
        this.name = new MemberName(longest);
    }

    /** Where the last scan stopped; the next one has to begin there. */
    int position() {
        return position;
    }

    /** How many bytes were read in all: the offset of {@link #position} in the document. */
    long offset() {
        return readBefore;
    }

    Event scan(ByteBuffer chunk, int from, int to) throws IOException {
        int i = from;
        Event event = Event.NONE;
        while (i < to && event == Event.NONE) {
            if (state == State.STRING) {
                i = string(chunk, from, i, to);
                if (state != State.STRING && isElementEnd()) {
                    event = Event.ELEMENT_ENDED;
                }
                continue;
            }
            byte b = chunk.get(i);
            if (isWhiteSpace(b) && skipsWhiteSpace()) {
                i++;
                continue;
            }
            if (endsNumber(b)) {
                state = State.AFTER_VALUE;
                if (depth == targetDepth && onPath == targetDepth) {
                    event = Event.ELEMENT_ENDED;
                }
                continue;
            }
            if (depth == targetDepth && onPath == targetDepth && !announced) {
                event = announcement(b);
                if (event != Event.NONE) {
                    announced = true;
                    continue;
                }
            }
            announced = false;
            event = read(b, readBefore + (i - from));
            i++;
        }
        position = i;
        readBefore += i - from;
        return event;
    }

    /** A string has just ended: was it an element? */
    private boolean isElementEnd() {
        return state == State.AFTER_VALUE && depth == targetDepth && onPath == targetDepth;
    }

    private Event announcement(byte b) {
        if (b == ']' && (state == State.AFTER_VALUE || state == State.VALUE_OR_END)) {
            return Event.ARRAY_ENDS;
        }
        return state == State.VALUE || state == State.VALUE_OR_END ? Event.ELEMENT_BEGINS : Event.NONE;
    }

    private static boolean isWhiteSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    private boolean skipsWhiteSpace() {
        return switch (state) {
            case START, VALUE, VALUE_OR_END, NAME, NAME_OR_END, COLON, AFTER_VALUE -> true;
            case MARK_2, MARK_3, STRING, ESCAPE, HEX, LITERAL, NUMBER -> false;
        };
    }

    /** A number has no end of its own: the byte after it tells, and is read again as what it is. */
    private boolean endsNumber(byte b) {
        return state == State.NUMBER && number.isComplete() && number.next(b) == null;
    }

    private Event read(byte b, long offset) throws IOException {
        switch (state) {
            case START -> {
                if (b == (byte) 0xef && offset == 0) {
                    state = State.MARK_2;
                } else {
                    return value(b, offset);
                }
            }
            case MARK_2 -> state = expect(b, (byte) 0xbb, State.MARK_3, "a byte order mark", offset);
            case MARK_3 -> state = expect(b, (byte) 0xbf, State.VALUE, "a byte order mark", offset);
            case VALUE -> {
                return value(b, offset);
            }
            case VALUE_OR_END -> {
                return b == ']' ? close(b, offset) : value(b, offset);
            }
            case NAME -> beginName(b, offset);
            case NAME_OR_END -> {
                if (b == '}') {
                    return close(b, offset);
                }
                beginName(b, offset);
            }
            case COLON -> state = expect(b, (byte) ':', State.VALUE, "a colon", offset);
            case AFTER_VALUE -> {
                return afterValue(b, offset);
            }
            case ESCAPE -> escape(b, offset);
            case HEX -> hex(b, offset);
            case LITERAL -> {
                return literal(b, offset);
            }
            case NUMBER -> number(number.next(b), b, offset);
            case STRING -> throw new IllegalStateException("strings are read at a stretch");
        }
        return Event.NONE;
    }

    private Event value(byte b, long offset) throws IOException {
        switch (b) {
            case '{' -> {
                open(true, offset);
                state = State.NAME_OR_END;
            }
            case '[' -> {
                boolean target = open(false, offset);
                state = State.VALUE_OR_END;
                if (target) {
                    return Event.ARRAY_BEGINS;
                }
            }
            case '"' -> {
                stringIsName = false;
                state = State.STRING;
            }
            case 't' -> beginLiteral(TRUE);
            case 'f' -> beginLiteral(FALSE);
            case 'n' -> beginLiteral(NULL);
            default -> {
                number(NumberPart.beginning(b), b, offset);
                state = State.NUMBER;
            }
        }
        return Event.NONE;
    }

    /** True when what begins is the array. */
    private boolean open(boolean object, long offset) throws IOException {
        if (depth == MAX_DEPTH) {
            throw new IOException(
                    "json: nested too deep at offset " + offset + " (expected: at most " + MAX_DEPTH + ")");
        }
        boolean onTheWay = onPath == depth && depth <= path.length() && leadsOn();
        inObject[depth++] = object;
        boolean target = onTheWay && depth == targetDepth && !object;
        if (onTheWay && (target || depth < targetDepth)) {
            onPath = depth;
        }
        return target;
    }

    /** Whether the value that now begins is where the path goes. */
    private boolean leadsOn() {
        if (depth == 0) {
            return true;
        }
        return inObject[depth - 1] ? nameMatches : path.isEach(depth - 1);
    }

    private Event close(byte b, long offset) throws IOException {
        if (depth == 0 || inObject[depth - 1] != (b == '}')) {
            throw unexpected(b, offset, "the end of what was begun last");
        }
        depth--;
        onPath = Math.min(onPath, depth);
        return valueEnded();
    }

    private Event valueEnded() {
        state = State.AFTER_VALUE;
        return depth == targetDepth && onPath == targetDepth ? Event.ELEMENT_ENDED : Event.NONE;
    }

    private Event afterValue(byte b, long offset) throws IOException {
        if (depth == 0) {
            throw unexpected(b, offset, "the end of the document");
        }
        if (b == ',') {
            state = inObject[depth - 1] ? State.NAME : State.VALUE;
            return Event.NONE;
        }
        if (b == ']' || b == '}') {
            return close(b, offset);
        }
        throw unexpected(b, offset, "a comma or the end of what was begun last");
    }

    private void beginName(byte b, long offset) throws IOException {
        state = expect(b, (byte) '"', State.STRING, "a member name", offset);
        stringIsName = true;
        nameMatches = false;
        if (onPath == depth && depth <= path.length() && !path.isEach(depth - 1)) {
            name.compareWith(path.name(depth - 1));
        } else {
            name.ignore();
        }
    }

    /** Reads a string's bytes up to its end, an escape, or the end of what there is. */
    private int string(ByteBuffer chunk, int from, int begin, int to) throws IOException {
        int i = begin;
        while (i < to) {
            byte b = chunk.get(i);
            if (b == '"' || b == '\\' || (b >= 0 && b < 0x20)) {
                break;
            }
            i++;
        }
        if (stringIsName) {
            name.append(chunk, begin, i);
        }
        if (i == to) {
            return i;
        }
        byte b = chunk.get(i);
        if (b == '\\') {
            gatherEscape(b);
            state = State.ESCAPE;
        } else if (b == '"') {
            if (stringIsName) {
                nameMatches = name.matches();
                state = State.COLON;
            } else {
                state = State.AFTER_VALUE;
            }
        } else {
            throw unexpected(b, readBefore + (i - from), "no control character in a string");
        }
        return i + 1;
    }

    private void gatherEscape(byte b) {
        if (stringIsName) {
            name.appendOfEscape(b);
        }
    }

    private void escape(byte b, long offset) throws IOException {
        gatherEscape(b);
        switch (b) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> state = State.STRING;
            case 'u' -> {
                state = State.HEX;
                step = 0;
            }
            default -> throw unexpected(b, offset, "an escape");
        }
    }

    private void hex(byte b, long offset) throws IOException {
        if (Character.digit(b, 16) < 0) {
            throw unexpected(b, offset, "a hexadecimal digit");
        }
        gatherEscape(b);
        if (++step == 4) {
            state = State.STRING;
        }
    }

    private void beginLiteral(byte[] word) {
        literal = word;
        step = 1;
        state = State.LITERAL;
    }

    private Event literal(byte b, long offset) throws IOException {
        if (b != literal[step]) {
            throw unexpected(b, offset, "true, false or null");
        }
        return ++step == literal.length ? valueEnded() : Event.NONE;
    }

    private void number(@Nullable NumberPart next, byte b, long offset) throws IOException {
        if (next == null) {
            throw unexpected(b, offset, state == State.NUMBER ? "a digit" : "a value");
        }
        number = next;
    }

    /** No more bytes follow. A document without any is none, and taken for an empty body. */
    void finish() throws IOException {
        boolean complete = switch (state) {
            case AFTER_VALUE -> depth == 0;
            case NUMBER -> depth == 0 && number.isComplete();
            case START -> true;
            default -> false;
        };
        if (!complete) {
            throw new IOException("json: ends at offset " + readBefore + " (expected: a complete document)");
        }
    }

    private State expect(byte b, byte wanted, State next, String expectation, long offset) throws IOException {
        if (b != wanted) {
            throw unexpected(b, offset, expectation);
        }
        return next;
    }

    private static IOException unexpected(byte b, long offset, String expectation) {
        return new IOException("json: byte 0x" + Integer.toHexString(b & 0xff) + " at offset " + offset + " (expected: "
                + expectation + ")");
    }
}
