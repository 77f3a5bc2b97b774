package dev.embergate.rules.playback;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a media file lies, as Emby names it, in whole segments. A share is the same by {@code \\nas\films}, {@code //nas/films}
 * and {@code smb://nas/films}; shares and drives disregard letter case, as Windows does. Dot segments are resolved.
 */
record MediaLocation(Kind kind, List<String> segments) {
    enum Kind {
        POSIX,
        DRIVE,
        SHARE
    }

    MediaLocation {
        segments = List.copyOf(segments);
    }

    /** Null for what is no file's place, such as an http address. */
    static @Nullable MediaLocation parse(String path) {
        if (path.startsWith("\\\\") || path.startsWith("//")) {
            return share(path.substring(2).replace('\\', '/'));
        }
        if (path.regionMatches(true, 0, "smb://", 0, 6)) {
            String rest = path.substring(6);
            int slash = rest.indexOf('/');
            // A user may stand before the host; where a file lies does not depend on it.
            int at = rest.lastIndexOf('@', slash < 0 ? rest.length() : slash);
            return share(rest.substring(at + 1));
        }
        if (path.startsWith("/")) {
            return new MediaLocation(Kind.POSIX, segments(path));
        }
        if (path.length() >= 3 && isLetter(path.charAt(0)) && path.charAt(1) == ':' && isSlash(path.charAt(2))) {
            return new MediaLocation(Kind.DRIVE, segments(folded(path.replace('\\', '/'))));
        }
        return null;
    }

    private static @Nullable MediaLocation share(String rest) {
        List<String> segments = segments(folded(rest));
        return segments.isEmpty() ? null : new MediaLocation(Kind.SHARE, segments);
    }

    private static String folded(String path) {
        return path.toLowerCase(Locale.ROOT);
    }

    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            if (segment.equals("..")) {
                if (!segments.isEmpty()) {
                    segments.removeLast();
                }
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.add(segment);
            }
        }
        return segments;
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isSlash(char c) {
        return c == '/' || c == '\\';
    }

    /** Whether {@code other} is this place or lies below it. */
    boolean holds(MediaLocation other) {
        return kind == other.kind
                && segments.size() <= other.segments.size()
                && segments.equals(other.segments.subList(0, segments.size()));
    }
}
