package dev.embergate.rules.directlink;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a path, by whole segments: {@code /data} begins {@code /data/x} and {@code /data}, never {@code /database}.
 *
 * <p>One that looks like Windows ({@code D:\films}, {@code \\nas\films}, {@code //nas/films}) takes either slash in paths and
 * disregards letter case, as Windows does.
 *
 * @param text with slashes, without one at the end; empty for the root
 */
record PathPrefix(String text, boolean windows) {
    private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:([\\\\/].*)?");

    static PathPrefix of(String written) {
        boolean windows = isWindows(written);
        String text = windows ? written.replace('\\', '/') : written;
        while (text.endsWith("/")) {
            text = text.substring(0, text.length() - 1);
        }
        return new PathPrefix(text, windows);
    }

    /** What follows in {@code path}: empty, or from a slash on. Null when the path does not begin like this. */
    @Nullable
    String rest(String path) {
        String slashed = windows ? path.replace('\\', '/') : path;
        int length = text.length();
        if (!slashed.regionMatches(windows, 0, text, 0, length)) {
            return null;
        }
        if (slashed.length() == length) {
            return "";
        }
        // Below the root, two slashes would be the name of another machine.
        boolean otherMachine = length == 0 && slashed.startsWith("//");
        return slashed.charAt(length) == '/' && !otherMachine ? slashed.substring(length) : null;
    }

    static boolean isWindows(String path) {
        return path.startsWith("\\\\")
                || path.startsWith("//")
                || DRIVE.matcher(path).matches();
    }
}
