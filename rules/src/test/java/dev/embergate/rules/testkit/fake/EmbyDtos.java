package dev.embergate.rules.testkit.fake;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embergate.rules.testkit.fake.EmbyAccounts.Login;
import dev.embergate.rules.testkit.fake.EmbyAccounts.User;
import dev.embergate.rules.testkit.fake.EmbyAccounts.Watched;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Writes users, sessions and items as Emby's JSON. */
final class EmbyDtos {
    static final String SERVER_ID = "2b9bf8bfa81ae090edc92f66e33b7b1a";
    static final String SERVER_NAME = "Fake Emby";
    static final String VERSION = "4.9.1.90";
    private static final String SINCE = "2026-01-06T08:00:00.0000000Z";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final EmbyAccounts accounts;
    private final Catalogue catalogue;

    EmbyDtos(EmbyAccounts accounts, Catalogue catalogue) {
        this.accounts = accounts;
        this.catalogue = catalogue;
    }

    static ObjectNode object() {
        return JSON.objectNode();
    }

    static ArrayNode array() {
        return JSON.arrayNode();
    }

    static ObjectNode page(List<ObjectNode> items, int total) {
        ObjectNode page = object();
        page.putArray("Items").addAll(items);
        return page.put("TotalRecordCount", total);
    }

    ObjectNode user(User user) {
        ObjectNode dto =
                object().put("Name", user.name()).put("ServerId", SERVER_ID).put("ServerName", SERVER_NAME);
        dto.put("Prefix", user.name().substring(0, 1).toUpperCase(Locale.ROOT)).put("DateCreated", SINCE);
        dto.put("Id", user.id()).put("HasPassword", true).put("HasConfiguredPassword", true);
        dto.put("HasConfiguredEasyPassword", false).put("EnableAutoLogin", false);
        ObjectNode configuration = dto.putObject("Configuration").put("PlayDefaultAudioTrack", true);
        configuration.put("DisplayMissingEpisodes", false).put("SubtitleMode", "Smart");
        for (String list : List.of("OrderedViews", "LatestItemsExcludes", "MyMediaExcludes")) {
            configuration.putArray(list);
        }
        configuration.put("HidePlayedInLatest", true).put("RememberAudioSelections", true);
        configuration.put("RememberSubtitleSelections", true).put("EnableNextEpisodeAutoPlay", true);
        configuration.put("ResumeRewindSeconds", 0).put("IntroSkipMode", "ShowButton");
        ObjectNode policy =
                dto.putObject("Policy").put("IsAdministrator", false).put("IsHidden", false);
        policy.put("IsDisabled", false).put("EnableRemoteAccess", true).put("EnableMediaPlayback", true);
        policy.put("EnableAudioPlaybackTranscoding", true).put("EnableVideoPlaybackTranscoding", true);
        policy.put("EnablePlaybackRemuxing", true).put("EnableContentDeletion", false);
        policy.put("EnableContentDownloading", true)
                .put("EnableLiveTvAccess", false)
                .put("EnableAllDevices", true);
        policy.put("EnableAllFolders", user.views().size() == catalogue.views().size());
        user.views().forEach(policy.putArray("EnabledFolders")::add);
        for (String list :
                List.of("BlockedTags", "IncludeTags", "AccessSchedules", "BlockUnratedItems", "EnabledDevices")) {
            policy.putArray(list);
        }
        return dto;
    }

    ObjectNode session(Login login) {
        EmbyCredentials device = login.device();
        ObjectNode dto = object();
        dto.putObject("PlayState")
                .put("CanSeek", false)
                .put("IsPaused", false)
                .put("IsMuted", false)
                .put("RepeatMode", "RepeatNone")
                .put("SubtitleOffset", 0)
                .put("Shuffle", false)
                .put("PlaybackRate", 1);
        dto.putArray("AdditionalUsers");
        dto.put("RemoteEndPoint", "127.0.0.1").put("Protocol", "HTTP/1.1");
        dto.putArray("PlayableMediaTypes");
        dto.put("PlaylistIndex", 0)
                .put("PlaylistLength", 0)
                .put("Id", login.sessionId())
                .put("ServerId", SERVER_ID);
        dto.put("UserId", login.user().id())
                .put("UserName", login.user().name())
                .put("Client", device.client());
        dto.put("LastActivityDate", SINCE).put("DeviceName", device.device()).put("InternalDeviceId", 7);
        dto.put("DeviceId", device.deviceId()).put("ApplicationVersion", device.version());
        dto.putArray("SupportedCommands");
        return dto.put("SupportsRemoteControl", false);
    }

    ObjectNode userData(User user, FakeItem item) {
        Watched watched = accounts.watched(user, item.id());
        ObjectNode dto = object();
        if (item.ticks() > 0 && watched.positionTicks() > 0) {
            dto.put("PlayedPercentage", 100.0 * watched.positionTicks() / item.ticks());
        }
        dto.put("PlaybackPositionTicks", watched.positionTicks()).put("PlayCount", watched.playCount());
        return dto.put("IsFavorite", false).put("Played", watched.played()).put("ItemId", item.id());
    }

