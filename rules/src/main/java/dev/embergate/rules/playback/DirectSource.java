package dev.embergate.rules.playback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embergate.rules.text.ElementEditor;
import dev.embergate.rules.uri.PercentEncoding;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Makes a media source one that the player plays as it is, through an address that rules for direct links know.
 *
 * <p>Live sources and those below a local root stay as Emby wrote them.
 */
final class DirectSource implements ElementEditor {
    private static final String ADDRESS = "DirectStreamUrl";
    private static final String TRANSCODE_ADDRESS = "TranscodingUrl";
    private static final String ADD_TOKEN = "AddApiKeyToDirectStreamUrl";
    private static final int MAX_EXTENSION = 8;

    private final String itemId;
    private final String tokenParameter;
    private final List<MediaLocation> localRoots;
    private final boolean keepTranscoding;

    /**
     * @param itemId the one the client asked about
     * @param tokenParameter the client's own token as an encoded query parameter; empty for none
     */
    DirectSource(String itemId, String tokenParameter, List<MediaLocation> localRoots, boolean keepTranscoding) {
        this.itemId = itemId;
        this.tokenParameter = tokenParameter;
        this.localRoots = localRoots;
        this.keepTranscoding = keepTranscoding;
    }

    @Override
    public List<ObjectNode> edit(ObjectNode source) {
        if (!source.path("IsInfiniteStream").asBoolean() && !isLocal(text(source, "Path"))) {
            makeDirect(source);
        }
        return List.of(source);
    }

    private boolean isLocal(String path) {
        MediaLocation location = localRoots.isEmpty() ? null : MediaLocation.parse(path);
        return location != null && localRoots.stream().anyMatch(root -> root.holds(location));
    }

    private void makeDirect(ObjectNode source) {
        source.put(ADDRESS, address(source));
        if (!tokenParameter.isEmpty() && source.has(ADD_TOKEN)) {
            // It is in the address already; a client that added it would send it twice.
            source.put(ADD_TOKEN, false);
        }
        source.put("SupportsDirectPlay", true);
        source.put("SupportsDirectStream", true);
        if (!keepTranscoding) {
            source.put("SupportsTranscoding", false);
            source.remove(List.of(TRANSCODE_ADDRESS, "TranscodingSubProtocol", "TranscodingContainer"));
        }
    }

    /**
     * Without Emby's prefix, as Emby itself writes it: clients put the address behind the one they have of the server, which
     * ends in {@code /emby} with many of them.
     */
    private String address(ObjectNode source) {
        StringBuilder address = new StringBuilder(160)
                .append(isAudio(source) ? "/audio/" : "/videos/")
                .append(PercentEncoding.component(itemId))
                .append("/stream");
        String container = text(source, "Container").toLowerCase(Locale.ROOT);
        if (isExtension(container)) {
            address.append('.').append(container);
        }
        String id = text(source, "Id");
        address.append('?');
        if (!id.isEmpty()) {
            address.append("MediaSourceId=")
                    .append(PercentEncoding.component(id))
                    .append('&');
        }
        address.append("Static=true");
        append(address, "LiveStreamId", text(source, "LiveStreamId"));
        append(address, "PlaySessionId", playSession(source));
        if (!tokenParameter.isEmpty()) {
            address.append('&').append(tokenParameter);
        }
        return address.toString();
    }

    /** Empty for what is no text: null above all. */
    private static String text(JsonNode node, String name) {
        JsonNode value = node.get(name);
        return value != null && value.isTextual() ? value.textValue() : "";
    }

    private static void append(StringBuilder address, String name, String value) {
        if (!value.isEmpty()) {
            address.append('&').append(name).append('=').append(PercentEncoding.component(value));
        }
    }

    /** By Emby's own address where there is one, else by the streams; one not probed yet is taken for a film. */
    private static boolean isAudio(ObjectNode source) {
        for (String name : List.of(ADDRESS, TRANSCODE_ADDRESS)) {
            String address = text(source, name);
            if (!address.isEmpty()) {
                return address.regionMatches(true, 0, "/audio/", 0, 7);
            }
        }
        boolean audio = false;
        for (JsonNode stream : source.path("MediaStreams")) {
            String type = text(stream, "Type");
            if (type.equals("Video")) {
                return false;
            }
            audio |= type.equals("Audio");
        }
        return audio;
    }

    /** A name one could end a file with: of a list, a path or {@code strm} a player would make nothing good. */
    private static boolean isExtension(String container) {
        for (int i = 0; i < container.length(); i++) {
            char c = container.charAt(i);
            boolean letter = c >= 'a' && c <= 'z';
            boolean digit = c >= '0' && c <= '9';
            if (!letter && !digit) {
                return false;
            }
        }
        return !container.isEmpty() && container.length() <= MAX_EXTENSION && !container.equals("strm");
    }

    /** The answer names the session behind its sources, too late for us; but Emby's own addresses name it too. */
    private static String playSession(ObjectNode source) {
        for (String name : List.of(ADDRESS, TRANSCODE_ADDRESS)) {
            String session = parameter(text(source, name), "PlaySessionId");
            if (session != null) {
                return session;
            }
        }
        return "";
    }

    private static @Nullable String parameter(String address, String name) {
        int mark = address.indexOf('?');
        if (mark < 0) {
            return null;
        }
        for (String pair : address.substring(mark + 1).split("&")) {
            int equals = pair.indexOf('=');
            if (equals == name.length() && pair.regionMatches(true, 0, name, 0, equals)) {
                return PercentEncoding.decode(pair.substring(equals + 1));
            }
        }
        return null;
    }
}
