package dev.embergate.rules.emby;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a caller may play of an item.
 *
 * @param sources in Emby's order, the preferred one first
 * @param downloadRefused whether Emby says that this caller may not download it; false when it says nothing
 */
public record PlayableItem(List<MediaSource> sources, boolean downloadRefused) {
    public PlayableItem {
        sources = List.copyOf(sources);
    }

    /** The source with that id, or the preferred one where none is asked for; the only one fits any id. Null when none fits. */
    public @Nullable MediaSource source(String mediaSourceId) {
        if (!mediaSourceId.isEmpty()) {
            for (MediaSource source : sources) {
                if (source.id().equalsIgnoreCase(mediaSourceId)) {
                    return source;
                }
            }
            if (sources.size() > 1) {
                return null; // another version would be the wrong one
            }
        }
        return sources.isEmpty() ? null : sources.getFirst();
    }
}
