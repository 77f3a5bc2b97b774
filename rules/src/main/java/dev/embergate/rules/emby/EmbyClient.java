package dev.embergate.rules.emby;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embergate.engine.spi.Fetcher;
import dev.embergate.engine.spi.Headers;
import dev.embergate.rules.emby.EmbyAnswer.Why;
import dev.embergate.rules.uri.PercentEncoding;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Asks Emby on a caller's behalf, with the caller's own token in the form it came, never with one of ours.
 *
 * <p>Thread-safe; never blocks. Stages do not fail: what went wrong is an {@link EmbyAnswer.Failed}.
 */
public final class EmbyClient {
    /** Items with many versions and streams stay well below it. */
    private static final int MAX_BYTES = 4 << 20;

    private static final byte[] NOTHING = new byte[0];
    private static final byte[] EMPTY_OBJECT = "{}".getBytes(StandardCharsets.US_ASCII);
    /** Loaded with the first answer: Jackson's classes would cost every start and much of an idle program's memory. */
    private static final class Json {
        static final ObjectMapper MAPPER = new ObjectMapper();
    }

    private final String base;
    private final Duration timeout;

    /**
     * @param address Emby's, a path prefix included if it has one
     * @param timeout of one call; a look-up is two at most
     */
    public EmbyClient(URI address, Duration timeout) {
        String text = address.toString();
        this.base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        this.timeout = timeout;
    }

    /**
     * What the caller may play of an item.
     *
     * <p>Asked by {@code POST /Items/{Id}/PlaybackInfo}: it is the call every player makes, so every user's token may make it;
     * it tells live sources and {@code .strm} addresses, and lists the sources of one version or of all. POST, because GET
     * demands a UserId that not every play address carries. {@code IsPlayback} and {@code AutoOpenLiveStream} are false, so
     * that nothing is opened or counted as a play. Where that gives no source and no refusal (servers differ for items that are
     * no plain video), the item list is asked, as in {@link #download}.
     *
     * @param mediaSourceId empty for any
     * @param userId as the caller gave it, empty for none; Emby then goes by the token
     */
    public CompletionStage<EmbyAnswer<PlayableItem>> playable(
            Fetcher fetcher, EmbyCaller caller, EmbyItemId item, String mediaSourceId, String userId) {
        StringBuilder query = new StringBuilder("?reqformat=json&IsPlayback=false&AutoOpenLiveStream=false");
        append(query, "MediaSourceId", mediaSourceId);
        append(query, "UserId", userId);
        Fetcher.Request request = request("POST", "/Items/" + item + "/PlaybackInfo", query, caller, EMPTY_OBJECT);
        return fetch(fetcher, request, EmbyClient::ofPlaybackInfo).thenCompose(answer -> switch (answer) {
            case EmbyAnswer.Found<PlayableItem> found -> CompletableFuture.completedFuture(found);
            case EmbyAnswer.Failed<PlayableItem>(Why why)
            when why == Why.NOT_FOUND || why == Why.MALFORMED -> download(fetcher, caller, item, mediaSourceId, userId);
            case EmbyAnswer.Failed<PlayableItem> failed -> CompletableFuture.completedFuture(failed);
        });
    }

    /**
     * The same from {@code GET /Items?Ids=}, the one list that also tells whether the caller may download the item.
     */
    public CompletionStage<EmbyAnswer<PlayableItem>> download(
            Fetcher fetcher, EmbyCaller caller, EmbyItemId item, String mediaSourceId, String userId) {
        EmbyItemId version = EmbyItemId.ofNumberedSource(mediaSourceId);
        StringBuilder query = new StringBuilder("?Fields=Path,MediaSources,CanDownload&Limit=1");
        append(query, "Ids", (version == null ? item : version).value());
        append(query, "UserId", userId);
        return fetch(fetcher, request("GET", "/Items", query, caller, NOTHING), EmbyClient::ofItems);
    }