    /** @param fields what a list was asked to add, as in {@code Fields=}; null for a page of one item, which has all */
    ObjectNode item(User user, FakeItem item, @Nullable String fields) {
        Set<String> wanted = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        wanted.addAll(List.of((fields == null ? "" : fields).split("\\s*,\\s*")));
        boolean all = fields == null;
        ObjectNode dto =
                object().put("Name", item.name()).put("ServerId", SERVER_ID).put("Id", item.id());
        if (item.ticks() > 0) {
            dto.put("RunTimeTicks", item.ticks());
        }
        if (item.year() > 0) {
            dto.put("ProductionYear", item.year());
        }
        dto.put("IsFolder", item.folder()).put("Type", item.type());
        if (item.collectionType() != null) {
            dto.put("CollectionType", item.collectionType());
        }
        if (item.parentId() != null && (all || wanted.contains("ParentId"))) {
            dto.put("ParentId", item.parentId());
        }
        if (item.index() > 0) {
            dto.put("IndexNumber", item.index());
        }
        if (item.type().equals("Episode") || item.type().equals("Season")) {
            dto.put("SeriesId", Catalogue.SERIES).put("SeriesName", "Tide");
        }
        if (item.type().equals("Episode")) {
            dto.put("SeasonId", item.parentId()).put("SeasonName", "Season 1").put("ParentIndexNumber", 1);
        }
        dto.set("UserData", userData(user, item));
        dto.putObject("ImageTags").put("Primary", Poster.tag(item.name()));
        dto.putArray("BackdropImageTags");
        if (!item.folder()) {
            dto.put("MediaType", item.audio() ? "Audio" : "Video");
        }
        if (all || wanted.contains("Path")) {
            dto.put("Path", item.path());
        }
        if (all || wanted.contains("ProviderIds")) {
            dto.putObject("ProviderIds").put("Tmdb", "99" + item.id());
        }
        if (all || wanted.contains("Overview")) {
            dto.put("Overview", "Made for showing how a request goes. 用于演示。");
        }
        if (!item.folder()) {
            addFile(dto, item, all, wanted);
        }
        return dto;
    }

    private static void addFile(ObjectNode dto, FakeItem item, boolean all, Set<String> wanted) {
        FakeItem.Source first = item.sources().getFirst();
        if (all || wanted.contains("Container")) {
            dto.put("Container", first.container());
        }
        if (all || wanted.contains("MediaSources")) {
            ArrayNode sources = dto.putArray("MediaSources");
            item.sources().forEach(source -> sources.add(source(item, source)));
        }
        if (all || wanted.contains("MediaStreams")) {
            dto.set("MediaStreams", streams(item));
        }
        if (all) {
            dto.put("DateCreated", SINCE)
                    .put("SortName", item.name().toLowerCase(Locale.ROOT))
                    .put("CanDownload", true);
            dto.put("Size", first.content().bytes().length);
        }
    }

    /** A version as the library describes it: what the server could do, without regard to who asks. */
    static ObjectNode source(FakeItem item, FakeItem.Source source) {
        ObjectNode dto =
                object().put("Protocol", source.remote() ? "Http" : "File").put("Id", source.id());
        dto.put("Path", source.path()).put("Type", "Default").put("Container", source.container());
        dto.put("Size", source.content().bytes().length)
                .put("Name", source.name())
                .put("SortName", source.name());
        dto.put("IsRemote", source.remote()).put("HasMixedProtocols", false).put("RunTimeTicks", item.ticks());
        dto.put("SupportsTranscoding", true).put("SupportsDirectStream", true).put("SupportsDirectPlay", true);
        dto.put("IsInfiniteStream", false).put("RequiresOpening", false).put("RequiresClosing", false);
        dto.put("RequiresLooping", false).put("SupportsProbing", false);
        dto.set("MediaStreams", streams(item));
        dto.putArray("Formats");
        dto.put("Bitrate", bitrate(item));
        dto.putObject("RequiredHttpHeaders");
        dto.put("AddApiKeyToDirectStreamUrl", false).put("ReadAtNativeFramerate", false);
        return dto.put("DefaultAudioStreamIndex", item.audio() ? 0 : 1).put("ItemId", source.itemId());
    }

    static int bitrate(FakeItem item) {
        return item.audio() ? 64_000 : Film.VIDEO_BITS_PER_SECOND + Film.AUDIO_BITS_PER_SECOND;
    }

    private static ArrayNode streams(FakeItem item) {
        ArrayNode streams = array();
        if (!item.audio()) {
            ObjectNode video = stream(streams, "Video", "h264", Film.VIDEO_BITS_PER_SECOND);
            video.put("Width", Film.WIDTH).put("Height", Film.HEIGHT).put("Profile", "Constrained Baseline");
            video.put("Level", 21)
                    .put("PixelFormat", "yuv420p")
                    .put("AverageFrameRate", 10)
                    .put("RealFrameRate", 10);
            video.put("DisplayTitle", "180p H264").put("AspectRatio", "16:9").put("VideoRange", "SDR");
        }
        ObjectNode audio = stream(
                streams, "Audio", item.audio() ? "pcm_u8" : "aac", item.audio() ? 64_000 : Film.AUDIO_BITS_PER_SECOND);
        audio.put("Channels", 1).put("ChannelLayout", "mono").put("SampleRate", item.audio() ? 8000 : 22_050);
        audio.put("DisplayTitle", "Mono");
        return streams;
    }

    private static ObjectNode stream(ArrayNode streams, String type, String codec, int bitrate) {
        int index = streams.size();
        ObjectNode stream =
                streams.addObject().put("Codec", codec).put("Type", type).put("Index", index);
        stream.put("BitRate", bitrate)
                .put("IsDefault", true)
                .put("IsForced", false)
                .put("IsInterlaced", false);
        stream.put("IsExternal", false).put("IsTextSubtitleStream", false).put("SupportsExternalStream", false);
        return stream.put("Protocol", "File").put("ExtendedVideoType", "None").put("ExtendedVideoSubType", "None");
    }
}
