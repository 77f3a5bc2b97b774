package dev.embergate.rules.testkit.fake;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about who sends it, from any of the places where clients say it.
 *
 * @param token null when it carries none
 */
record EmbyCredentials(@Nullable String token, String client, String device, String deviceId, String version) {
    private static final Pattern PAIR = Pattern.compile("(\\w+)\\s*=\\s*(?:\"([^\"]*)\"|([^,\"]*))");

    static EmbyCredentials of(FakeRequest request) {
        Map<String, String> said = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        put(said, "Token", request.header("X-Emby-Token"));
        put(said, "Token", request.header("X-MediaBrowser-Token"));
        pairs(said, request.header("X-Emby-Authorization"));
        pairs(said, request.header("Authorization"));
        pairs(said, request.query("X-Emby-Authorization"));
        for (String name : new String[] {"api_key", "X-Emby-Token", "access_token", "ApiKey"}) {
            put(said, "Token", request.query(name));
        }
        put(said, "Client", request.query("X-Emby-Client"));
        put(said, "Device", request.query("X-Emby-Device-Name"));
        put(said, "DeviceId", request.query("X-Emby-Device-Id"));
        put(said, "DeviceId", request.query("DeviceId"));
        put(said, "Version", request.query("X-Emby-Client-Version"));
        return new EmbyCredentials(
                said.get("Token"),
                said.getOrDefault("Client", "unknown"),
                said.getOrDefault("Device", "unknown"),
                said.getOrDefault("DeviceId", "unknown"),
                said.getOrDefault("Version", "0"));
    }

    /**
     * {@code Emby Client="a", Device=b, Token="..."}: quoted or not, in any order; the first that is not empty counts.
     */
    private static void pairs(Map<String, String> said, @Nullable String header) {
        if (header == null) {
            return;
        }
        int space = header.indexOf(' ');
        if (space > 0 && header.substring(0, space).equalsIgnoreCase("Bearer")) {
            put(said, "Token", header.substring(space + 1).trim());
            return;
        }
        Matcher pair = PAIR.matcher(header.substring(space + 1));
        while (pair.find()) {
            String value = pair.group(2) == null ? pair.group(3).trim() : pair.group(2);
            put(
                    said,
                    pair.group(1),
                    URLDecoder.decode(
                            value.replace("+", "%2B").replaceAll("%(?![0-9a-fA-F]{2})", "%25"),
                            StandardCharsets.UTF_8));
        }
    }

    private static void put(Map<String, String> said, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            said.putIfAbsent(name, value);
        }
    }
}
