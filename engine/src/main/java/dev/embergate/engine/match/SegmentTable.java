package dev.embergate.engine.match;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Texts of one node and what follows each: open addressing over the hash of the folded text, at most half full.
 *
 * <p>A look-up is a walk over slots, from {@link #first} along {@link #following} while one {@link #holds}: the same segment
 * may be there twice, with and without letter case.
 */
final class SegmentTable {
    /** @param text folded when case is ignored */
    record Entry(String text, boolean ignoreCase, Branch below) {}

    private final int mask;
    private final int shift;
    private final String[] texts;
    private final boolean[] ignoreCase;
    private final int[] hashes;
    private final RuleIndex.Node[] children;
    private final boolean empty;

    SegmentTable(List<Entry> entries) {
        int capacity = Integer.highestOneBit(Math.max(1, entries.size())) * 4;
        mask = capacity - 1;
        shift = Integer.numberOfLeadingZeros(mask);
        texts = new String[capacity];
        ignoreCase = new boolean[capacity];
        hashes = new int[capacity];
        children = new RuleIndex.Node[capacity];
        empty = entries.isEmpty();
        for (Entry entry : entries) {
            String text = entry.text();
            int hash = hash(0, text, 0, text.length());
            int slot = first(hash);
            while (holds(slot)) {
                slot = following(slot);
            }
            texts[slot] = text;
            ignoreCase[slot] = entry.ignoreCase();
            hashes[slot] = hash;
            children[slot] = new RuleIndex.Node(entry.below());
        }
    }

    /** Goes on from the hash of what stands before {@code start}; letter case makes no difference. */
    static int hash(int hash, String text, int start, int end) {
        for (int i = start; i < end; i++) {
            hash = 31 * hash + LetterCase.fold(text.charAt(i));
        }
        return hash;
    }

    boolean isEmpty() {
        return empty;
    }

    /** The lengths of all texts, ascending, each once. */
    int[] lengths() {
        return Arrays.stream(texts)
                .filter(Objects::nonNull)
                .mapToInt(String::length)
                .sorted()
                .distinct()
                .toArray();
    }

    int first(int hash) {
        // Names that count up (r1, r2, ...) have neighbouring hashes; without spreading they would fill the table in
        // one run.
        return (hash * 0x9E3779B9) >>> shift;
    }

    int following(int slot) {
        return (slot + 1) & mask;
    }

    boolean holds(int slot) {
        return texts[slot] != null;
    }

    boolean matches(int slot, int hash, String path, int start, int length) {
        return hashes[slot] == hash
                && texts[slot].length() == length
                && LetterCase.standsAt(path, start, texts[slot], ignoreCase[slot]);
    }

    RuleIndex.Node child(int slot) {
        return children[slot];
    }
}
