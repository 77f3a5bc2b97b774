package dev.embergate.rules.testkit.fake;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something in the fake Emby's library.
 *
 * @param type Emby's word: Movie, Series, Episode, CollectionFolder ...
 * @param path where the server says it lies
 * @param index number of a season or episode; 0 for none
 * @param sources the versions it can be played in; empty for folders
 */
record FakeItem(
        String id,
        String type,
        String name,
        @Nullable String parentId,
        @Nullable String collectionType,
        String path,
        int year,
        int index,
        List<Source> sources) {

    FakeItem {
        sources = List.copyOf(sources);
    }

    /**
     * One version of an item.
     *
     * @param itemId the version's own item, which streams it too
     * @param path a path on the server, or what a strm file holds
     * @param remote whether {@code path} is a URL
     */
    record Source(String id, String itemId, String name, String path, boolean remote, Content content) {
        String container() {
            return content.mediaType().equals("audio/wav") ? "wav" : "mp4";
        }
    }

    boolean folder() {
        return sources.isEmpty();
    }

    boolean audio() {
        return type.equals("Audio");
    }

    long ticks() {
        return folder() ? 0 : (audio() ? Tone.SECONDS : Film.SECONDS) * 10_000_000L;
    }

    /** The version asked for, the first without a wish; null when there is no such version. */
    @Nullable
    Source source(@Nullable String sourceId) {
        if (sourceId == null || sourceId.isEmpty()) {
            return sources.isEmpty() ? null : sources.getFirst();
        }
        return sources.stream()
                .filter(source -> source.id().equalsIgnoreCase(sourceId))
                .findFirst()
                .orElse(null);
    }
}
