package dev.embergate.engine.decode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Finds the {@link FieldName} of received octets without making a string: a small hash table with open addressing. */
final class KnownNames {
    static final FieldName[] VALUES = FieldName.values();

    private static final int SLOTS = 128;
    private static final byte[] TABLE = new byte[SLOTS];
    private static final byte[][] NAMES = new byte[VALUES.length][];

    static {
        Arrays.fill(TABLE, (byte) -1);
        for (FieldName field : VALUES) {
            byte[] name = field.lowerCase().getBytes(StandardCharsets.ISO_8859_1);
            NAMES[field.ordinal()] = name;
            if (field != FieldName.OTHER) {
                int slot = slot(name, 0, name.length);
                while (TABLE[slot] >= 0) {
                    slot = (slot + 1) & (SLOTS - 1);
                }
                TABLE[slot] = (byte) field.ordinal();
            }
        }
    }

    private KnownNames() {}

    /**
     * Ordinal of the name in {@code from..to}, which must be a token: only then is setting the case bit enough to compare
     * without case, because no other token character becomes a letter or a hyphen by it.
     */
    static int ordinal(byte[] bytes, int from, int to) {
        int slot = slot(bytes, from, to);
        while (TABLE[slot] >= 0) {
            if (matches(NAMES[TABLE[slot]], bytes, from, to)) {
                return TABLE[slot];
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
        return 0;
    }

    private static int slot(byte[] bytes, int from, int to) {
        int length = to - from;
        return (length * 11 + (bytes[from] | 0x20) * 7 + (bytes[to - 1] | 0x20) * 3 + (bytes[from + length / 2] | 0x20))
                & (SLOTS - 1);
    }

    private static boolean matches(byte[] name, byte[] bytes, int from, int to) {
        if (name.length != to - from) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if ((bytes[from + i] | 0x20) != name[i]) {
                return false;
            }
        }
        return true;
    }
}
