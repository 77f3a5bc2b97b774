package dev.embergate.rules.testkit.fake;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embergate.rules.testkit.fake.EmbyAccounts.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Emby's routes about items: views, lists, single items, images. Users see only what lies in their libraries. */
final class EmbyLibrary {
    private final EmbyAccounts accounts;
    private final Catalogue catalogue;
    private final EmbyDtos dtos;

    EmbyLibrary(EmbyAccounts accounts, Catalogue catalogue, EmbyDtos dtos) {
        this.accounts = accounts;
        this.catalogue = catalogue;
        this.dtos = dtos;
    }

    void into(Map<String, EmbyCall.Handler> routes) {
        routes.put("GET /Users/{UserId}/Views", call -> page(call, visible(call.user(), catalogue.views())));
        routes.put("GET /Users/{UserId}/Items", this::items);
        routes.put("GET /Items", this::items);
        routes.put("GET /Users/{UserId}/Items/{Id}", call -> {
            FakeItem item = visible(call.user(), call.parameter("Id"));
            return item == null ? missing() : FakeAnswer.json(dtos.item(call.user(), item, null));
        });
        routes.put("GET /Users/{UserId}/Items/Latest", this::latest);
        routes.put("GET /Users/{UserId}/Items/Resume", call -> page(call, playable(call, this::begun)));
        routes.put("GET /Shows/NextUp", call -> page(call, playable(call, this::nextUp)));
        routes.put("GET /Shows/{Id}/Seasons", call -> page(call, inside(call, "Season")));
        routes.put("GET /Shows/{Id}/Episodes", call -> page(call, inside(call, "Episode")));
        routes.put("GET /Items/Counts", this::counts);
        routes.put("GET /Items/{Id}/Images/{Type}", this::image);
        routes.put("GET /Items/{Id}/Images/{Type}/{Index}", this::image);
    }

    static FakeAnswer missing() {
        return FakeAnswer.text(404, "Item not found.");
    }

    /** Null also where the user may not see it: there is no telling the two apart from outside. */
    @Nullable
    FakeItem visible(User user, String id) {
        FakeItem item = catalogue.item(id);
        return item != null && user.views().contains(catalogue.viewOf(item)) ? item : null;
    }

    private List<FakeItem> visible(User user, List<FakeItem> items) {
        return items.stream()
                .filter(item -> user.views().contains(catalogue.viewOf(item)))
                .toList();
    }

    private FakeAnswer items(EmbyCall call) {
        String ids = call.request().query("Ids");
        List<FakeItem> candidates;
        if (ids != null && !ids.isEmpty()) {
            candidates = new ArrayList<>();
            for (String id : ids.split(",")) {
                FakeItem item = catalogue.item(id.trim());
                if (item != null) {
                    candidates.add(item);
                }
            }
        } else {
            String parentId = call.request().query("ParentId");
            boolean recursive = call.flag("Recursive");
            boolean root = (parentId == null || parentId.isEmpty()) && !recursive;
            candidates = root ? catalogue.views() : catalogue.below(parentId, recursive);
        }
        return page(call, visible(call.user(), candidates));
    }

    /** Filters, counts, cuts the page out and writes it. */
    private FakeAnswer page(EmbyCall call, List<FakeItem> items) {
        FakeRequest request = call.request();
        String term = request.query("SearchTerm");
        List<FakeItem> found = items.stream()
                .filter(among(request.query("IncludeItemTypes"), FakeItem::type))
                .filter(among(request.query("MediaTypes"), item -> item.audio() ? "Audio" : "Video"))
                .filter(item ->
                        term == null || item.name().toLowerCase(Locale.ROOT).contains(term.toLowerCase(Locale.ROOT)))
                .filter(item -> !filters(request, "IsResumable") || begun(call.user(), item))
                .filter(item -> !filters(request, "IsNotFolder") || !item.folder())
                .toList();
        int start = Math.max(0, call.number("StartIndex", 0));
        int limit = Math.max(0, call.number("Limit", Integer.MAX_VALUE));
        String fields = request.query("Fields");
        List<ObjectNode> page = found.stream()
                .skip(start)
                .limit(limit)
                .map(item -> dtos.item(call.user(), item, fields == null ? "" : fields))
                .toList();
        return FakeAnswer.json(EmbyDtos.page(page, found.size()));
    }

    private static boolean filters(FakeRequest request, String filter) {
        String filters = request.query("Filters");
        return filters != null && Stream.of(filters.split(",")).anyMatch(filter::equalsIgnoreCase);
    }

    private static Predicate<FakeItem> among(
            @Nullable String list, java.util.function.Function<FakeItem, String> property) {
        if (list == null || list.isEmpty()) {
            return item -> true;
        }
        return item -> Stream.of(list.split(",")).anyMatch(property.apply(item)::equalsIgnoreCase);
    }

    private List<FakeItem> playable(EmbyCall call, java.util.function.BiPredicate<User, FakeItem> which) {
        return visible(call.user(), catalogue.below(call.request().query("ParentId"), true)).stream()
                .filter(item -> !item.folder() && which.test(call.user(), item))
                .toList();
    }

    private boolean begun(User user, FakeItem item) {
        return accounts.watched(user, item.id()).positionTicks() > 0;
    }

    /** The first episode not yet played. */
    private boolean nextUp(User user, FakeItem item) {
        if (!item.type().equals("Episode") || accounts.watched(user, item.id()).played()) {
            return false;
        }
        return catalogue.below(item.parentId(), false).stream()
                .filter(other -> other.index() < item.index())
                .allMatch(other -> accounts.watched(user, other.id()).played());
    }

    private List<FakeItem> inside(EmbyCall call, String type) {
        return visible(call.user(), catalogue.below(call.parameter("Id"), true)).stream()
                .filter(item -> item.type().equals(type))
                .toList();
    }

    private FakeAnswer latest(EmbyCall call) {
        ArrayNode latest = EmbyDtos.array();
        String fields = call.request().query("Fields");
        playable(call, (user, item) -> true).stream()
                .limit(call.number("Limit", 20))
                .forEach(item -> latest.add(dtos.item(call.user(), item, fields == null ? "" : fields)));
        return FakeAnswer.json(latest);
    }

    private FakeAnswer counts(EmbyCall call) {
        List<FakeItem> all = visible(call.user(), catalogue.below(null, true));
        ObjectNode counts = EmbyDtos.object();
        Map.of("MovieCount", "Movie", "SeriesCount", "Series", "EpisodeCount", "Episode", "SongCount", "Audio")
                .forEach((name, type) -> counts.put(name, (int)
                        all.stream().filter(item -> item.type().equals(type)).count()));
        return FakeAnswer.json(counts.put("ItemCount", all.size()));
    }

    /** Images are asked for without a token. */
    private FakeAnswer image(EmbyCall call) {
        FakeItem item = catalogue.item(call.parameter("Id"));
        if (item == null || !call.parameter("Type").equalsIgnoreCase("Primary")) {
            return missing();
        }
        FakeAnswer answer = Poster.of(item.name()).answer(call.request());
        boolean tagged = Poster.tag(item.name()).equals(call.request().query("Tag"));
        return answer.with("Cache-Control", tagged ? "public, max-age=31536000" : "no-cache");
    }
}
