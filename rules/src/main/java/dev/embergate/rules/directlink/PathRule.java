package dev.embergate.rules.directlink;

import dev.embergate.engine.spi.Setting;

/** One line of the path map. */
public record PathRule(
        @Setting("How the path begins on Emby's machine, whole segments: /mnt/films, D:\\films, \\\\nas\\films. Windows"
                + " paths match either slash and any letter case.")
        String from,

        @Setting("What stands there on Alist instead; begins with a slash.")
        String to) {

    public PathRule {
        if (from.isBlank() || hasControls(from)) {
            throw new IllegalArgumentException("from: \"" + from + "\" (expected: the beginning of a path)");
        }
        if (!isDrivePath(to)) {
            throw new IllegalArgumentException("to: \"" + to + "\" (expected: begins with one slash, no dot segments)");
        }
    }

    /** Whether Alist can be asked for it: absolute, and what it seems to be. */
    static boolean isDrivePath(String path) {
        if (!path.startsWith("/") || path.startsWith("//") || hasControls(path)) {
            return false;
        }
        for (int at = 1; at > 0; at = path.indexOf('/', at) + 1) {
            boolean oneDot = path.startsWith(".", at) && ends(path, at + 1);
            if (oneDot || (path.startsWith("..", at) && ends(path, at + 2))) {
                return false;
            }
        }
        return true;
    }

    private static boolean ends(String path, int at) {
        return at == path.length() || path.charAt(at) == '/';
    }

    private static boolean hasControls(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }
}
