package dev.embergate.engine.match;

import dev.embergate.engine.spi.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All routes of a table as one trie of path segments: head to rule at a cost that follows the depth of the path.
 *
 * <p>Why not try the rules one after another? Because priority is the place in the file, the honest list would ask every rule
 * before the one that matches, and a request nothing matches (most of them: images, library pages) would pay for all. In the
 * trie such a request falls out at the first segment nobody wrote.
 *
 * <p>A node has up to four kinds of children: literals, prefixes, one for any segment ({@code {param}} and {@code *}: names
 * differ by route, so they are kept there), and the routes that end in {@code **}. Literals that regard letter case and
 * literals that do not share one hash table, filled by the hash of the folded text, so that one pass over the segment finds
 * both. That pass also answers the prefixes: a node knows which lengths of prefix it has, and asks its second table when the
 * running hash has come to one of them. The segment is never cut out of the path, and no string is made.
 *
 * <p>File order against tree order: the walk may find route 7 below a literal although route 3 waits below the parameter next
 * to it. So it goes on after a find, but enters only nodes that can improve on it: each knows the least and the greatest order
 * of the routes below. A node has one parent, so no walk enters it twice, whatever the path. Routes are ordered across the
 * whole table, also within a rule: when two routes of one rule match, the first one fills the parameters.
 *
 * <p>Method, host, query and upgrade are no part of the tree. They are looked at for the routes whose path has matched,
 * because those are few, and because nodes for methods and hosts too would make the tree a product of all conditions. Many
 * routes on one and the same path are therefore a list again; that is what their operator wrote.
 */
final class RuleIndex {
    private final Node root;

    RuleIndex(List<IndexedRoute> routes) {
        Branch trunk = new Branch();
        for (IndexedRoute route : routes) {
            trunk.add(route, 0);
        }
        root = new Node(trunk);
    }

    /**
     * Puts the first route from that order on into {@code match}, or nothing. Allocates nothing.
     *
     * @param request null to ask for the path alone
     */
    void find(String path, @Nullable RequestHead request, int fromOrder, Match match) {
        match.begin(path);
        if (!path.isEmpty() && path.charAt(0) == '/') {
            root.walk(request, path, 1, fromOrder, match);
        }
    }

    /** What can follow after some leading segments. */
    static final class Node {
        private static final IndexedRoute[] NO_ROUTES = {};

        /** Bounds of the order of all routes at and below this node. */
        private final int least;

        private final int greatest;

        private final SegmentTable literals;
        private final SegmentTable prefixes;

        /** Lengths that occur in {@code prefixes}, ascending. */
        private final int[] prefixLengths;

        private final @Nullable Node one;
        private final IndexedRoute[] rest;
        private final IndexedRoute[] ends;

        Node(Branch branch) {
            literals = new SegmentTable(branch.literals());
            prefixes = new SegmentTable(branch.prefixes());
            prefixLengths = prefixes.lengths();
            Branch any = branch.one();
            one = any == null ? null : new Node(any);
            rest = branch.rest().toArray(NO_ROUTES);
            ends = branch.ends().toArray(NO_ROUTES);
            least = branch.least();
            greatest = branch.greatest();
        }

        /** @param start where the next segment begins; beyond the path's length when none is left */
        void walk(@Nullable RequestHead request, String path, int start, int fromOrder, Match match) {
            if (least >= match.bound() || greatest < fromOrder) {
                return;
            }
            ask(rest, request, fromOrder, match);
            if (start > path.length()) {
                ask(ends, request, fromOrder, match);
                return;
            }
            int end = PathPattern.segmentEnd(path, start);
            int hash = 0;
            int at = start;
            for (int length : prefixLengths) {
                if (start + length > end) {
                    break;
                }
                hash = SegmentTable.hash(hash, path, at, start + length);
                at = start + length;
                descend(prefixes, hash, length, request, path, start, end, fromOrder, match);
            }
            if (!literals.isEmpty()) {
                hash = SegmentTable.hash(hash, path, at, end);
                descend(literals, hash, end - start, request, path, start, end, fromOrder, match);
            }
            if (one != null && end > start) {
                one.walk(request, path, end + 1, fromOrder, match);
            }
        }

        /** Enters the children of {@code table} that match: at most one with letter case and one without. */
        private static void descend(
                SegmentTable table,
                int hash,
                int length,
                @Nullable RequestHead request,
                String path,
                int start,
                int end,
                int fromOrder,
                Match match) {
            for (int slot = table.first(hash); table.holds(slot); slot = table.following(slot)) {
                if (table.matches(slot, hash, path, start, length)) {
                    table.child(slot).walk(request, path, end + 1, fromOrder, match);
                }
            }
        }

        private static void ask(IndexedRoute[] candidates, @Nullable RequestHead request, int fromOrder, Match match) {
            for (int i = firstFrom(candidates, fromOrder); i < candidates.length; i++) {
                IndexedRoute candidate = candidates[i];
                if (candidate.order >= match.bound()) {
                    return;
                }
                if (request == null || candidate.admits(request)) {
                    match.found(candidate);
                    return;
                }
            }
        }

        /** Candidates are in file order; a rule that passes asks for those after it. */
        private static int firstFrom(IndexedRoute[] candidates, int fromOrder) {
            int low = 0;
            int high = candidates.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (candidates[middle].order < fromOrder) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }
}
