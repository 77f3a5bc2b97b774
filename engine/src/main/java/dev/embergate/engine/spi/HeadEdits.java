package dev.embergate.engine.spi;

import java.util.List;
import java.util.Objects;

/**
 * Changes to an answer's head on its way to the client; framing fields are the engine's and cannot be changed.
 *
 * @param status the new status; 0 keeps the upstream's
 * @param remove names of fields to drop
 * @param set fields to send instead of any received ones of the same name
 */
public record HeadEdits(int status, List<String> remove, Headers set) {
    public static final HeadEdits NONE = new HeadEdits(0, List.of(), Headers.EMPTY);

    public HeadEdits {
        if (status != 0 && (status < 200 || status > 599)) {
            throw new IllegalArgumentException("status: " + status + " (expected: 0, or 200 to 599)");
        }
        remove = List.copyOf(remove);
        Objects.requireNonNull(set, "set");
    }

    /** Whether this changes nothing. */
    public boolean isNone() {
        return status == 0 && remove.isEmpty() && set.isEmpty();
    }

    public static HeadEdits set(String name, String value) {
        return new HeadEdits(0, List.of(), Headers.of(name, value));
    }
}
