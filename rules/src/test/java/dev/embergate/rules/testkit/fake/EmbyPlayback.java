package dev.embergate.rules.testkit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embergate.rules.testkit.fake.EmbyAccounts.User;
import dev.embergate.rules.testkit.fake.EmbyAccounts.Watched;
import dev.embergate.rules.testkit.fake.FakeItem.Source;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** Emby's routes of playing: which way to play, the bytes, and the reports of players. Thread-safe. */
final class EmbyPlayback {
    private static final int MAX_REPORTS = 10_000;

    private final EmbyAccounts accounts;
    private final EmbyLibrary library;
    private final BiConsumer<User, FakeItem> changed;
    private final Deque<FakeEmby.Report> reports = new ArrayDeque<>();

    /** @param changed told when a user's state of an item has changed */
    EmbyPlayback(EmbyAccounts accounts, EmbyLibrary library, BiConsumer<User, FakeItem> changed) {
        this.accounts = accounts;
        this.library = library;
        this.changed = changed;
    }

    void into(Map<String, EmbyCall.Handler> routes) {
        routes.put("GET /Items/{Id}/PlaybackInfo", this::playbackInfo);
        routes.put("POST /Items/{Id}/PlaybackInfo", this::playbackInfo);
        for (String route : List.of("Videos/{Id}/stream", "Audio/{Id}/stream", "Audio/{Id}/universal")) {
            routes.put("GET /" + route, this::bytes);
            routes.put("GET /" + route + ".{Container}", this::bytes);
        }
        routes.put("GET /Videos/{Id}/{StreamFileName}", this::named);
        routes.put("GET /Audio/{Id}/{StreamFileName}", this::named);
        routes.put("GET /Videos/{Id}/master.m3u8", call -> FakeAnswer.text(503, "This server does not transcode."));
        routes.put("GET /Items/{Id}/Download", this::download);
        routes.put("GET /Items/{Id}/File", this::bytes);
        for (String kind : List.of("", "/Progress", "/Stopped")) {
            routes.put(
                    "POST /Sessions/Playing" + kind,
                    call -> report(kind.isEmpty() ? "Start" : kind.substring(1), call));
        }
        routes.put("POST /Sessions/Playing/Ping", call -> FakeAnswer.empty(204));
    }

    List<FakeEmby.Report> reports() {
        synchronized (reports) {
            return List.copyOf(reports);
        }
    }

    private FakeAnswer playbackInfo(EmbyCall call) {
        FakeItem item = library.visible(call.user(), call.parameter("Id"));
        if (item == null) {
            return EmbyLibrary.missing();
        }
        String userId = call.merged("UserId");
        if (!userId.isEmpty() && !userId.equals(call.user().id())) {
            return FakeAnswer.text(403, "User id and token do not belong together.");
        }
        String wanted = call.merged("MediaSourceId");
        String session = UUID.randomUUID().toString().replace("-", "");
        ObjectNode info = EmbyDtos.object();
        ArrayNode sources = info.putArray("MediaSources");
        for (Source source : item.sources()) {
            if (wanted.isEmpty() || source.id().equalsIgnoreCase(wanted)) {
                sources.add(negotiated(call, item, source, session));
            }
        }
        if (sources.isEmpty()) {
            return FakeAnswer.json(info.put("ErrorCode", "NoCompatibleStream"));
        }
        return FakeAnswer.json(info.put("PlaySessionId", session));
    }

    /**
     * Without a profile everything is possible and no URL is given; with one the server chooses between sending and
     * transcoding.
     */
    private static ObjectNode negotiated(EmbyCall call, FakeItem item, Source source, String session) {
        ObjectNode dto = EmbyDtos.source(item, source);
        JsonNode profile = call.field("DeviceProfile");
        if (!profile.isObject()) {
            return dto;
        }
        String tail = "?DeviceId=" + encoded(call.mustLogin().device().deviceId()) + "&MediaSourceId="
                + encoded(source.id()) + "&PlaySessionId=" + session + "&api_key="
                + call.mustLogin().token();
        if (direct(call, item, source, profile)) {
            String kind = item.audio() ? "/audio/" : "/videos/";
            boolean since49 = source.id().startsWith("mediasource_");
            dto.put(
                    "DirectStreamUrl",
                    kind
                            + source.itemId()
                            + (since49 ? "/original." : "/stream.")
                            + source.container()
                            + tail
                            + (since49 ? "" : "&Static=true"));
            return dto;
        }
        dto.put("SupportsDirectPlay", false).put("SupportsDirectStream", false);
        dto.put(
                "TranscodingUrl",
                "/videos/" + source.itemId() + "/master.m3u8" + tail
                        + "&VideoCodec=h264&AudioCodec=aac&SegmentContainer=ts&TranscodeReasons=ContainerNotSupported");
        return dto.put("TranscodingSubProtocol", "hls").put("TranscodingContainer", "ts");
    }

    private static boolean direct(EmbyCall call, FakeItem item, Source source, JsonNode profile) {
        String most = call.merged("MaxStreamingBitrate");
        if (!most.isEmpty() && Long.parseLong(most) < EmbyDtos.bitrate(item)) {
            return false;
        }
        for (JsonNode way : profile.path("DirectPlayProfiles")) {
            String containers = way.path("Container").asText("");
            boolean type = way.path("Type").asText("").equalsIgnoreCase(item.audio() ? "Audio" : "Video");
            if (type
                    && (containers.isEmpty()
                            || Stream.of(containers.split(",")).anyMatch(source.container()::equalsIgnoreCase))) {
                return true;
            }
        }
        return false;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private FakeAnswer named(EmbyCall call) {
        String file = call.parameter("StreamFileName").toLowerCase(Locale.ROOT);
        return file.startsWith("original") ? bytes(call) : FakeAnswer.text(404, "No such stream.");
    }

    private FakeAnswer bytes(EmbyCall call) {
        FakeItem item = library.visible(call.user(), call.parameter("Id"));
        Source source = item == null ? null : item.source(call.request().query("MediaSourceId"));
        return source == null ? EmbyLibrary.missing() : source.content().answer(call.request());
    }

    private FakeAnswer download(EmbyCall call) {
        FakeItem item = library.visible(call.user(), call.parameter("Id"));
        FakeAnswer answer = bytes(call);
        if (item == null || answer.status() == 404) {
            return answer;
        }
        String file = item.path().substring(item.path().lastIndexOf('/') + 1);
        return answer.with(
                "Content-Disposition",
                "attachment; filename*=UTF-8''" + encoded(file).replace("+", "%20"));
    }

    private FakeAnswer report(String kind, EmbyCall call) {
        synchronized (reports) {
            if (reports.size() == MAX_REPORTS) {
                reports.removeFirst();
            }
            reports.addLast(
                    new FakeEmby.Report(kind, call.user().name(), call.request().bodyText()));
        }
        FakeItem item = library.visible(call.user(), call.field("ItemId").asText(""));
        if (item != null) {
            Watched before = accounts.watched(call.user(), item.id());
            long position = call.field("PositionTicks").asLong(0);
            boolean over = position > item.ticks() * 9 / 10;
            int plays = before.playCount() + (kind.equals("Start") ? 1 : 0);
            accounts.watch(call.user(), item.id(), new Watched(over ? 0 : position, plays, before.played() || over));
            if (!kind.equals("Start")) {
                changed.accept(call.user(), item);
            }
        }
        return FakeAnswer.empty(204);
    }
}
