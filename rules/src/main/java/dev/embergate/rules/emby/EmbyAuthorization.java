package dev.embergate.rules.emby;

import dev.embergate.rules.uri.PercentEncoding;
import org.jspecify.annotations.Nullable;

/**
 * What an app says of itself in {@code X-Emby-Authorization} or {@code Authorization}: an optional scheme word ({@code Emby},
 * {@code MediaBrowser}, or {@code Bearer} with the same grammar) and a list of {@code Key=Value}.
 *
 * <p>Read leniently, for apps differ: keys in any case and order, values quoted or not, percent-encoded or not, spaces after
 * commas or not. Of a repeated key the first value that is not empty counts. Absent and empty are the same: empty.
 */
public record EmbyAuthorization(
        String userId, String client, String device, String deviceId, String version, String token) {

    /** Null when there is not one {@code Key=Value} that Emby knows: a Basic or a bare bearer, for one. */
    public static @Nullable EmbyAuthorization parse(String value) {
        Reading reading = new Reading(value);
        @Nullable String[] known = new @Nullable String[KEYS.length];
        boolean any = false;
        while (reading.next()) {
            int index = indexOf(reading.key);
            if (index >= 0) {
                any = true;
                String earlier = known[index];
                if (earlier == null || earlier.isEmpty()) {
                    known[index] = reading.value;
                }
            }
        }
        return any
                ? new EmbyAuthorization(
                        orEmpty(known[0]),
                        orEmpty(known[1]),
                        orEmpty(known[2]),
                        orEmpty(known[3]),
                        orEmpty(known[4]),
                        orEmpty(known[5]))
                : null;
    }

    private static final String[] KEYS = {"UserId", "Client", "Device", "DeviceId", "Version", "Token"};

    private static int indexOf(String key) {
        for (int i = 0; i < KEYS.length; i++) {
            if (KEYS[i].equalsIgnoreCase(key)) {
                return i;
            }
        }
        return -1;
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "EmbyAuthorization[client=" + client + ", device=" + device + ", version=" + version + ", token="
                + (token.isEmpty() ? "none" : "***") + "]";
    }

    /** One pass over the field value. */
    private static final class Reading {
        private final String text;
        private int at;
        private String key = "";
        private String value = "";

        Reading(String text) {
            this.text = text;
            int word = 0;
            while (word < text.length() && isLetter(text.charAt(word))) {
                word++;
            }
            at = word < text.length() && text.charAt(word) == ' ' ? word + 1 : 0;
        }

        boolean next() {
            while (at < text.length()
                    && (text.charAt(at) == ',' || text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
                at++;
            }
            int equals = text.indexOf('=', at);
            if (equals < 0) {
                return false;
            }
            key = text.substring(at, equals).strip();
            at = equals + 1;
            while (at < text.length() && text.charAt(at) == ' ') {
                at++;
            }
            value = decoded(at < text.length() && text.charAt(at) == '"' ? quoted() : bare());
            return true;
        }

        private String quoted() {
            StringBuilder out = new StringBuilder();
            at++;
            while (at < text.length()) {
                char c = text.charAt(at++);
                if (c == '"') {
                    return out.toString();
                }
                if (c == '\\' && at < text.length()) {
                    c = text.charAt(at++);
                }
                out.append(c);
            }
            return out.toString();
        }

        private String bare() {
            int comma = text.indexOf(',', at);
            int end = comma < 0 ? text.length() : comma;
            String bare = text.substring(at, end).strip();
            at = end;
            return bare;
        }

        private static String decoded(String value) {
            String decoded = PercentEncoding.decode(value);
            return decoded == null ? value : decoded;
        }

        private static boolean isLetter(char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        }
    }
}
