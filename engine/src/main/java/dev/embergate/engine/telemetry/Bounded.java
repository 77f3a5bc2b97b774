package dev.embergate.engine.telemetry;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A meter's children by label value: found without allocation, made once, and never more than a limit. What comes beyond shares
 * the child {@code other}, because each child costs memory for good and a line at every scrape.
 */
final class Bounded<T> {
    static final String OTHER = "other";

    private final ConcurrentHashMap<String, T> children = new ConcurrentHashMap<>();
    private final Function<String, T> maker;
    private final int limit;
    private volatile @Nullable T other;

    Bounded(int limit, Function<String, T> maker) {
        this.limit = limit;
        this.maker = maker;
    }

    T of(String value) {
        T child = children.get(value);
        if (child != null) {
            return child;
        }
        T shared = other;
        return shared != null ? shared : make(value);
    }

    private synchronized T make(String value) {
        T child = children.get(value);
        if (child == null) {
            child = maker.apply(children.size() < limit ? value : OTHER);
            if (children.size() < limit) {
                children.put(value, child);
            } else {
                other = child;
            }
        }
        return child;
    }
}
