package dev.embergate.engine.match;

/** What one segment of a route's path stands for. */
sealed interface Segment {

    /** Exactly this text; {@code text} is folded when case is ignored. Empty is the segment after a trailing slash. */
    record Literal(String text, boolean ignoreCase) implements Segment {
        static Literal of(String text, boolean ignoreCase) {
            return new Literal(ignoreCase ? LetterCase.fold(text) : text, ignoreCase);
        }
    }

    /** Anything that begins with this text, the text itself included; never empty. */
    record Prefix(String text, boolean ignoreCase) implements Segment {
        static Prefix of(String text, boolean ignoreCase) {
            return new Prefix(ignoreCase ? LetterCase.fold(text) : text, ignoreCase);
        }
    }

    /** Any one segment that is not empty; {@code name} is empty for a lone star. */
    record One(String name) implements Segment {}

    /** All segments that follow, also when there are none. */
    record Rest() implements Segment {}

    static Segment of(String text, boolean ignoreCase) {
        if (text.equals("**")) {
            return new Rest();
        }
        if (text.equals("*")) {
            return new One("");
        }
        if (text.startsWith("{")) {
            return new One(text.substring(1, text.length() - 1));
        }
        return text.endsWith("*")
                ? Prefix.of(text.substring(0, text.length() - 1), ignoreCase)
                : Literal.of(text, ignoreCase);
    }

    /** Whether this matches the segment of {@code path} between two indices. */
    default boolean matches(String path, int start, int end) {
        return switch (this) {
            case Literal literal ->
                end - start == literal.text.length()
                        && LetterCase.standsAt(path, start, literal.text, literal.ignoreCase);
            case Prefix prefix ->
                end - start >= prefix.text.length() && LetterCase.standsAt(path, start, prefix.text, prefix.ignoreCase);
            case One one -> end > start;
            case Rest rest -> true;
        };
    }

    /** Whether this matches every segment that {@code other} matches. False when in doubt. */
    default boolean covers(Segment other) {
        return switch (this) {
            case Literal literal ->
                other instanceof Literal theirs
                        && theirs.text.length() == literal.text.length()
                        && begins(theirs.text, theirs.ignoreCase, literal.text, literal.ignoreCase);
            case Prefix prefix ->
                switch (other) {
                    case Literal theirs -> begins(theirs.text, theirs.ignoreCase, prefix.text, prefix.ignoreCase);
                    case Prefix theirs -> begins(theirs.text, theirs.ignoreCase, prefix.text, prefix.ignoreCase);
                    case One one -> false;
                    case Rest rest -> false;
                };
            case One one ->
                switch (other) {
                    case Literal theirs -> !theirs.text.isEmpty();
                    case Prefix theirs -> true;
                    case One theirs -> true;
                    case Rest rest -> false;
                };
            case Rest rest -> true;
        };
    }

    private static boolean begins(String text, boolean textIgnoresCase, String beginning, boolean ignoreCase) {
        if (!LetterCase.standsAt(text, 0, beginning, ignoreCase)) {
            return false;
        }
        return ignoreCase || !textIgnoresCase || LetterCase.hasNoCase(beginning);
    }
}
