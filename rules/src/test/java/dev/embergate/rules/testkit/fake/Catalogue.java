package dev.embergate.rules.testkit.fake;

import dev.embergate.rules.testkit.fake.FakeItem.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the fake Emby has: the cases that matter for finding a file on a drive, each with an id to name it by.
 *
 * <p>Paths below {@value #MEDIA} lie on the drive as well; the others do not. Version ids come as digests, as servers
 * before 4.9 give them, and as {@code mediasource_} with a number since.
 */
public final class Catalogue {
    /** A film on the drive, with characters that want encoding in its path. */
    public static final String FILM = "1001";
    /** A strm file: its one source is a URL. */
    public static final String STRM = "1002";
    /** A film on the server's own disk, not on the drive. */
    public static final String LOCAL = "1003";
    /** A film in two versions, whose ids hold the same digits in another order. */
    public static final String VERSIONS = "1324";

    public static final String FIRST_VERSION = "mediasource_1324";
    public static final String SECOND_VERSION = "mediasource_1342";
    public static final String SERIES = "1400";
    public static final String EPISODE = "1411";
    public static final String SONG = "1500";

    public static final String MEDIA = "/media";
    static final String FILM_PATH = MEDIA + "/movies/Ember (2026)/Ember 余烬.mp4";

    static final String MOVIES_VIEW = "3";
    static final String SHOWS_VIEW = "4";
    static final String MUSIC_VIEW = "5";

    private final Map<String, FakeItem> items = new LinkedHashMap<>();

    /** @param strm what the strm file holds */
    Catalogue(String strm) {
        view(MOVIES_VIEW, "Movies", "movies");
        view(SHOWS_VIEW, "TV shows", "tvshows");
        view(MUSIC_VIEW, "Music", "music");
        Content film = Film.content();
        add(movie(
                FILM, "Ember 余烬", FILM_PATH, new Source("mediasource_" + FILM, FILM, "1080p", FILM_PATH, false, film)));
        add(movie(
                STRM,
                "Ember by link",
                MEDIA + "/strm/Ember by link.strm",
                new Source("52d95b4f2e0a41bb9f3c0f3a1c0e1002", STRM, "link", strm, true, film)));
        String local = "/srv/home-video/Garden #3.mp4";
        add(movie(
                LOCAL,
                "Garden",
                local,
                new Source("0f3de1c6a7b84b0d8c1e5a4b9d2f1003", LOCAL, "home", local, false, film)));
        String first = MEDIA + "/movies/Two Cuts (2025)/Two Cuts - 1080p.mp4";
        String second = MEDIA + "/movies/Two Cuts (2025)/Two Cuts - 100% uncut & long+.mp4";
        add(movie(
                VERSIONS,
                "Two Cuts",
                first,
                new Source(FIRST_VERSION, VERSIONS, "1080p", first, false, film),
                new Source(SECOND_VERSION, "1342", "uncut", second, false, film)));
        add(new FakeItem(SERIES, "Series", "Tide", SHOWS_VIEW, null, MEDIA + "/shows/Tide", 2026, 0, List.of()));
        String season = MEDIA + "/shows/Tide/Season 01";
        add(new FakeItem("1410", "Season", "Season 1", SERIES, null, season, 2026, 1, List.of()));
        for (int number = 1; number <= 2; number++) {
            String id = Integer.toString(1410 + number);
            String path = season + "/Tide S01E0" + number + ".mp4";
            Source source = new Source("mediasource_" + id, id, "1080p", path, false, film);
            add(new FakeItem(id, "Episode", "Tide " + number, "1410", null, path, 2026, number, List.of(source)));
        }
        String song = MEDIA + "/music/Tone.wav";
        Source tone = new Source("mediasource_" + SONG, SONG, "wav", song, false, Tone.content());
        add(new FakeItem(SONG, "Audio", "Tone", MUSIC_VIEW, null, song, 2026, 1, List.of(tone)));
    }

    private void view(String id, String name, String collectionType) {
        add(new FakeItem(id, "CollectionFolder", name, null, collectionType, "/config/views/" + name, 0, 0, List.of()));
    }

    private static FakeItem movie(String id, String name, String path, Source... sources) {
        return new FakeItem(id, "Movie", name, MOVIES_VIEW, null, path, 2026, 0, List.of(sources));
    }

    private void add(FakeItem item) {
        items.put(item.id(), item);
    }

    /** By its id or by the item id of one of its versions; null when there is none. */
    @Nullable
    FakeItem item(String id) {
        FakeItem item = items.get(id);
        if (item != null) {
            return item;
        }
        for (FakeItem candidate : items.values()) {
            for (Source source : candidate.sources()) {
                if (source.itemId().equals(id)) {
                    List<Source> sources = new ArrayList<>(candidate.sources());
                    sources.remove(source);
                    sources.addFirst(source);
                    return new FakeItem(
                            id,
                            candidate.type(),
                            candidate.name(),
                            candidate.parentId(),
                            null,
                            source.path(),
                            candidate.year(),
                            candidate.index(),
                            sources);
                }
            }
        }
        return null;
    }

    List<FakeItem> views() {
        return items.values().stream().filter(item -> item.parentId() == null).toList();
    }

    /** All that lie under it, parents before children; the views themselves are under nothing. */
    List<FakeItem> below(@Nullable String parentId, boolean recursive) {
        return items.values().stream()
                .filter(item -> item.parentId() != null)
                .filter(item ->
                        parentId == null || (recursive ? isBelow(item, parentId) : parentId.equals(item.parentId())))
                .toList();
    }

    private boolean isBelow(FakeItem item, String ancestorId) {
        String parentId = item.parentId();
        while (parentId != null) {
            if (parentId.equals(ancestorId)) {
                return true;
            }
            FakeItem parent = items.get(parentId);
            parentId = parent == null ? null : parent.parentId();
        }
        return false;
    }

    /** The view an item belongs to, by id. */
    String viewOf(FakeItem item) {
        FakeItem at = item;
        while (at.parentId() != null) {
            FakeItem parent = items.get(at.parentId());
            if (parent == null) {
                throw new IllegalStateException("item " + at.id() + ": parent " + at.parentId() + " is missing");
            }
            at = parent;
        }
        return at.id();
    }

    /** What lies on the drive: each file's path, {@value #MEDIA} left off, and its bytes. */
    public static Map<String, Content> driveFiles() {
        Map<String, Content> files = new LinkedHashMap<>();
        for (FakeItem item : new Catalogue("").items.values()) {
            for (Source source : item.sources()) {
                if (source.path().startsWith(MEDIA + "/")) {
                    files.put(source.path().substring(MEDIA.length()), source.content());
                }
            }
        }
        return files;
    }
}