    private Fetcher.Request request(String method, String path, StringBuilder query, EmbyCaller caller, byte[] body) {
        String token = caller.token().queryParameter();
        if (!token.isEmpty()) {
            query.append('&').append(token);
        }
        Headers headers = caller.headers();
        if (body.length > 0) {
            headers = headers.with("Content-Type", "application/json");
        }
        return new Fetcher.Request(method, URI.create(base + path + query), headers, body, MAX_BYTES, timeout);
    }

    private static void append(StringBuilder query, String name, String value) {
        if (!value.isEmpty()) {
            query.append('&').append(name).append('=').append(PercentEncoding.component(value));
        }
    }

    /** Reads the body of a 200; null or a throw means it is not Emby's. */
    @FunctionalInterface
    private interface Reading {
        EmbyAnswer<PlayableItem> read(JsonNode root);
    }

    private static CompletionStage<EmbyAnswer<PlayableItem>> fetch(
            Fetcher fetcher, Fetcher.Request request, Reading reading) {
        return fetcher.fetch(request)
                .handle((response, failure) -> response == null ? failed(Why.DOWN) : read(response, reading));
    }

    private static EmbyAnswer<PlayableItem> read(Fetcher.Response response, Reading reading) {
        int status = response.status();
        if (status != 200) {
            return failed(
                    status == 401 || status == 403
                            ? Why.REFUSED
                            : status == 404 ? Why.NOT_FOUND : status >= 500 ? Why.DOWN : Why.MALFORMED);
        }
        try {
            JsonNode root = Json.MAPPER.readTree(response.body());
            return root == null || !root.isObject() ? failed(Why.MALFORMED) : reading.read(root);
        } catch (IOException e) {
            return failed(Why.MALFORMED);
        }
    }

    private static EmbyAnswer<PlayableItem> ofPlaybackInfo(JsonNode root) {
        // The user may not play, or has as many streams as allowed: the item list would still tell the path.
        String error = root.path("ErrorCode").asText("");
        if (error.equals("NotAllowed") || error.equals("RateLimitExceeded")) {
            return failed(Why.REFUSED);
        }
        List<MediaSource> sources = sources(root.path("MediaSources"));
        return sources.isEmpty() ? failed(Why.NOT_FOUND) : new EmbyAnswer.Found<>(new PlayableItem(sources, false));
    }

    private static EmbyAnswer<PlayableItem> ofItems(JsonNode root) {
        JsonNode items = root.path("Items");
        if (!items.isArray()) {
            return failed(Why.MALFORMED);
        }
        if (items.isEmpty()) {
            return failed(Why.NOT_FOUND);
        }
        JsonNode item = items.get(0);
        List<MediaSource> sources = sources(item.path("MediaSources"));
        if (sources.isEmpty()) {
            MediaSource itself = source(item);
            sources = itself == null ? List.of() : List.of(itself);
        }
        JsonNode canDownload = item.path("CanDownload");
        boolean refused = canDownload.isBoolean() && !canDownload.asBoolean();
        return sources.isEmpty() ? failed(Why.NOT_FOUND) : new EmbyAnswer.Found<>(new PlayableItem(sources, refused));
    }

    private static List<MediaSource> sources(JsonNode array) {
        List<MediaSource> sources = new ArrayList<>();
        for (JsonNode node : array) {
            MediaSource source = source(node);
            if (source != null) {
                sources.add(source);
            }
        }
        return sources;
    }

    /** Null for what has no path. */
    private static @Nullable MediaSource source(JsonNode node) {
        String path = node.path("Path").asText("");
        if (path.isEmpty()) {
            return null;
        }
        return new MediaSource(
                node.path("Id").asText(""),
                path,
                node.path("Container").asText(""),
                node.path("Size").asLong(-1),
                node.path("Protocol").asText(""),
                node.path("Name").asText(""),
                node.path("ETag").asText(""),
                node.path("IsRemote").asBoolean(false),
                node.path("IsInfiniteStream").asBoolean(false),
                node.path("RequiresOpening").asBoolean(false),
                !node.path("RequiredHttpHeaders").isEmpty());
    }

    private static EmbyAnswer<PlayableItem> failed(Why why) {
        return new EmbyAnswer.Failed<>(why);
    }
}
