package dev.embergate.launcher.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Turns the parser's nodes into {@link Value}s: carries out merges, refuses duplicate keys, tags, and cycles. */
final class NodeReader {
    /** Values a file may stand for once its aliases are written out; "billion laughs" ends here. */
    static final int MAX_VALUES = 100_000;

    private final String label;
    private final Problems problems;
    private final IdentityHashMap<Node, Value> done = new IdentityHashMap<>();
    private final IdentityHashMap<Node, Long> sizes = new IdentityHashMap<>();
    private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Node> failed = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean tooLarge;

    NodeReader(String label, Problems problems) {
        this.label = label;
        this.problems = problems;
    }

    /** @return null when a problem was told that leaves nothing to go on with */
    @Nullable
    Value read(Node root) {
        Value value = read(root, "");
        return tooLarge ? null : value;
    }

    private @Nullable Value read(Node node, String key) {
        Value known = done.get(node);
        if (known != null) {
            return known;
        }
        if (tooLarge || failed.contains(node)) {
            return null;
        }
        if (!open.add(node)) {
            problems.add(place(node), key, "an alias of itself (expected: no circles)");
            return null;
        }
        Value value = read(node, key, place(node));
        open.remove(node);
        if (value != null) {
            done.put(node, value);
        } else {
            failed.add(node);
        }
        return value;
    }

    private @Nullable Value read(Node node, String key, Place place) {
        if (!plainTag(node)) {
            problems.add(place, key, "tag " + node.getTag().getValue() + " (expected: no tags)");
            return null;
        }
        long size = 1;
        Value value;
        if (node instanceof ScalarNode scalar) {
            value = new Value.Scalar(place, scalar.getValue(), scalar.getScalarStyle() != ScalarStyle.PLAIN);
        } else if (node instanceof SequenceNode sequence) {
            List<Value> items = new ArrayList<>();
            for (Node item : sequence.getValue()) {
                Value read = read(item, key + "[" + items.size() + "]");
                if (read == null) {
                    return null;
                }
                items.add(read);
                size += sizeOf(item);
            }
            value = new Value.Sequence(place, items);
        } else {
            MappingNode mapping = (MappingNode) node;
            value = mapping(mapping, key, place);
            for (NodeTuple tuple : mapping.getValue()) {
                size += sizeOf(tuple.getValueNode());
            }
        }
        sizes.put(node, size);
        if (tooLarge) {
            return null;
        }
        if (size > MAX_VALUES) {
            problems.add(
                    place, key, "stands for more than " + MAX_VALUES + " values (expected: fewer or smaller aliases)");
            tooLarge = true;
            return null;
        }
        return value;
    }

    private Value.Mapping mapping(MappingNode node, String key, Place place) {
        Map<String, Value.Entry> entries = new LinkedHashMap<>();
        List<Value.Mapping> merged = new ArrayList<>();
        for (NodeTuple tuple : node.getValue()) {
            Place keyPlace = place(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode name)) {
                problems.add(keyPlace, key, "a key that is not text (expected: text)");
                continue;
            }
            if (name.getValue().equals("<<") && name.getScalarStyle() == ScalarStyle.PLAIN) {
                merge(tuple.getValueNode(), key, merged);
                continue;
            }
            String childKey = Keys.child(key, name.getValue());
            Value.Entry earlier = entries.get(name.getValue());
            if (earlier != null) {
                problems.add(
                        keyPlace,
                        childKey,
                        "duplicate key (first at line " + earlier.keyPlace().line() + ")");
                continue;
            }
            Value value = read(tuple.getValueNode(), childKey);
            if (value != null) {
                entries.put(name.getValue(), new Value.Entry(keyPlace, value));
            }
        }
        for (Value.Mapping base : merged) {
            base.entries().forEach(entries::putIfAbsent);
        }
        return new Value.Mapping(place, Collections.unmodifiableMap(entries));
    }

    private void merge(Node node, String key, List<Value.Mapping> merged) {
        List<Node> bases = node instanceof SequenceNode sequence ? sequence.getValue() : List.of(node);
        long size = 0;
        for (Node base : bases) {
            Value value = read(base, key);
            size += sizeOf(base);
            if (value instanceof Value.Mapping mapping) {
                merged.add(mapping);
            } else if (value != null) {
                problems.add(place(base), Keys.child(key, "<<"), "not a mapping (expected: an alias of a mapping)");
            }
        }
        if (node instanceof SequenceNode) {
            sizes.put(node, size);
        }
    }

    private long sizeOf(Node node) {
        return sizes.getOrDefault(node, 1L);
    }

    private static boolean plainTag(Node node) {
        Tag tag = node.getTag();
        return tag.equals(Tag.STR) || tag.equals(Tag.SEQ) || tag.equals(Tag.MAP);
    }

    private Place place(Node node) {
        Mark mark = node.getStartMark();
        return new Place(label, mark.getLine() + 1, mark.getColumn() + 1);
    }
}
