package dev.embergate.launcher.config;

/**
 * One thing that is wrong with a configuration, in the words shown to its operator.
 *
 * @param key dotted, with list places in brackets: {@code rules[2].with.ttl}; empty for the file as a whole
 * @param message {@code value (expected: ...)}; never a secret
 */
public record Problem(Place place, String key, String message) {
    @Override
    public String toString() {
        if (key.isEmpty()) {
            return place.line() == 0 ? place + ": " + message : place + " " + message;
        }
        return place + " " + key + ": " + message;
    }
}
