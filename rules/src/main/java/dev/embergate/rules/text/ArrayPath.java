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
    /** One step down: into a member of that name, or into each element when {@code name} is empty. */
    private record Step(byte[] name, boolean each) {}

    private final List<Step> steps = new ArrayList<>();

    ArrayPath(String path) {
        String[] segments = path.isEmpty() ? new String[0] : path.split("\\.", -1);
        for (int i = 0; i < segments.length; i++) {
            String name = segments[i];
            boolean each = name.endsWith("[]");
            if (each) {
                name = name.substring(0, name.length() - 2);
            }
            if (name.isEmpty() && !(each && i == 0) || name.indexOf('[') >= 0 || name.indexOf(']') >= 0) {
                throw new IllegalArgumentException("path: " + path + " (expected: such as Items[].MediaSources)");
            }
            if (!name.isEmpty()) {
                steps.add(new Step(name.getBytes(StandardCharsets.UTF_8), false));
            }
            if (each) {
                steps.add(new Step(new byte[0], true));
            }
        }
    }

    int length() {
        return steps.size();
    }

    boolean isEach(int step) {
        return steps.get(step).each;
    }

    /** In UTF-8; of a step that is no {@link #isEach}. */
    byte[] name(int step) {
        return steps.get(step).name;
    }
}
