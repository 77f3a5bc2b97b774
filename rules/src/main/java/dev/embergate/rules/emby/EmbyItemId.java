package dev.embergate.rules.emby;

import org.jspecify.annotations.Nullable;

/**
 * An item's id: a decimal number on Emby, 32 hexadecimal digits with or without dashes on old servers and Jellyfin. Letters,
 * digits, dashes and underscores, at most 64 of them, so it stands in any address as it is.
 */
public record EmbyItemId(String value) {
    private static final int MAX_LENGTH = 64;
    private static final String MEDIA_SOURCE = "mediasource_";

    public EmbyItemId {
        if (!isId(value)) {
            throw new IllegalArgumentException("item id: (expected: up to 64 letters, digits, dashes or underscores)");
        }
    }

    /** Null when the text is no id. */
    public static @Nullable EmbyItemId parse(String text) {
        return isId(text) ? new EmbyItemId(text) : null;
    }

    /**
     * The item that a media source is, where its id tells: Emby since 4.9 calls the source of item 12 {@code mediasource_12}.
     *
     * @return null for any other id
     */
    public static @Nullable EmbyItemId ofNumberedSource(String mediaSourceId) {
        return mediaSourceId.regionMatches(true, 0, MEDIA_SOURCE, 0, MEDIA_SOURCE.length())
                ? parse(mediaSourceId.substring(MEDIA_SOURCE.length()))
                : null;
    }

    private static boolean isId(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean fits =
                    (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
            if (!fits) {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= MAX_LENGTH;
    }

    @Override
    public String toString() {
        return value;
    }
}
