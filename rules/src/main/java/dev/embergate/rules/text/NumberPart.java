package dev.embergate.rules.text;

import org.jspecify.annotations.Nullable;

/** How far a JSON number has come (RFC 8259 section 6), named by what was read last. */
enum NumberPart {
    MINUS(false),
    ZERO(true),
    INTEGER(true),
    POINT(false),
    FRACTION(true),
    EXPONENT(false),
    EXPONENT_SIGN(false),
    EXPONENT_DIGITS(true);

    private final boolean complete;

    NumberPart(boolean complete) {
        this.complete = complete;
    }

    /** Whether a number may end here. */
    boolean isComplete() {
        return complete;
    }

    /** Null for a byte that begins no number. */
    static @Nullable NumberPart beginning(byte b) {
        return b == '-' ? MINUS : MINUS.next(b);
    }

    /** Null for a byte that does not go on with the number. */
    @Nullable
    NumberPart next(byte b) {
        boolean digit = b >= '0' && b <= '9';
        boolean exponent = b == 'e' || b == 'E';
        return switch (this) {
            case MINUS -> b == '0' ? ZERO : digit ? INTEGER : null;
            case ZERO -> b == '.' ? POINT : exponent ? EXPONENT : null;
            case INTEGER -> digit ? INTEGER : b == '.' ? POINT : exponent ? EXPONENT : null;
            case POINT -> digit ? FRACTION : null;
            case FRACTION -> digit ? FRACTION : exponent ? EXPONENT : null;
            case EXPONENT -> digit ? EXPONENT_DIGITS : b == '+' || b == '-' ? EXPONENT_SIGN : null;
            case EXPONENT_SIGN, EXPONENT_DIGITS -> digit ? EXPONENT_DIGITS : null;
        };
    }
}
