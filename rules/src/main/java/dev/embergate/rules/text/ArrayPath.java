package dev.embergate.rules.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Where an array lies in a JSON document: member names joined by dots, {@code []} for "in each element of". {@code Items} is a
 * member of the document, {@code Items[].MediaSources} a member of each element of that, {@code []} at the beginning descends
 * into a document that is itself an array; the empty text is such a document.
 */
final class ArrayPath {
    private static final byte[] EACH = new byte[0];

    /** What to go down into: members by name, or {@link #EACH} element. */
    private final List<byte[]> steps = new ArrayList<>();

    ArrayPath(String path) {
        String[] segments = path.isEmpty() ? new String[0] : path.split("\\.", -1);
        for (int i = 0; i < segments.length; i++) {
            String name = segments[i];
            boolean each = name.endsWith("[]");
            if (each) {
                name = name.substring(0, name.length() - 2);
            }
            boolean noName = name.isEmpty() && (!each || i > 0);
            if (noName || name.indexOf('[') >= 0 || name.indexOf(']') >= 0) {
                throw new IllegalArgumentException("path: " + path + " (expected: such as Items[].MediaSources)");
            }
            if (!name.isEmpty()) {
                steps.add(name.getBytes(StandardCharsets.UTF_8));
            }
            if (each) {
                steps.add(EACH);
            }
        }
    }

    int length() {
        return steps.size();
    }

    boolean isEach(int step) {
        return steps.get(step).length == 0;
    }

    /** In UTF-8; empty for {@link #isEach}. */
    byte[] name(int step) {
        return steps.get(step);
    }
}
