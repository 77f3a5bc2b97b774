package dev.embergate.engine.decode;

/** What the Connection fields of a head ask for (RFC 9110 section 7.6.1): a set of bits, and the names behind {@link #OTHER}. */
final class ConnectionOptions {
    static final int CLOSE = 1;
    static final int KEEP_ALIVE = 2;
    static final int UPGRADE = 4;
    /** Names fields beside those that the three others could mean. */
    static final int OTHER = 8;

    private ConnectionOptions() {}

    static int of(HeadBytes head) {
        int options = 0;
        int field = head.next(FieldName.CONNECTION, 0);
        while (field >= 0) {
            byte[] bytes = head.bytes();
            int end = head.valueEnd(field);
            for (int at = head.valueStart(field); at < end; ) {
                int comma = elementEnd(bytes, at, end);
                options |= option(bytes, skipBlanks(bytes, at, comma), trimBlanks(bytes, at, comma));
                at = comma + 1;
            }
            field = head.next(FieldName.CONNECTION, field + 1);
        }
        return options;
    }

    private static int option(byte[] bytes, int from, int to) {
        if (from >= to) {
            return 0;
        }
        if (Octets.equalsIgnoreCase(bytes, from, to, "keep-alive")) {
            return KEEP_ALIVE;
        }
        if (Octets.equalsIgnoreCase(bytes, from, to, "close")) {
            return CLOSE;
        }
        if (Octets.equalsIgnoreCase(bytes, from, to, "upgrade")) {
            return UPGRADE;
        }
        return OTHER;
    }

    /** Whether an option has the name of that field. */
    static boolean name(HeadBytes head, int options, int named) {
        if (options == 0) {
            return false;
        }
        if ((options & OTHER) == 0) {
            int ordinal = head.ordinal(named);
            if (ordinal != FieldName.OTHER.ordinal()) {
                return (ordinal == FieldName.KEEP_ALIVE.ordinal() && (options & KEEP_ALIVE) != 0)
                        || (ordinal == FieldName.UPGRADE.ordinal() && (options & UPGRADE) != 0);
            }
            if ((options & CLOSE) == 0) {
                return false;
            }
        }
        byte[] bytes = head.bytes();
        int nameStart = head.nameStart(named);
        int nameEnd = head.nameEnd(named);
        int field = head.next(FieldName.CONNECTION, 0);
        while (field >= 0) {
            int end = head.valueEnd(field);
            for (int at = head.valueStart(field); at < end; ) {
                int comma = elementEnd(bytes, at, end);
                int from = skipBlanks(bytes, at, comma);
                int to = trimBlanks(bytes, from, comma);
                if (Octets.equalsIgnoreCase(bytes, from, to, nameStart, nameEnd)) {
                    return true;
                }
                at = comma + 1;
            }
            field = head.next(FieldName.CONNECTION, field + 1);
        }
        return false;
    }

    static int elementEnd(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != ',') {
            at++;
        }
        return at;
    }

    static int skipBlanks(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && Octets.isBlank(bytes[at])) {
            at++;
        }
        return at;
    }

    static int trimBlanks(byte[] bytes, int from, int to) {
        int at = to;
        while (at > from && Octets.isBlank(bytes[at - 1])) {
            at--;
        }
        return at;
    }
}
