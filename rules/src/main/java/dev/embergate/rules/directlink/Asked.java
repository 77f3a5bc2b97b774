package dev.embergate.rules.directlink;

import dev.embergate.engine.spi.RequestHead;
import dev.embergate.engine.spi.RuleContext;
import dev.embergate.rules.emby.EmbyCaller;
import dev.embergate.rules.emby.EmbyItemId;
import dev.embergate.rules.emby.EmbyRoutes;
import dev.embergate.rules.emby.EmbyToken;
import dev.embergate.rules.uri.PercentEncoding;
import dev.embergate.rules.uri.WebAddress;
import org.jspecify.annotations.Nullable;

/**
 * All that a decision uses of a request, so that nothing looks at the head once its exchange may have ended.
 *
 * @param caller null when the request has no token
 * @param item null when the path has no item's id
 * @param mediaSourceId empty for none
 * @param userId empty for none
 * @param userAgent empty for none
 * @param download rather than play
 * @param converted whether the player asks for something else than the file's bytes
 * @param containers what an audio player takes, as {@code mp3,mp4|aac}; empty for anything
 * @param range the Range field; empty for none
 * @param knownTarget the target as Emby knows it, where the path ends in a file's name that Emby does not; null otherwise
 */
record Asked(
        @Nullable EmbyCaller caller,
        @Nullable EmbyItemId item,
        String mediaSourceId,
        String userId,
        String userAgent,
        boolean download,
        boolean converted,
        String containers,
        boolean head,
        String range,
        @Nullable String knownTarget) {

    static Asked of(RequestHead request, RuleContext context) {
        EmbyToken token = EmbyToken.of(request);
        String path = EmbyRoutes.withoutPrefix(request.path());
        int word = path.indexOf('/', path.indexOf('/', 1) + 1) + 1;
        boolean download = path.regionMatches(true, word, "download", 0, "download".length());
        boolean universal = path.regionMatches(true, word, "universal", 0, "universal".length());
        boolean playlist = path.regionMatches(true, path.length() - 5, ".m3u8", 0, 5);
        return new Asked(
                token == null ? null : new EmbyCaller(token, request.client().address()),
                EmbyItemId.parse(context.paramOr("id", "")),
                orEmpty(request.queryIgnoreCase("MediaSourceId")),
                orEmpty(request.queryIgnoreCase("UserId")),
                orEmpty(request.header("User-Agent")),
                download,
                !download && (playlist || "false".equalsIgnoreCase(request.queryIgnoreCase("Static"))),
                universal ? orEmpty(request.queryIgnoreCase("Container")) : "",
                request.method().equals("HEAD"),
                orEmpty(request.header("Range")),
                context.paramOr("name", "").isEmpty() ? null : withoutName(request));
    }

    /** Null also where the received path is not the one that was matched: dot segments would make it another one. */
    private static @Nullable String withoutName(RequestHead request) {
        String raw = request.rawPath();
        if (!request.path().equals(PercentEncoding.decode(raw))) {
            return null;
        }
        String path = raw.substring(0, raw.lastIndexOf('/'));
        String query = request.rawQuery();
        return WebAddress.encoded(query == null ? path : path + "?" + query);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** Whether the player takes a file of that container; what is not known is taken. */
    boolean takes(String container) {
        if (containers.isEmpty() || container.isEmpty()) {
            return true;
        }
        for (String accepted : containers.split(",")) {
            int codec = accepted.indexOf('|');
            String name = (codec < 0 ? accepted : accepted.substring(0, codec)).strip();
            for (String own : container.split(",")) {
                if (own.strip().equalsIgnoreCase(name)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * How many bytes the client now fetches elsewhere, for the statistics.
     *
     * @param size of the file; -1 when unknown
     */
    long bytesKept(long size) {
        if (head) {
            return 0;
        }
        if (size < 0 || range.isEmpty()) {
            return size;
        }
        // RFC 9110 section 14.1.2. Several ranges, suffixes and broken ones count as the whole file.
        int dash = range.indexOf('-');
        if (!range.startsWith("bytes=") || dash < 7 || range.indexOf(',') >= 0) {
            return size;
        }
        try {
            long first = Long.parseLong(range, "bytes=".length(), dash, 10);
            long last = dash == range.length() - 1 ? size - 1 : Long.parseLong(range, dash + 1, range.length(), 10);
            return Math.max(0, Math.min(last, size - 1) - first + 1);
        } catch (NumberFormatException e) {
            return size;
        }
    }

    /** Without token, addresses and links. */
    @Override
    public String toString() {
        return "Asked[item=" + item + ", mediaSourceId=" + mediaSourceId + ", download=" + download + "]";
    }
}
