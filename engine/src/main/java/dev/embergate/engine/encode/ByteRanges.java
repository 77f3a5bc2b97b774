package dev.embergate.engine.encode;

import java.util.ArrayList;
import java.util.List;

/** What a Range field asks of a body of known length (RFC 9110 section 14.1.2). */
sealed interface ByteRanges {
    /** More ranges than this in one field and the whole body is sent, as section 14.2 allows. */
    int MAX_RANGES = 16;

    /** Send the whole: another unit, nonsense, or ranges that ask for more work than the whole is. */
    record Whole() implements ByteRanges {}

    /** None of the ranges lies inside: 416. */
    record Unsatisfiable() implements ByteRanges {}

    /** At least one; none overlaps another, and none begins where the one before it ends. */
    record Parts(List<Part> parts) implements ByteRanges {}

    /** Bytes {@code first} to {@code last}, both included. */
    record Part(long first, long last) {
        long length() {
            return last - first + 1;
        }

        /** The value of Content-Range (section 14.4). */
        String contentRange(long completeLength) {
            return "bytes " + first + '-' + last + '/' + completeLength;
        }
    }

    ByteRanges WHOLE = new Whole();
    ByteRanges UNSATISFIABLE = new Unsatisfiable();

    /**
     * Reads a Range field. A suffix of an empty body would be satisfiable by section 14.1.2, but no Content-Range can say so:
     * the whole (empty) body answers it.
     */
    static ByteRanges of(String field, long length) {
        int equals = field.indexOf('=');
        if (equals < 0 || !field.substring(0, equals).equalsIgnoreCase("bytes")) {
            return WHOLE;
        }
        List<Part> parts = new ArrayList<>(2);
        int specs = 0;
        boolean emptySuffix = false;
        int at = equals + 1;
        while (at <= field.length()) {
            int comma = field.indexOf(',', at);
            int end = comma < 0 ? field.length() : comma;
            int from = skipSpace(field, at, end);
            int to = trimSpace(field, from, end);
            at = end + 1;
            if (from == to) {
                continue; // an empty list element (section 5.6.1.2)
            }
            if (++specs > MAX_RANGES) {
                return WHOLE;
            }
            int dash = field.indexOf('-', from);
            if (dash < 0 || dash >= to) {
                return WHOLE;
            }
            long first = number(field, from, dash);
            long last = number(field, dash + 1, to);
            if (first == MALFORMED || last == MALFORMED || (first == ABSENT && last == ABSENT)) {
                return WHOLE;
            }
            if (first == ABSENT) {
                if (last > 0 && length > 0) {
                    add(parts, new Part(Math.max(0, length - last), length - 1));
                } else {
                    emptySuffix |= last > 0;
                }
            } else if (last != ABSENT && last < first) {
                return WHOLE;
            } else if (first < length) {
                add(parts, new Part(first, last == ABSENT ? length - 1 : Math.min(last, length - 1)));
            }
        }
        if (specs == 0) {
            return WHOLE;
        }
        if (parts.isEmpty()) {
            return emptySuffix ? WHOLE : UNSATISFIABLE;
        }
        return overlap(parts) ? WHOLE : new Parts(List.copyOf(parts));
    }

    long ABSENT = -1;
    long MALFORMED = -2;

    /** Adds a part, or lengthens the one it continues. */
    private static void add(List<Part> parts, Part next) {
        int end = parts.size() - 1;
        if (end >= 0 && parts.get(end).last + 1 == next.first) {
            parts.set(end, new Part(parts.get(end).first, next.last));
        } else {
            parts.add(next);
        }
    }

    private static boolean overlap(List<Part> parts) {
        for (int i = 1; i < parts.size(); i++) {
            Part one = parts.get(i);
            for (int j = 0; j < i; j++) {
                Part other = parts.get(j);
                if (one.first <= other.last && other.first <= one.last) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Digits only; numbers beyond a long are as good as the largest. */
    private static long number(String text, int from, int to) {
        if (from == to) {
            return ABSENT;
        }
        long number = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return MALFORMED;
            }
            int digit = c - '0';
            number = number > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : number * 10 + digit;
        }
        return number;
    }

    private static int skipSpace(String text, int from, int to) {
        int at = from;
        while (at < to && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }

    private static int trimSpace(String text, int from, int to) {
        int at = to;
        while (at > from && (text.charAt(at - 1) == ' ' || text.charAt(at - 1) == '\t')) {
            at--;
        }
        return at;
    }
}
