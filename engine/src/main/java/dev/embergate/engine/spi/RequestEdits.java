package dev.embergate.engine.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Changes to a request on its way upstream. The engine has removed hop-by-hop and forwarding fields before these apply, and
 * sets its own framing and forwarding fields afterwards.
 *
 * @param target the new target in origin form, already encoded; null keeps the received one
 * @param remove names of fields to drop
 * @param set fields to send instead of any received ones of the same name; Host may be set, framing fields may not
 * @param body a new body in place of the client's, which is then read and dropped; null keeps the client's
 */
public record RequestEdits(@Nullable String target, List<String> remove, Headers set, byte @Nullable [] body) {
    public static final RequestEdits NONE = new RequestEdits(null, List.of(), Headers.EMPTY, null);

    public RequestEdits {
        remove = List.copyOf(remove);
        Objects.requireNonNull(set, "set");
        if (target != null) {
            checkTarget(target);
        }
    }

    /** Whether this changes nothing. */
    public boolean isNone() {
        return target == null && body == null && remove.isEmpty() && set.isEmpty();
    }

    public RequestEdits withTarget(String newTarget) {
        return new RequestEdits(newTarget, remove, set, body);
    }

    public RequestEdits setting(String name, String value) {
        return new RequestEdits(target, remove, set.without(name).with(name, value), body);
    }

    /** That field is dropped besides. */
    public RequestEdits without(String name) {
        List<String> more = new ArrayList<>(remove);
        more.add(name);
        return new RequestEdits(target, more, set.without(name), body);
    }

    public RequestEdits withBody(byte[] newBody) {
        return new RequestEdits(target, remove, set, newBody);
    }

    private static void checkTarget(String target) {
        if (!target.startsWith("/")) {
            throw new IllegalArgumentException("target: does not begin with a slash (expected: origin form)");
        }
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= 0x20 || c >= 0x7f) {
                throw new IllegalArgumentException(
                        "target: character 0x" + Integer.toHexString(c) + " at " + i + " (expected: percent-encoded)");
            }
        }
    }
}
